import type { EChartsOption } from 'echarts';
import { bandOf } from '../lab/bands.ts';
import type { Measured } from '../lab/comparison.ts';
import type { Axis, Cell } from '../lab/grid.ts';
import type { Finished } from '../lab/study.ts';
import type { TrialPoint } from '../lab/trial.ts';
import { linesWithBands, pointsWithIntervals } from './chart/option.ts';
import { quantity } from './quantity.ts';

/** What a curve is drawn over. */
export const OVER = {
  time: { title: 'virtual time [s]', of: ({ at }: TrialPoint) => at },
  rounds: { title: 'round', of: ({ round }: TrialPoint) => round },
  bits: { title: 'uplink of finished uploads', of: ({ uplinkBits }: TrialPoint) => uplinkBits },
} as const;

export type Over = keyof typeof OVER;

/** Test accuracy of each cell, mean and band over its seeds; the band of a share stays between 0 and 1. */
export function accuracyChart(
  title: string,
  cells: readonly Cell[],
  finished: readonly Finished[],
  over: Over,
): EChartsOption {
  const { title: x, of } = OVER[over];
  return linesWithBands({
    title,
    x: { title: x, ...(over === 'bits' ? { say: (value: number) => quantity(value, 'bit') } : {}) },
    y: { title: 'test accuracy' },
    lines: cells.map((cell) => ({
      name: lineName(cell),
      points: bandOf(
        finished.filter((each) => each.cell === cell).map(({ result }) => result.curve),
        of,
        ({ accuracy }) => accuracy,
      ).map(({ x, mean, low, high }) => ({ x, mean, low: Math.max(0, low), high: Math.min(1, high) })),
    })),
  });
}

/** A number alone would not say of what it is. */
function lineName({ label, at }: Cell): string {
  const [[path, value] = [], ...others] = Object.entries(at);
  const isBare = path !== undefined && others.length === 0 && Number.isFinite(Number(value));
  return isBare ? `${path.split('.').at(-1)} = ${value}` : label;
}

const isNumeric = ({ values }: Axis): boolean =>
  values.length > 1 && values.every((each) => Number.isFinite(Number(each)));

/** A metric over the grid: over the first axis of numbers, one line per combination of the rest; else side by side. */
export function gridChart(
  title: string,
  axes: readonly Axis[],
  cells: readonly Cell[],
  { metric, rows }: Measured,
): EChartsOption {
  const known = rows.flatMap(({ label, estimate }, index) =>
    estimate === undefined
      ? []
      : [{ cell: cells[index] as Cell, name: label, ...interval(estimate.mean, estimate.margin) }],
  );
  const along = axes.find(isNumeric);
  if (along === undefined) return pointsWithIntervals({ title, y: { title: metric.title }, bars: known });
  const rest = axes.filter((each) => each !== along);
  const nameOf = ({ at }: Cell) => rest.map(({ path }) => `${path}=${at[path]}`).join(' ') || metric.title;
  const names = [...new Set(known.map(({ cell }) => nameOf(cell)))];
  return linesWithBands({
    ...{ title, x: { title: along.path }, y: { title: metric.title } },
    lines: names.map((name) => ({
      name,
      points: known
        .filter(({ cell }) => nameOf(cell) === name)
        .map(({ cell, mean, low, high }) => ({ x: Number(cell.at[along.path]), mean, low, high }))
        .sort((a, b) => a.x - b.x),
    })),
  });
}

const interval = (mean: number, margin = 0) => ({ mean, low: mean - margin, high: mean + margin });
