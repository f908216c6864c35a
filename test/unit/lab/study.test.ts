import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareCells, metricsOf } from '../../../src/lab/comparison.ts';
import type { Cell } from '../../../src/lab/grid.ts';
import { rememberers } from '../../../src/lab/rememberers.ts';
import { folderStore, memoryStore } from '../../../src/lab/store.ts';
import { type Planned, runStudy } from '../../../src/lab/study.ts';
import { csv, parquet, runRows } from '../../../src/lab/tidy-rows.ts';
import type { Trial, TrialResult } from '../../../src/lab/trial.ts';
import { comparisonReport } from '../../../src/report/comparison-report.ts';
import { sweepReport } from '../../../src/report/sweep-report.ts';

/** What a run would have come to whose accuracy is known. */
const result = (seed: number, accuracy: number): TrialResult => ({
  summary: {
    ...{
      scenario: 'known',
      seed,
      backend: 'wasm',
      ended: 'rounds',
      rounds: 2,
      events: 9,
      virtualSeconds: 4,
      dropouts: 0,
    },
    ...{ fingerprint: { order: 'a', values: 'b' }, accuracy: { final: accuracy, best: accuracy }, loss: { final: 1 } },
    ...{ timeToAccuracy: { '0.5': accuracy >= 0.5 ? 3 : null }, energyJoules: 2, uplinkBits: 100 },
    energy: { computing: 1.5, transmitting: 0.5 },
    staleness: null,
  },
  integrated: 2,
  curve: [
    { round: 0, at: 0, accuracy: 0.1, loss: 2, uplinkBits: 0 },
    { round: 2, at: 3, accuracy, loss: 1, uplinkBits: 100 },
  ],
});

const cells: readonly Cell[] = ['poor', 'good,"best"'].map((label) => ({
  label,
  at: { schedule: label },
  overrides: [],
}));
const SEEDS = [1, 2, 3, 4];
const trials: readonly Planned[] = cells.flatMap((cell, index) =>
  SEEDS.map((seed) => ({
    ...{ cell, seed, key: `${index}-${seed}`, files: {} },
    trial: { source: { module: 'none' }, overrides: [], seed: 10 * index + seed, backend: 'wasm' } as Trial,
  })),
);
/** 0.41 … 0.44 for the first, about 0.2 more for the second. */
const known = async ({ seed }: Trial): Promise<TrialResult> =>
  result(seed % 10, 0.4 + (seed % 10) / 100 + (seed > 10 ? 0.2 + (seed % 2) / 1000 : 0));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fadelab-lab-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a run that hangs on those before it', () => {
  const own = trials.map((each) => ({ ...each, files: { 'mine.ts': 'digest' } as Planned['files'] }));
  const made = async (run: (trial: Trial) => Promise<TrialResult>, from = own) => {
    const { finished } = await runStudy(from, { run, store: memoryStore() });
    return rememberers(finished, { made: from, run });
  };
  /** Each run of a thread makes the next one another. */
  const remembering = () => {
    let runs = 0;
    return async (trial: Trial): Promise<TrialResult> => {
      runs += 1;
      const order = `${runs}`;
      const { summary, ...rest } = await known(trial);
      return { ...rest, summary: { ...summary, fingerprint: { order, values: 'b' } } };
    };
  };

  it('is found where it is made once more, and named with the file', async () => {
    await expect(made(remembering())).rejects.toThrow(
      /ambiguous result: 1\/b at first, 9\/b after other runs \(schedule=poor, seed 1\); something in mine\.ts .*\[POLICY_INVALID\]/,
    );
  });

  it('costs one run more for each cell, and none where nothing is the user’s own', async () => {
    let runs = 0;
    const counting = (trial: Trial) => {
      runs += 1;
      return known(trial);
    };
    await made(counting);
    expect(runs).toBe(own.length + cells.length);
    runs = 0;
    await made(counting, [...trials]);
    expect(runs).toBe(trials.length);
  });
});

