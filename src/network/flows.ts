import { present } from '../assert.ts';
import { type Bits, type BitsPerSecond, type Instant, never, type Seconds, start } from '../units.ts';
import type { Wire } from './contract.ts';
import { FlowQueue, type Queued } from './flow-queue.ts';
import { type Bundle, maxMin } from './max-min.ts';
import type { Alarms, Gone, Medium } from './medium.ts';
import { NANOSECONDS_PER_SECOND, through } from './rate-profile.ts';

/** One direction of a link between two servers. */
export interface Line {
  readonly wire: Wire;
  /** Who has cut it: it is whole again when all of them have mended it. */
  readonly cutBy: Set<string>;
  /** Paths over it that carry flows. */
  readonly busy: Set<Path>;
}

/** A sequence of lines, and the flows that take it. All of them have one rate, so one account serves them all. */
export interface Path {
  readonly lines: readonly Line[];
  /** Of all lines together. */
  readonly latency: Seconds;
  readonly queue: FlowQueue<Flow>;
  /** Rate of each flow. */
  rate: BitsPerSecond;
  /** Bits that a flow would have got since the path was last idle, with what rounding took from the sum. */
  service: Bits;
  lost: Bits;
  since: Instant;
  /** When the first flow is through, as long as nothing changes, and the event that says so. */
  end: Instant;
  alarm: number | undefined;
}

interface Flow extends Queued {
  readonly id: number;
  readonly path: Path;
  through: boolean;
}

export const line = (wire: Wire): Line => ({ wire, cutBy: new Set(), busy: new Set() });

export const isCut = ({ cutBy }: Line): boolean => cutBy.size > 0;

export const pathOver = (lines: readonly Line[]): Path => ({
  ...{ lines, latency: lines.reduce((sum, { wire }) => sum + wire.latency, 0), queue: new FlowQueue<Flow>() },
  ...{ rate: 0, service: 0, lost: 0, since: start, end: never, alarm: undefined },
});

/**
 * Transfers over the links between servers: each takes all lines of its path at once, and lines are shared max–min fair.
 *
 * A path keeps one running account of the bits that any of its flows has got, and a flow is through when that account
 * reaches the mark set at its arrival: it costs O(log n) to come or go among n flows that take the same lines, however
 * often rates change. Only paths that share lines with one another, directly or through others, are worked out anew.
 *
 * Source: the account is the virtual time of Parekh and Gallager's generalised processor sharing, IEEE/ACM Trans.
 * Networking 1 (3), 1993.
 */
export class Flows implements Omit<Medium<Path>, 'settle'> {
  readonly #flows = new Map<number, Flow>();
  readonly #alarms: Alarms;
  #arrivals = 0;
  #rateChanges = 0;

  constructor(alarms: Alarms) {
    this.#alarms = alarms;
  }

  get load(): number {
    return this.#flows.size;
  }

  get rateChanges(): number {
    return this.#rateChanges;
  }

