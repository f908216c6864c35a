import type { Measured, Metric, Row } from '../lab/comparison.ts';
import { LEVEL, POWER } from '../lab/statistics.ts';
import { largest } from '../math/extremes.ts';
import { count, plural, quantity, score, span } from './quantity.ts';
import { table, wrap } from './table.ts';

const ALPHA = 1 - LEVEL;

/** A value of a metric as a person reads it. */
export function sayValue({ quantity: kind }: Metric, value: number): string {
  const size = Math.abs(value);
  const text = {
    score: () => score(size),
    seconds: () => span(size),
    joules: () => quantity(size, 'J'),
    bits: () => quantity(size, 'bit'),
    number: () => (Number.isInteger(size) ? count(size) : size.toFixed(2)),
  }[kind]();
  return value < 0 ? `−${text}` : text;
}

const saySigned = (metric: Metric, value: number): string =>
  value > 0 ? `+${sayValue(metric, value)}` : sayValue(metric, value);

const sayMargin = (metric: Metric, margin: number | undefined): string =>
  margin === undefined ? '' : ` ± ${sayValue(metric, margin)}`;

const INDENT = '  ';

/** The comparison as text: one block per metric, each cell with its mean, and its difference to the first. */
export function comparisonReport(measured: readonly Measured[], seeds: number, width = 80): string[] {
  const blocks = measured.flatMap((each) => [each.metric.title, ...blockOf(each, width), '']);
  const notes = [
    `Means over ${plural(seeds, 'seed')} ± half of the 95 % interval; then the difference to the first, seed by seed.`,
    `Seeds that would tell apart: for a difference of the size that was seen, ${100 * POWER} times out of 100.`,
    ...(measured[0] !== undefined && measured[0].rows.length > 2
      ? ['p is adjusted for the number of comparisons per metric (Holm).']
      : []),
    ...pairing(measured),
  ];
  return [...blocks, ...notes.flatMap((note) => wrap(note, width))];
}

/** A line per cell; where verdicts don't fit beside, they stand below. */
function blockOf({ metric, rows }: Measured, width: number): string[] {
  const texts = rows.map((row) => rowText(metric, row, rows));
  const whole = table(texts, INDENT);
  if (whole.every((line) => [...line].length <= width)) return whole;
  const labels = largest(rows.map(({ label }) => [...label].length));
  const below = ' '.repeat(2 * INDENT.length + labels);
  const lines = table(
    texts.map((cells) => cells.slice(0, CELLS)),
    INDENT,
  );
  return lines.flatMap((line, at) => {
    const said = texts[at]?.[CELLS];
    return said === undefined ? [line] : [line, `${below}${said}`];
  });
}

/** Label, mean, difference and p. */
const CELLS = 4;

/** How many times as wide intervals would be if the choices had met different worlds, metric by metric. */
function pairing(measured: readonly Measured[]): string[] {
  const gains = measured.flatMap(({ metric, rows }) => {
    const ratios = rows.flatMap(({ difference }) => {
      const { margin = 0, unpairedMargin = 0 } = difference ?? {};
      return margin > 0 && unpairedMargin > 0 ? [unpairedMargin / margin] : [];
    });
    return ratios.length === 0 ? [] : [`${median(ratios).toPrecision(2)} × for ${metric.title}`];
  });
  if (gains.length === 0) return [];
  return [`In different worlds the interval of a difference would be wider: ${gains.join(', ')}.`];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [Math.floor((sorted.length - 1) / 2), Math.ceil((sorted.length - 1) / 2)];
  return ((sorted[low] as number) + (sorted[high] as number)) / 2;
}

function rowText(metric: Metric, row: Row, rows: readonly Row[]): string[] {
  const { estimate, reached, values, difference } = row;
  const mean =
    estimate === undefined
      ? `in ${reached} of ${plural(values.length, 'run')}`
      : `${sayValue(metric, estimate.mean)}${sayMargin(metric, estimate.margin)}`;
  if (row === rows[0] || difference === undefined) return [row.label, mean];
  const change = `${saySigned(metric, difference.mean)}${sayMargin(metric, difference.margin)}`;
  return [row.label, mean, change, sayP(difference.adjustedP), verdict(metric, row)];
}

function sayP(p: number | undefined): string {
  if (p === undefined) return '';
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toPrecision(2)}`;
}

/** What the difference says; and where it says nothing, how many seeds would. */
export function verdict({ better }: Metric, { difference }: Row): string {
  if (difference === undefined) return '';
  const { adjustedP, mean, margin, pairsNeeded, count: pairs } = difference;
  if (margin === 0 && mean === 0) return 'the same under every seed';
  if (adjustedP === undefined) return 'one seed tells nothing: give --seeds';
  if (adjustedP < ALPHA) {
    if (better === undefined) return mean > 0 ? 'more' : 'fewer';
    return mean > 0 === (better === 'higher') ? 'better' : 'worse';
  }
  if (pairsNeeded === undefined || pairsNeeded <= pairs) return `not told apart by ${plural(pairs, 'seed')}`;
  return `not told apart; about ${plural(pairsNeeded, 'seed')} would`;
}