describe('a study', () => {
  it('has its results in the order of its trials, whatever the order in which they come', async () => {
    const waiting: (() => void)[] = [];
    const backwards = (trial: Trial) =>
      new Promise<TrialResult>((resolve) => {
        waiting.push(() => resolve(known(trial)));
        if (waiting.length === trials.length) for (const wake of waiting.reverse()) wake();
      });
    const [a, b] = await Promise.all([
      runStudy(trials, { run: backwards, store: memoryStore() }),
      runStudy(trials, { run: known, store: memoryStore() }),
    ]);
    expect(a).toEqual(b);
  });

  it('goes on after an interruption with what was not finished, and comes to the same', async () => {
    let calls = 0;
    const dying = async (trial: Trial) => {
      if (++calls > 3) throw new Error('power cut');
      return known(trial);
    };
    const { finished, failed } = await runStudy(trials, { run: dying, store: folderStore(folder) });
    expect([finished.length, failed.length]).toEqual([3, trials.length - 3]);
    expect(failed.map(({ error }) => (error as Error).message)).toEqual(failed.map(() => 'power cut'));
    const kept = readdirSync(join(folder, 'trials'));
    expect(kept.length).toBe(3);
    expect(kept.every((name) => name.endsWith('.json'))).toBe(true);
    calls = 0;
    const counting = (trial: Trial) => {
      calls++;
      return known(trial);
    };
    const { finished: again } = await runStudy(trials, { run: counting, store: folderStore(folder) });
    expect(calls).toBe(trials.length - 3);
    expect(again).toEqual((await runStudy(trials, { run: known, store: memoryStore() })).finished);
  });
});

describe('a comparison', () => {
  it('tells apart what differs, seed by seed, and says which is better', async () => {
    const { finished } = await runStudy(trials, { run: known, store: memoryStore() });
    const measured = compareCells(cells, finished, metricsOf(finished));
    const accuracy = measured.find(({ metric }) => metric.key === 'accuracy')?.rows[1]?.difference;
    expect(accuracy?.mean).toBeCloseTo(0.2005, 10);
    expect(accuracy?.p).toBeLessThan(1e-6);
    expect(accuracy!.unpairedMargin! / accuracy!.margin!).toBeGreaterThan(10);
    const text = comparisonReport(measured, SEEDS.length, 200).join('\n');
    expect(text).toMatch(/good,"best" +0\.6255 ± 0\.0\d+ +\+0\.2005 ± 0\.0009 +p < 0\.001 +better/);
    expect(text).toMatch(/would be wider: \d+ × for accuracy at the end/);
    expect(text).toMatch(/energy\n.*\n +good.*the same under every seed/);
    // The first cell never reaches 0.5: there is no mean to compare with.
    expect(text).toMatch(/time to accuracy 0\.5\n +poor +in 0 of 4 runs\n +good,"best" +3 s ± 0 s/);
  });

  it('says how many seeds would tell apart what these don’t', async () => {
    const noisy = async (trial: Trial) =>
      result(trial.seed % 10, 0.5 + (trial.seed > 10 ? [0.02, -0.01, 0.02, -0.005][(trial.seed % 10) - 1]! : 0));
    const { finished } = await runStudy(trials, { run: noisy, store: memoryStore() });
    const text = comparisonReport(compareCells(cells, finished, metricsOf(finished)), 4).join('\n');
    expect(text).toMatch(/not told apart; about \d+ seeds would/);
    // With a narrow terminal the verdict stands below, and no line is wider.
    const narrow = comparisonReport(compareCells(cells, finished, metricsOf(finished)), 4, 66);
    expect(narrow.filter((line) => [...line].length > 66)).toEqual([]);
    expect(narrow.join('\n')).toMatch(/p = [\d.]+\n +not told apart; about \d+ seeds would/);
  });
});

it('a sweep is a line per cell, and what doesn’t fit beside follows below', async () => {
  const { finished } = await runStudy(trials, { run: known, store: memoryStore() });
  const lines = sweepReport(cells, compareCells(cells, finished, metricsOf(finished)), 60);
  expect(lines.filter((line) => [...line].length > 60)).toEqual([]);
  expect(lines.slice(0, 3).join('\n')).toMatch(
    /^schedule +accuracy at the end +loss.*\npoor +0\.4250 ± 0\.0205 .*\ngood/,
  );
  expect(lines.filter((line) => line.startsWith('schedule')).length).toBeGreaterThan(1);
  expect(lines.join(' ')).toMatch(/time to accuracy 0\.5.* 0 of 4/);
});

it('tables are tidy: a row per run, quoted as RFC 4180 says, and the same as Parquet', async () => {
  const { finished } = await runStudy(trials, { run: known, store: memoryStore() });
  const table = runRows(finished);
  const lines = csv(table).trimEnd().split('\n');
  expect(lines.length).toBe(1 + trials.length);
  expect(lines[0]).toMatch(/^schedule,scenario,seed,/);
  expect(lines.at(-1)).toMatch(/^"good,""best""",known,4,/);
  const bytes = parquet(table);
  expect([bytes.subarray(0, 4), bytes.subarray(-4)].map((each) => new TextDecoder().decode(each))).toEqual([
    'PAR1',
    'PAR1',
  ]);
});