  join(id: number, path: Path, bits: Bits): void {
    this.#settle(path);
    const flow = { id, path, mark: path.service + bits, order: this.#arrivals++, place: 0, through: false };
    this.#flows.set(id, flow);
    path.queue.add(flow);
    for (const each of path.lines) each.busy.add(path);
    this.#share(path.lines, path);
  }

  leave(id: number): Gone | undefined {
    const flow = this.#flows.get(id);
    if (flow === undefined) return undefined;
    const { path } = flow;
    this.#flows.delete(id);
    this.#settle(path);
    const remaining = flow.through ? 0 : Math.max(0, flow.mark - path.service);
    path.queue.remove(flow);
    if (path.queue.size === 0) this.#rest(path);
    this.#share(path.lines, path);
    return { remaining, airtime: 0, through: flow.through, latency: path.latency };
  }

  advance(id: number): boolean {
    const flow = this.#flows.get(id);
    if (flow === undefined) return false;
    const { path } = flow;
    path.alarm = undefined;
    this.#settle(path);
    flow.through = true;
    return true;
  }

  refresh(lines: readonly Line[] = [...this.#flows.values()].flatMap(({ path }) => path.lines)): void {
    this.#share(lines);
  }

  /** Which path a flow is on. */
  pathOf(id: number): Path | undefined {
    return this.#flows.get(id)?.path;
  }

  /** Shares anew what has to do with these lines. @param touched a path whose first flow may have changed */
  #share(lines: readonly Line[], touched?: Path): void {
    const paths = connected(lines);
    if (paths.length === 0) return;
    const rates = fairRates(paths);
    paths.forEach((path, index) => {
      const rate = rates[index] as number;
      if (rate === path.rate && path !== touched) return;
      this.#settle(path);
      path.rate = rate;
      this.#rateChanges += path.queue.size;
      this.#watch(path);
    });
  }

  #settle(path: Path): void {
    const now = this.#alarms.now();
    if (now === path.since) return;
    // Compensated, so that a path that is busy for days is exact to the last.
    const gain = (path.rate * (now - path.since)) / NANOSECONDS_PER_SECOND - path.lost;
    const sum = path.service + gain;
    path.lost = sum - path.service - gain;
    path.service = sum;
    path.since = now;
    // What rounding leaves of a flow that has come to its end is nothing.
    if (path.end <= now) path.service = Math.max(sum, path.queue.head?.mark ?? 0);
  }

  #watch(path: Path): void {
    if (path.alarm !== undefined) this.#alarms.clear(path.alarm);
    const head = present(path.queue.head, 'flow');
    path.end = through(path.since, head.mark - path.service, path.rate);
    path.alarm = path.end === never ? undefined : this.#alarms.set(path.end, head.id);
  }

  #rest(path: Path): void {
    if (path.alarm !== undefined) this.#alarms.clear(path.alarm);
    for (const each of path.lines) each.busy.delete(path);
    path.alarm = undefined;
    path.end = never;
    path.rate = 0;
    path.service = 0;
    path.lost = 0;
  }
}

/** All busy paths that share lines with these, directly or through others. */
function connected(lines: readonly Line[]): readonly Path[] {
  const [line] = lines;
  // Most wires are a way of their own.
  if (line !== undefined && lines.length === 1 && line.busy.size <= 1) {
    const alone = [...line.busy];
    if (alone.every((path) => path.lines.length === 1)) return alone;
  }
  const paths = new Set<Path>();
  const seen = new Set(lines);
  for (const each of seen) {
    for (const path of each.busy) {
      if (paths.has(path)) continue;
      paths.add(path);
      for (const other of path.lines) seen.add(other);
    }
  }
  return [...paths];
}

const capacity = (each: Line): BitsPerSecond => (isCut(each) ? 0 : each.wire.rate);

/** Max–min fair rates of paths; lines that aren't shared give each flow all they have. */
function fairRates(paths: readonly Path[]): ArrayLike<BitsPerSecond> {
  const [only] = paths;
  if (paths.length === 1 && only?.lines.length === 1) {
    const [single] = only.lines as [Line];
    return [single.wire.shared ? capacity(single) / only.queue.size : capacity(single)];
  }
  const numbers = new Map<Line, number>();
  for (const { lines } of paths) {
    for (const each of lines) if (each.wire.shared && !numbers.has(each)) numbers.set(each, numbers.size);
  }
  const bundles = paths.map(
    ({ lines, queue }): Bundle => ({
      flows: queue.size,
      links: lines.flatMap((each) => numbers.get(each) ?? []),
      limit: lines.reduce(
        (least, each) => (each.wire.shared ? least : Math.min(least, capacity(each))),
        Number.POSITIVE_INFINITY,
      ),
    }),
  );
  return maxMin([...numbers.keys()].map(capacity), bundles);
}
