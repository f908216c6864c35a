import { largest, smallest } from '../math/extremes.ts';
import { power } from '../math/power.ts';
import { span } from './quantity.ts';

/** One point of a curve. */
export interface PlotPoint {
  /** Virtual time [s], unless the axis is another. */
  readonly x: number;
  readonly y: number;
}

export interface PlotOptions {
  /** Columns in all; 80 by default. */
  readonly width?: number;
  /** Rows of the curve; 11 by default. */
  readonly height?: number;
  /** What y is. */
  readonly label: string;
  /** What x is, and how a value of it reads; virtual time by default. */
  readonly axis?: Axis;
}

export interface Axis {
  readonly label: string;
  readonly say: (x: number) => string;
}

const VIRTUAL_TIME: Axis = { label: 'virtual time', say: span };

/** A braille character is 2 dots wide and 4 high; these are the bits of its dots, by row and column. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;
const BLANK = 0x2800;
const [DOT_COLUMNS, DOT_ROWS] = [2, 4];
const LABEL_WIDTH = 6;

/**
 * A curve, over virtual time or another axis, drawn with braille dots: straight lines between points, labelled axes, for a terminal.
 *
 * @returns lines, none wider than `width`; none at all without two points at different times
 */
export function plot(
  points: readonly PlotPoint[],
  { width = 80, height = 11, label, axis = VIRTUAL_TIME }: PlotOptions,
): string[] {
  const drawn = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  const [first, last] = [drawn[0], drawn.at(-1)];
  if (first === undefined || last === undefined || first.x === last.x) return [];
  const columns = width - LABEL_WIDTH - 2;
  const { low, high } = range(drawn.map(({ y }) => y));
  const canvas = new Canvas(columns, height);
  const atColumn = ({ x }: PlotPoint) => ((x - first.x) / (last.x - first.x)) * (columns * DOT_COLUMNS - 1);
  const atRow = ({ y }: PlotPoint) => ((high - y) / (high - low)) * (height * DOT_ROWS - 1);
  drawn.slice(1).forEach((to, at) => {
    const from = drawn[at] as PlotPoint;
    canvas.line(atColumn(from), atRow(from), atColumn(to), atRow(to));
  });
  const level = (row: number) => high - ((high - low) * row) / (height - 1);
  const body = canvas.rows().map((row, at) => {
    const isLabelled = at === 0 || at === height - 1 || at === Math.round((height - 1) / 2);
    const text = isLabelled ? level(at).toFixed(decimals(high - low)) : '';
    return `${text.padStart(LABEL_WIDTH)} ${isLabelled ? '┤' : '│'}${row}`.trimEnd();
  });
  return [`${' '.repeat(LABEL_WIDTH)} ${label}`, ...body, ...axisLines(first.x, last.x, columns, axis)];
}

/** Round limits around all values, so that labels are short. */
function range(values: readonly number[]): { readonly low: number; readonly high: number } {
  const [least, most] = [smallest(values), largest(values)];
  const step = power(10, Math.floor(Math.log10(Math.max(most - least, 1e-3) / 2)));
  const low = Math.floor(least / step + 1e-9) * step;
  const high = Math.ceil(most / step - 1e-9) * step;
  return high > low ? { low, high } : { low: low - step, high: high + step };
}

const decimals = (extent: number): number => Math.min(4, Math.max(0, 2 - Math.floor(Math.log10(extent) + 1e-9) - 1));

function axisLines(from: number, to: number, columns: number, { label, say }: Axis): string[] {
  const middle = Math.floor(columns / 2);
  const rule = `└${'─'.repeat(middle - 1)}┬${'─'.repeat(columns - middle - 1)}┬`.slice(0, columns + 1);
  const [left, centre, right] = [say(from), say(from + (to - from) / 2), say(to)];
  const room = ' '.repeat(LABEL_WIDTH + 1);
  const text = place(
    place(place('', left, 0), centre, middle - Math.floor(centre.length / 2)),
    right,
    columns - right.length + 1,
  );
  return [`${room}${rule}`, `${room}${text}`, `${room}${centred(label, columns)}`];
}

const place = (text: string, word: string, at: number): string => `${text.padEnd(Math.max(at, 0))}${word}`;
const centred = (text: string, columns: number): string =>
  `${' '.repeat(Math.floor((columns - text.length) / 2))}${text}`;

/** Dots on a grid of braille characters. */
class Canvas {
  readonly #cells: Uint8Array;
  readonly #columns: number;
  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#cells = new Uint8Array(columns * rows);
  }

  /** A straight line between two places, in dots from the upper left. */
  line(fromColumn: number, fromRow: number, toColumn: number, toRow: number): void {
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(toColumn - fromColumn), Math.abs(toRow - fromRow))));
    for (let step = 0; step <= steps; step++) {
      const share = step / steps;
      this.#dot(
        Math.round(fromColumn + share * (toColumn - fromColumn)),
        Math.round(fromRow + share * (toRow - fromRow)),
      );
    }
  }

  #dot(column: number, row: number): void {
    const cell = Math.floor(row / DOT_ROWS) * this.#columns + Math.floor(column / DOT_COLUMNS);
    const bit = DOTS[row % DOT_ROWS]?.[column % DOT_COLUMNS] ?? 0;
    this.#cells[cell] = (this.#cells[cell] ?? 0) | bit;
  }

  rows(): string[] {
    const rows: string[] = [];
    for (let from = 0; from < this.#cells.length; from += this.#columns) {
      const cells = [...this.#cells.subarray(from, from + this.#columns)];
      rows.push(cells.map((bits) => (bits === 0 ? ' ' : String.fromCharCode(BLANK + bits))).join(''));
    }
    return rows;
  }
}
