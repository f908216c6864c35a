import type { TraceEvent } from '../../trace/reader.ts';

/** A field of events as a column: numbers, or text; what is neither stands as its JSON. */
export interface Column {
  readonly name: string;
  readonly isNumeric: boolean;
}

export type Cell = number | string | null;

/** The fields of events, in the order in which they first appear; one pass, and nothing but the names is kept. */
export function columnsOf(events: Iterable<TraceEvent>): Column[] {
  const numeric = new Map<string, boolean>();
  for (const event of events) {
    for (const name in event) {
      const value = event[name];
      if (value === null) numeric.set(name, numeric.get(name) ?? true);
      else if (typeof value !== 'number') numeric.set(name, false);
      else if (!numeric.has(name)) numeric.set(name, true);
    }
  }
  return [...numeric].map(([name, isNumeric]) => ({ name, isNumeric }));
}

/** One event as a row; null where it lacks a field. */
export const rowOf = (event: TraceEvent, columns: readonly Column[]): Cell[] =>
  columns.map(({ name, isNumeric }) => cellOf(event[name], isNumeric));

function cellOf(value: unknown, isNumeric: boolean): Cell {
  if (value === null || value === undefined) return null;
  if (isNumeric) return value as number;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Comma-separated values after RFC 4180, line by line with a head; null as an empty field. */
export function* csv(events: () => Iterable<TraceEvent>): Iterable<string> {
  const columns = columnsOf(events());
  yield `${columns.map(({ name }) => field(name)).join(',')}\n`;
  for (const event of events()) yield `${rowOf(event, columns).map(field).join(',')}\n`;
}

function field(value: Cell): string {
  const text = value === null ? '' : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
