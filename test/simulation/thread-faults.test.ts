/**
 * Goal: a step whose thread is killed, hangs or runs out of memory is run elsewhere, its neighbours are none the worse, and
 * one that does so every time ends with a clear error. Method: steps that fail in one of these ways, each time or until a
 * mark is there, between steps that are well.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type * as Pools from '../../src/runtime/pool.ts';

/** Compute threads run compiled code. */
const { threadPool } = (await import(new URL('../../dist/src/runtime/pool.js', import.meta.url).href)) as typeof Pools;

const work = mkdtempSync(join(tmpdir(), 'fadelab-faults-'));
const file = join(work, 'steps.mjs');
writeFileSync(
  file,
  `import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
const isFirst = (mark) => {
  if (mark !== undefined && existsSync(mark)) return false;
  if (mark !== undefined) writeFileSync(mark, '');
  return true;
};
export const well = (value) => value * 2;
export const hang = async ({ value, mark }) => { while (isFirst(mark)) for (;;); return value * 2; };
export const idle = ({ value, mark }) => isFirst(mark) ? new Promise(() => {}) : value * 2;
export const die = ({ value, mark }) => { if (isFirst(mark)) process.exit(3); return value * 2; };
export const grow = ({ value, mark }) => {
  if (!isFirst(mark)) return value * 2;
  const all = [];
  for (;;) all.push({ all: [value, all.length] });
};
export const allocate = ({ value, mark }) => {
  if (isFirst(mark)) throw new RangeError('Array buffer allocation failed');
  return value * 2;
};
export const sign = ({ value, list }) => {
  appendFileSync(list, value + ' ');
  return new Promise((resolve) => setTimeout(resolve, 40, value));
};
export const scale = ({ value, by }) => value * by;
export const last = ({ milliseconds }) => new Promise((resolve) => setTimeout(resolve, milliseconds, 'done'));
`,
);
const module = pathToFileURL(file).href;
const OPTIONS = { stepTimeout: 1, heapMax: 24 };
const FAULTS = ['hang', 'idle', 'die', 'grow', 'allocate'];

/** Steps of which the one in the middle fails, `marks` of them only once. */
async function among(fault: string, mark: string | undefined) {
  const warnings: string[] = [];
  const pool = threadPool(2, (message) => warnings.push(message), OPTIONS);
  try {
    const values = Array.from({ length: 41 }, (_, value) => value);
    const results = values.map((value) =>
      value === 20
        ? pool.run({ module, name: fault, input: { value, mark } })
        : pool.run({ module, name: 'well', input: value }),
    );
    pool.flush();
    return { outcomes: await Promise.allSettled(results), warnings };
  } finally {
    await pool.close();
  }
}

describe('a thread under a step that fails', () => {
  it.each(FAULTS)('once, by %s, is replaced: the step and its neighbours run again', async (fault) => {
    const { outcomes, warnings } = await among(fault, join(work, `${fault}-mark`));
    expect(outcomes).toEqual(outcomes.map((_, value) => ({ status: 'fulfilled', value: value * 2 })));
    expect(warnings.length).toBeGreaterThanOrEqual(1);
  });

  it.each(FAULTS)('each time, by %s, ends with an error that names it, and no other step is lost', async (fault) => {
    const { outcomes, warnings } = await among(fault, undefined);
    const failed = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(failed.map(({ reason }) => String(reason))).toEqual([
      expect.stringMatching(
        new RegExp(`invalid step "${fault}": its thread died or hung 3 times: .*\\[STEP_FAILED\\]`, 's'),
      ),
    ]);
    expect(outcomes[20]?.status).toBe('rejected');
    expect(warnings.length).toBeGreaterThanOrEqual(3);
  });
});

describe('a step that hangs', () => {
  it('interrupts no step of another thread: each of them is begun once', async () => {
    const pool = threadPool(2, () => {}, { stepTimeout: 1, groupMax: 1 });
    const list = join(work, 'list');
    const values = Array.from({ length: 60 }, (_, value) => value);
    const hung = pool.run({ module, name: 'hang', input: { value: 1, mark: join(work, 'hang-one') } });
    const all = values.map((value) => pool.run({ module, name: 'sign', input: { value, list } }));
    pool.flush();
    expect(await hung).toBe(2);
    expect(await Promise.all(all)).toEqual(values);
    await pool.close();
    const begun = readFileSync(list, 'utf8').trim().split(' ').map(Number);
    expect(begun.toSorted((a, b) => a - b)).toEqual(values);
  });
});

describe('a step that can’t travel', () => {
  it('is told at once, and the thread goes on with what it has in common with others', async () => {
    const pool = threadPool(1, () => {});
    const common = { by: 3 };
    const run = (input: unknown) => {
      const result = pool.run({ module, name: 'scale', input, common });
      pool.flush();
      return result;
    };
    expect(await run({ value: 1 })).toBe(3);
    await expect(run({ value: () => 1 })).rejects.toThrow(
      /invalid step "scale": .*could not be cloned.*\[STEP_FAILED\]/,
    );
    expect(await run({ value: 2 })).toBe(6);
    await pool.close();
  });
});

describe('the calling thread', () => {
  it('runs steps of a known kind that their thread has not come to, and each step ends once, also where that thread dies', async () => {
    const warnings: string[] = [];
    const pool = threadPool(1, (message) => warnings.push(message));
    const wait = (milliseconds: number) => pool.run({ module, name: 'last', input: { milliseconds } });
    await wait(1);
    const ended: number[] = [];
    const all = Array.from({ length: 12 }, (_, at) => wait(50).then(() => ended.push(at)));
    pool.flush();
    for (let helped = 0; helped < 4; helped += 1) await pool.help?.();
    const before = ended.length;
    await Promise.all(pool.workers.map((worker) => worker.terminate()));
    await Promise.all(all);
    expect(before).toBeGreaterThanOrEqual(4);
    expect(ended.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(warnings.length).toBeGreaterThanOrEqual(1);
    await pool.close();
  });
});

describe('what steps have in common', () => {
  it('reaches every thread that needs it: each of several, one that lost it, and one that took the place of a dead one', async () => {
    const pool = threadPool(2, () => {});
    const commons = Array.from({ length: 7 }, (_, by) => ({ by }));
    for (let round = 0; round < 3; round += 1) {
      const results = commons.flatMap((common) =>
        [1, 2, 3].map((value) => pool.run({ module, name: 'scale', input: { value }, common })),
      );
      pool.flush();
      expect(await Promise.all(results)).toEqual(commons.flatMap(({ by }) => [by, 2 * by, 3 * by]));
      await Promise.all(pool.workers.map((worker) => worker.terminate()));
    }
    await pool.close();
  });
});

describe('the watchdog', () => {
  it('leaves steps alone that wait for a thread, and long groups of short steps', async () => {
    const warnings: string[] = [];
    const pool = threadPool(1, (message) => warnings.push(message), { stepTimeout: 0.5 });
    const all = Array.from({ length: 24 }, () => pool.run({ module, name: 'last', input: { milliseconds: 100 } }));
    pool.flush();
    expect(await Promise.all(all)).toEqual(all.map(() => 'done'));
    expect(warnings).toEqual([]);
    await pool.close();
  });

  it('is off unless a time is given', async () => {
    const pool = threadPool(1, () => {});
    const hung = pool.run({ module, name: 'idle', input: {} });
    pool.flush();
    const end = new Promise((resolve) => setTimeout(resolve, 300, 'still waiting'));
    expect(await Promise.race([hung, end])).toBe('still waiting');
    await pool.close();
  });
});
