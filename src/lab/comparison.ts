import type { Cell } from './grid.ts';
import { type Difference, type Estimate, estimate, holm, pairedDifference } from './statistics.ts';
import type { Finished } from './study.ts';
import type { TrialResult } from './trial.ts';

export type Quantity = 'score' | 'seconds' | 'joules' | 'bits' | 'number';

/** Something that runs are compared by. */
export interface Metric {
  readonly key: string;
  readonly title: string;
  readonly quantity: Quantity;
  /** Which way is better; undefined where neither is. */
  readonly better: 'higher' | 'lower' | undefined;
  /** Null where a run doesn't have it. */
  readonly of: (result: TrialResult) => number | null;
}

/** What the runs of one cell came to. */
export interface Row {
  readonly label: string;
  /** Of all runs; undefined where a run doesn't have the metric. */
  readonly estimate: Estimate | undefined;
  /** Runs that have it, such as those that reached a target. */
  readonly reached: number;
  /** To the first cell, seed by seed; with Holm's p over the cells of this metric. */
  readonly difference: (Difference & { readonly adjustedP: number | undefined }) | undefined;
  readonly values: readonly (number | null)[];
}

export interface Measured {
  readonly metric: Metric;
  readonly rows: readonly Row[];
}

const FIXED: readonly Metric[] = [
  {
    key: 'accuracy',
    title: 'accuracy at the end',
    quantity: 'score',
    better: 'higher',
    of: (r) => r.summary.accuracy.final,
  },
  { key: 'loss', title: 'loss at the end', quantity: 'score', better: 'lower', of: (r) => r.summary.loss.final },
];
/** Of over-the-air sums, a mean over a run: ‖ŷ − Σ ρ Δ‖². */
const SUM_ERROR: Metric = {
  ...{ key: 'sumError', title: 'squared error of sums', quantity: 'score', better: 'lower' },
  of: ({ air }) => (Number.isFinite(air?.total) ? (air?.total as number) : null),
};
const COSTS: readonly Metric[] = [
  { key: 'energyJoules', title: 'energy', quantity: 'joules', better: 'lower', of: (r) => r.summary.energyJoules },
  { key: 'uplinkBits', title: 'uplink', quantity: 'bits', better: 'lower', of: (r) => r.summary.uplinkBits },
  { key: 'rounds', title: 'rounds', quantity: 'number', better: undefined, of: (r) => r.summary.rounds },
  {
    key: 'virtualSeconds',
    title: 'virtual time',
    quantity: 'seconds',
    better: 'lower',
    of: (r) => r.summary.virtualSeconds,
  },
];

/** Accuracies whose first time is compared: those that are asked for, else the highest that any run reached. */
export function metricsOf(finished: readonly Finished[], targets: readonly number[] = []): Metric[] {
  const isScored = finished.some(({ result }) => result.summary.accuracy.final !== null);
  const chosen = targets.length > 0 ? targets : highest(finished);
  const isSummed = finished.some(({ result }) => SUM_ERROR.of(result) !== null);
  return [...(isScored ? [...FIXED, ...chosen.map(timeTo)] : []), ...(isSummed ? [SUM_ERROR] : []), ...COSTS];
}

/** The highest target that every run reached; where there is none, the highest that any did. */
function highest(finished: readonly Finished[]): number[] {
  const times = finished.map(({ result }) => result.summary.timeToAccuracy);
  const names = [...new Set(times.flatMap(Object.keys))].sort((a, b) => Number(b) - Number(a));
  const name =
    names.find((each) => times.every((time) => typeof time[each] === 'number')) ??
    names.find((each) => times.some((time) => typeof time[each] === 'number'));
  return name === undefined ? [] : [Number(name)];
}

const timeTo = (target: number): Metric => ({
  ...{ key: `timeTo${target}`, title: `time to accuracy ${target}`, quantity: 'seconds', better: 'lower' },
  of: ({ curve }) => curve.find(({ accuracy }) => accuracy >= target)?.at ?? null,
});

/** Each metric over all cells, with differences to the first. */
export function compareCells(
  cells: readonly Cell[],
  finished: readonly Finished[],
  metrics: readonly Metric[],
): Measured[] {
  return metrics.map((metric) => {
    const values = cells.map((cell) =>
      finished.filter((each) => each.cell === cell).map(({ result }) => metric.of(result)),
    );
    const base = whole(values[0] ?? []);
    const rows = cells.map((cell, index) => rowOf(cell, values[index] ?? [], index === 0 ? undefined : base));
    return { metric, rows: adjusted(rows) };
  });
}

/** All values, or nothing where one is missing: a mean over those that came would flatter. */
const whole = (values: readonly (number | null)[]): readonly number[] | undefined =>
  values.length > 0 && values.every((each) => each !== null) ? (values as readonly number[]) : undefined;

function rowOf({ label }: Cell, values: readonly (number | null)[], base: readonly number[] | undefined): Row {
  const own = whole(values);
  const difference = own !== undefined && base !== undefined ? pairedDifference(own, base) : undefined;
  return {
    ...{ label, values, reached: values.filter((each) => each !== null).length },
    estimate: own === undefined ? undefined : estimate(own),
    difference: difference && { ...difference, adjustedP: difference.p },
  };
}

function adjusted(rows: readonly Row[]): Row[] {
  const tests = rows.filter(({ difference }) => difference?.p !== undefined);
  const ps = holm(tests.map(({ difference }) => difference?.p ?? 1));
  return rows.map((row) => {
    const at = tests.indexOf(row);
    return at < 0 || row.difference === undefined
      ? row
      : { ...row, difference: { ...row.difference, adjustedP: ps[at] } };
  });
}
