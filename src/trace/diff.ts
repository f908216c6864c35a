import type { TraceHeader } from './header.ts';
import { eventOf, type Trace } from './reader.ts';

/** The first event in which two traces differ; undefined on the side that has ended. */
export interface Difference {
  /** 0-based, the header apart. */
  readonly index: number;
  readonly a: string | undefined;
  readonly b: string | undefined;
  /** Up to five events before, which both have. */
  readonly before: readonly string[];
}

/** What two traces have in common and what not. */
export interface TraceDiff {
  /** Names of the header's fields that differ. */
  readonly header: readonly string[];
  readonly first: Difference | undefined;
  /** Events of each kind from the first difference on, where the numbers differ. */
  readonly kinds: Readonly<Record<string, { readonly a: number; readonly b: number }>>;
  readonly events: { readonly a: number; readonly b: number };
  readonly virtualSeconds: { readonly a: number; readonly b: number };
  readonly accuracy: { readonly a: number | null; readonly b: number | null };
}

const CONTEXT = 5;
const NANOSECONDS = 1e9;

/** Compares two traces event by event, in constant memory. */
export function diffTraces(a: Trace, b: Trace): TraceDiff {
  const [left, right] = [side(a), side(b)];
  const before: string[] = [];
  let first: Difference | undefined;
  for (let index = 0; ; index++) {
    const [mine, other] = [left.next(), right.next()];
    if (mine === undefined && other === undefined) break;
    if (first === undefined && mine !== other) first = { index, a: mine, b: other, before: [...before] };
    if (first === undefined) {
      before.push(mine as string);
      if (before.length > CONTEXT) before.shift();
    }
    left.tally(mine, first !== undefined);
    right.tally(other, first !== undefined);
  }
  return {
    header: headerDifferences(a.header, b.header),
    first,
    kinds: changedKinds(left.kinds, right.kinds),
    events: { a: left.seen.events, b: right.seen.events },
    virtualSeconds: { a: left.seen.at / NANOSECONDS, b: right.seen.at / NANOSECONDS },
    accuracy: { a: left.seen.accuracy, b: right.seen.accuracy },
  };
}

const KIND = /"kind":"([^"]+)"/;

function side(trace: Trace) {
  const lines = trace.lines()[Symbol.iterator]();
  const kinds = new Map<string, number>();
  const seen = { events: 0, at: 0, accuracy: null as number | null };
  return {
    kinds,
    seen,
    next: (): string | undefined => lines.next().value as string | undefined,
    tally(text: string | undefined, hasChanged: boolean): void {
      if (text === undefined) return;
      seen.events++;
      seen.at = Number(/^\{"at":(\d+)/.exec(text)?.[1] ?? seen.at);
      const kind = KIND.exec(text)?.[1] ?? '?';
      if (hasChanged) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (kind !== 'model.evaluated') return;
      const event = eventOf(text, trace.path, seen.events + 1);
      if (event.iteration === undefined) seen.accuracy = event.accuracy as number | null;
    },
  };
}

function changedKinds(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): TraceDiff['kinds'] {
  const names = [...new Set([...a.keys(), ...b.keys()])].sort();
  const counted = names.map((name) => [name, { a: a.get(name) ?? 0, b: b.get(name) ?? 0 }] as const);
  return Object.fromEntries(counted.filter(([, count]) => count.a !== count.b));
}

function headerDifferences(a: TraceHeader, b: TraceHeader): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])] as (keyof TraceHeader)[];
  return names.filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
}
