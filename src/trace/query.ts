import type { TraceEvent } from './reader.ts';

/** A field by name, or a number worked out from an event. */
export type Field = string | ((event: TraceEvent) => unknown);

/** Figures over the numbers of a field; events that lack it, or hold null there, don't count. */
export interface Figures<Figure, Count> {
  count(): Count;
  mean(field: Field): Figure;
  sum(field: Field): Figure;
  min(field: Field): Figure;
  max(field: Field): Figure;
  /** Linear between order statistics, 0 ≤ q ≤ 1. Keeps the numbers, unlike the others. */
  quantile(field: Field, q: number): Figure;
}

/** Events of a trace, read anew for each figure and never held: any length in constant memory. */
export interface Query extends Figures<number | undefined, number>, Iterable<TraceEvent> {
  where(test: (event: TraceEvent) => boolean): Query;
  /** Events at from ≤ t < to, virtual seconds. */
  between(from: number, to: number): Query;
  /** Figures of each value of a field, in the order in which the values first appear. */
  by(field: Field): Figures<Map<unknown, number>, Map<unknown, number>>;
  first(): TraceEvent | undefined;
}

const NANOSECONDS = 1e9;

export function query(events: () => Iterable<TraceEvent>): Query {
  const all = figuresOf(events, () => undefined);
  return {
    [Symbol.iterator]: () => events()[Symbol.iterator](),
    where: (test) => query(() => filtered(events(), test)),
    between: (from, to) =>
      query(() => filtered(events(), ({ at }) => at >= from * NANOSECONDS && at < to * NANOSECONDS)),
    by: (field) => figuresOf(events, reader(field)),
    first() {
      for (const event of events()) return event;
      return undefined;
    },
    count: () => all.count().get(undefined) ?? 0,
    mean: (field) => all.mean(field).get(undefined),
    sum: (field) => all.sum(field).get(undefined),
    min: (field) => all.min(field).get(undefined),
    max: (field) => all.max(field).get(undefined),
    quantile: (field, q) => all.quantile(field, q).get(undefined),
  };
}

function* filtered(events: Iterable<TraceEvent>, test: (event: TraceEvent) => boolean): Iterable<TraceEvent> {
  for (const event of events) if (test(event)) yield event;
}

const reader = (field: Field): ((event: TraceEvent) => unknown) =>
  typeof field === 'function' ? field : (event) => event[field];

interface Tally {
  count: number;
  sum: number;
  min: number;
  max: number;
}

function figuresOf(events: () => Iterable<TraceEvent>, key: (event: TraceEvent) => unknown) {
  const tallies = (field: Field): Map<unknown, Tally> => {
    const found = new Map<unknown, Tally>();
    for (const [group, number] of numbers(events(), key, reader(field))) {
      const tally = found.get(group) ?? { count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: -Infinity };
      found.set(group, tally);
      tally.count++;
      tally.sum += number;
      tally.min = Math.min(tally.min, number);
      tally.max = Math.max(tally.max, number);
    }
    return found;
  };
  return {
    count() {
      const counts = new Map<unknown, number>();
      for (const event of events()) counts.set(key(event), (counts.get(key(event)) ?? 0) + 1);
      return counts;
    },
    mean: (field: Field) => mapped(tallies(field), ({ sum, count }) => sum / count),
    sum: (field: Field) => mapped(tallies(field), ({ sum }) => sum),
    min: (field: Field) => mapped(tallies(field), ({ min }) => min),
    max: (field: Field) => mapped(tallies(field), ({ max }) => max),
    quantile(field: Field, q: number) {
      const found = new Map<unknown, number[]>();
      for (const [group, number] of numbers(events(), key, reader(field))) {
        const known = found.get(group);
        if (known === undefined) found.set(group, [number]);
        else known.push(number);
      }
      return mapped(found, (all) => quantileOf(Float64Array.from(all).sort(), q));
    },
  };
}

function* numbers(
  events: Iterable<TraceEvent>,
  key: (event: TraceEvent) => unknown,
  read: (event: TraceEvent) => unknown,
): Iterable<readonly [unknown, number]> {
  for (const event of events) {
    const value = read(event);
    if (typeof value === 'number' && Number.isFinite(value)) yield [key(event), value];
  }
}

/** Linear interpolation between order statistics, Hyndman and Fan's type 7. */
function quantileOf(sorted: Float64Array, q: number): number {
  const place = (sorted.length - 1) * Math.min(1, Math.max(0, q));
  const below = Math.floor(place);
  const low = sorted[below] as number;
  return low + (place - below) * ((sorted[Math.min(below + 1, sorted.length - 1)] as number) - low);
}

const mapped = <Value, Result>(from: Map<unknown, Value>, change: (value: Value) => Result): Map<unknown, Result> =>
  new Map([...from].map(([key, value]) => [key, change(value)]));
