import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../src/event.ts';
import { fingerprinting } from '../../../src/trace/fingerprint.ts';
import { line } from '../../../src/trace/line.ts';
import { fileSink, memorySink } from '../../../src/trace/sink.ts';
import type { Instant } from '../../../src/units.ts';

const at = (instant: number): Instant => instant as Instant;
const model = { parameters: new Float32Array([1, 2]), digest: '0123456789abcdef' };

describe('a line of the trace', () => {
  it('names instant, actor and kind first, then the fields in the order of the event', () => {
    const fact: Fact = { type: 'upload.finished', round: 3, bits: 1000, seconds: 0.25 };
    expect(line(at(1_500_000_000), 'client-3', fact)).toBe(
      '{"at":1500000000,"actor":"client-3","kind":"upload.finished","round":3,"bits":1000,"seconds":0.25}',
    );
  });

  it('shows a model as its digest, never as its numbers', () => {
    const text = line(at(0), 'edge-0', { type: 'round.closed', round: 1, admitted: 5, lost: 0, model });
    expect(JSON.parse(text)).toEqual({
      at: 0,
      actor: 'edge-0',
      kind: 'round.closed',
      round: 1,
      admitted: 5,
      lost: 0,
      model: model.digest,
    });
  });

  it('writes numbers that are not finite as null', () => {
    for (const loss of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const text = line(at(0), 'observer', { type: 'model.evaluated', round: 1, accuracy: 0.5, loss });
      expect(JSON.parse(text)).toMatchObject({ accuracy: 0.5, loss: null });
    }
  });

  it('writes numbers so that reading them gives the same bits', () => {
    for (const loss of [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, 2 ** 53]) {
      const text = line(at(2 ** 52), 'observer', { type: 'model.evaluated', round: 1, accuracy: 0.5, loss });
      expect(JSON.parse(text)).toMatchObject({ at: 2 ** 52, loss });
    }
  });

  it('writes lists, nulls and odd names as JSON', () => {
    const cohort: Fact = {
      type: 'cohort.scheduled',
      round: 1,
      cohort: ['client-0', 'client-1'],
      idle: 2,
      closeAfter: null,
    };
    expect(JSON.parse(line(at(0), 'edge-0', cohort))).toMatchObject({
      cohort: ['client-0', 'client-1'],
      idle: 2,
      closeAfter: null,
    });
    const cut: Fact = { type: 'link.cut', a: 'a "quoted"\nname', b: null };
    expect(line(at(0), 'script', cut)).not.toContain('\n');
    expect(JSON.parse(line(at(0), 'script', cut))).toMatchObject({ a: 'a "quoted"\nname', b: null });
  });

  it('leaves out fields that are undefined', () => {
    const fact = { type: 'peer.returned', peer: 'client-1', round: undefined } as unknown as Fact;
    expect(line(at(0), 'edge-0', fact)).toBe('{"at":0,"actor":"edge-0","kind":"peer.returned","peer":"client-1"}');
  });
});

/** Fingerprint of facts, each told as [instant, actor, fact]. */
function printOf(facts: readonly (readonly [number, string, Fact])[]) {
  const prints = fingerprinting();
  for (const [instant, actor, fact] of facts) prints.add(actor, fact, line(at(instant), actor, fact));
  return prints.end();
}

describe('a fingerprint', () => {
  const evaluated = (loss: number): Fact => ({ type: 'model.evaluated', round: 1, accuracy: 0.5, loss });
  const lost: Fact = { type: 'work.lost', round: 2 };
  const story = [
    [1, 'observer', evaluated(0.5)],
    [2, 'client-0', lost],
    [2, 'client-1', lost],
  ] as const;
  const print = printOf(story);

  it('is sixteen hexadecimal digits for order and for values, and the same for the same facts', () => {
    expect(print.order).toMatch(/^[0-9a-f]{16}$/);
    expect(print.values).toMatch(/^[0-9a-f]{16}$/);
    expect(printOf(story)).toEqual(print);
  });

  it('keeps its order but not its values when a number or an instant changes', () => {
    for (const changed of [
      [1, 'observer', evaluated(0.5 + 2 ** -53)] as const,
      [0, 'observer', evaluated(0.5)] as const,
    ]) {
      const other = printOf([changed, story[1], story[2]]);
      expect(other.order).toBe(print.order);
      expect(other.values).not.toBe(print.values);
    }
  });

  it('changes both when facts change places, an actor, a kind or a round is another, or one is missing', () => {
    const others = [
      [story[0], story[2], story[1]],
      [story[0], story[1], [2, 'client-2', lost] as const],
      [story[0], story[1], [2, 'client-1', { type: 'went.offline' }] as const],
      [story[0], story[1], [2, 'client-1', { type: 'work.lost', round: 3 }] as const],
      [story[0], story[1]],
    ];
    for (const each of others) {
      const other = printOf(each);
      expect(other.order).not.toBe(print.order);
      expect(other.values).not.toBe(print.values);
    }
  });

  it('does not depend on how the text falls into the pieces that are hashed', () => {
    const many = Array.from({ length: 5000 }, (_, n) => [n, `client-${n % 7}`, evaluated(n / 3)] as const);
    expect(printOf(many)).toEqual(printOf(many));
    expect(printOf(many).values).not.toBe(printOf(many.with(4999, [4999, 'client-1', evaluated(0)])).values);
  });
});

describe('a sink', () => {
  it('writes a file line by line, whole at its close, beyond one piece', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fadelab-trace-'));
    try {
      const path = join(folder, 'trace.ndjson');
      const lines = Array.from({ length: 3000 }, (_, n) => `{"n":${n},"text":"ünïcödé ${'x'.repeat(40)}"}\n`);
      const sink = fileSink(path);
      for (const each of lines) sink.write(each);
      // What is on disk at any instant is a beginning of the whole.
      const soFar = readFileSync(path, 'utf8');
      expect(soFar.length).toBeGreaterThan(0);
      expect(lines.join('').startsWith(soFar)).toBe(true);
      sink.close();
      expect(readFileSync(path, 'utf8')).toBe(lines.join(''));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps lines without their ends in memory', () => {
    const sink = memorySink();
    sink.write('{"a":1}\n');
    sink.write('{"b":2}');
    sink.close();
    expect(sink.lines).toEqual(['{"a":1}', '{"b":2}']);
  });
});
