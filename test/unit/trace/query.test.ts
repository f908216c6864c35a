import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diffTraces } from '../../../src/trace/diff.ts';
import { openTrace } from '../../../src/trace/reader.ts';
import { sealed } from '../../../src/trace/seal.ts';

const header =
  '{"fadelab":"trace","schema":3,"version":"0.1.0","node":"v20","scenario":"x","seed":1,"backend":"wasm","task":{},"options":{}}';
const upload = (at: number, actor: string, seconds: number | null) =>
  `{"at":${at}e9,"actor":"${actor}","kind":"upload.finished","seconds":${seconds}}`;
const lines = sealed([
  header,
  upload(1, 'a', 1),
  upload(2, 'b', 4),
  '{"at":2e9,"actor":"a","kind":"started"}',
  upload(3, 'a', 2),
  upload(4, 'a', null),
]);
const trace = openTrace(lines);
const uploads = trace.of('upload.finished');

describe('a query', () => {
  it('works out figures over the numbers of a field, and leaves out events that have none', () => {
    expect(uploads.count()).toBe(4);
    expect(uploads.mean('seconds')).toBeCloseTo(7 / 3);
    expect([uploads.sum('seconds'), uploads.min('seconds'), uploads.max('seconds')]).toEqual([7, 1, 4]);
    expect([0, 0.5, 1].map((q) => uploads.quantile('seconds', q))).toEqual([1, 2, 4]);
    expect(uploads.quantile('seconds', 0.25)).toBe(1.5);
  });

  it('groups by a field or a function, in order of appearance', () => {
    expect(uploads.by('actor').mean('seconds')).toEqual(
      new Map([
        ['a', 1.5],
        ['b', 4],
      ]),
    );
    expect([...uploads.by('actor').count()]).toEqual([
      ['a', 3],
      ['b', 1],
    ]);
    expect(uploads.by(({ at }) => at > 2e9).sum((event) => event.seconds)).toEqual(
      new Map([
        [false, 5],
        [true, 2],
      ]),
    );
  });

  it('picks events by test and by time, and can be read again', () => {
    const long = uploads.where((event) => (event.seconds as number) >= 2);
    expect(long.first()).toMatchObject({ actor: 'b' });
    expect([...long].length).toBe(2);
    expect(long.between(2, 3).count()).toBe(1);
    expect(long.between(5, 9).mean('seconds')).toBeUndefined();
    expect(trace.of('nothing').first()).toBeUndefined();
  });
});

describe('a trace on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fadelab-'));
  const written = (text: string) => {
    writeFileSync(join(folder, 'trace.ndjson'), text);
    return folder;
  };

  it('is read line by line, over the edges of the pieces that it is read in', () => {
    const many = Array.from({ length: 20_000 }, (_, at) => upload(at, 'ä', at));
    const big = openTrace(written(`${sealed([header, ...many]).join('\n')}\n`));
    expect(
      big
        .of('upload.finished')
        .where(({ actor }) => actor === 'ä')
        .count(),
    ).toBe(20_000);
  });

  it('is refused at the line that is damaged', () => {
    expect(() => openTrace(written(''))).toThrow('no header');
    const [head, first] = sealed([header, upload(1, 'a', 1)]);
    expect(() => openTrace(written(`${header}\n`))).toThrow('line 1 was altered');
    expect(() => [...openTrace(written(`${head}\n{"at":1`)).events()]).toThrow('not written to the end');
    expect(() => [...openTrace(written(`${head}\n${first}\nxyz\n`)).events()]).toThrow('line 3 was altered');
    expect(() => [...openTrace(sealed([header, '{"at":"1"}'])).events()]).toThrow('line 2 is no event');
    expect(() => openTrace(join(folder, 'nowhere'))).toThrow('[TRACE_INVALID]');
  });
});

describe('the difference of two traces', () => {
  it('is the first event that differs, with the five before it, and what changed after it', () => {
    const long = [header, ...Array.from({ length: 9 }, (_, at) => upload(at, 'a', at))];
    const other = [...long.slice(0, 8), '{"at":7e9,"actor":"a","kind":"started"}'];
    const found = diffTraces(openTrace(sealed(long)), openTrace(sealed(other)));
    expect(found.first).toMatchObject({ index: 7, a: long[8], b: other[8], before: long.slice(3, 8) });
    expect(found.kinds).toEqual({ started: { a: 0, b: 1 }, 'upload.finished': { a: 2, b: 0 } });
    expect(found.events).toEqual({ a: 9, b: 8 });
  });

  it('is none between equal traces, and the end of the shorter one', () => {
    expect(diffTraces(trace, trace).first).toBeUndefined();
    expect(diffTraces(trace, openTrace(lines.slice(0, -1))).first).toMatchObject({ index: 4, b: undefined });
  });
});
