import type { Measured } from '../lab/comparison.ts';
import type { Cell } from '../lab/grid.ts';
import { sayValue } from './comparison-report.ts';
import { table } from './table.ts';

/**
 * A sweep as text: a line per cell with its place on the grid, each metric's mean and half of its interval. Metrics that
 * don't fit beside the others follow in a table of their own.
 */
export function sweepReport(cells: readonly Cell[], measured: readonly Measured[], width = 80): string[] {
  const axes = Object.keys(cells[0]?.at ?? {});
  const places = [axes, ...cells.map(({ at }) => axes.map((axis) => at[axis] ?? ''))];
  const tableOf = (metrics: readonly Measured[]): string[] =>
    table(places.map((place, line) => [...place, ...metrics.map((each) => textOf(each, line - 1))]));
  const fits = (lines: readonly string[]): boolean => lines.every((line) => [...line].length <= width);
  const groups: Measured[][] = [];
  for (const each of measured) {
    const last = groups.at(-1);
    if (last !== undefined && fits(tableOf([...last, each]))) last.push(each);
    else groups.push([each]);
  }
  return groups.flatMap((group, at) => [...(at === 0 ? [] : ['']), ...tableOf(group)]);
}

/** @param at of the cell; −1 is the head */
function textOf({ metric, rows }: Measured, at: number): string {
  if (at < 0) return metric.title;
  const row = rows[at];
  if (row?.estimate === undefined) return `${row?.reached ?? 0} of ${row?.values.length ?? 0}`;
  const { mean, margin } = row.estimate;
  return `${sayValue(metric, mean)}${margin === undefined ? '' : ` ± ${sayValue(metric, margin)}`}`;
}
