import type { Trace, TraceEvent } from '../../trace/reader.ts';
import { type Phase, Phases } from './phases.ts';

/**
 * A trace in the Trace Event Format (JSON) that Perfetto and Chrome's tracing open: a track for each actor, with a complete
 * event (`X`) for each phase, arrows (`s` to `f`) for messages, instants (`i`) for what else happened to it, and counters (`C`)
 * for scores. Times are microseconds of virtual time, with nanoseconds as decimals.
 *
 * Made in one pass, in memory that grows with the number of actors alone. A phase is written when it ends, so events are not
 * in the order of their times, which the format allows.
 *
 * Source: Trace Event Format, https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMh4h6I0nSsKchNAySU
 */
export function* perfetto(trace: Trace): Iterable<string> {
  const { scenario, seed, version } = trace.header;
  const about = JSON.stringify({ producer: `fadelab ${version}`, scenario, seed });
  yield `{"displayTimeUnit":"ns","otherData":${about},"traceEvents":[\n`;
  let separator = '';
  for (const event of traceEvents(trace)) {
    yield `${separator}${JSON.stringify(event)}`;
    separator = ',\n';
  }
  yield '\n]}\n';
}

/** Processes group the tracks. */
const group = { servers: 1, clients: 2, others: 3 } as const;
type Group = keyof typeof group;

/** Messages from actor to actor, each with its sender in `from`. */
const MESSAGES: ReadonlySet<string> = new Set([
  ...['model.received', 'update.received', 'update.reported', 'uplink.granted', 'uplink.released'],
  ...['setup.requested', 'setup.received', 'gossip.received', 'model.shared', 'share.acknowledged'],
  ...['setup.shared', 'setup.completed'],
]);

interface Track {
  readonly pid: number;
  readonly tid: number;
}

/** One object of the list, as the format has it. */
export interface PerfettoEvent extends Partial<Track> {
  readonly ph: 'X' | 'M' | 'i' | 's' | 'f' | 'C';
  readonly name: string;
  readonly [field: string]: unknown;
}

function* traceEvents(trace: Trace): Iterable<PerfettoEvent> {
  for (const name of Object.keys(group) as Group[]) {
    yield { ph: 'M', name: 'process_name', pid: group[name], args: { name } };
    yield { ph: 'M', name: 'process_sort_index', pid: group[name], args: { sort_index: group[name] } };
  }
  const isClient = (actor: string): boolean => actor.startsWith('client-');
  const phases = new Phases(isClient);
  const tracks = new Map<string, Track>();
  let [flows, now] = [0, 0];
  for (const event of trace.events()) {
    now = event.at;
    if (!tracks.has(event.actor)) {
      const kind: Group = isClient(event.actor) ? 'clients' : 'others';
      const track = { pid: group[event.kind === 'started' ? 'servers' : kind], tid: tracks.size + 1 };
      tracks.set(event.actor, track);
      yield { ph: 'M', name: 'thread_name', ...track, args: { name: event.actor } };
      yield { ph: 'M', name: 'thread_sort_index', ...track, args: { sort_index: numberOf(event.actor) } };
    }
    const track = tracks.get(event.actor) as Track;
    const ended = phases.follow(event);
    for (const phase of ended) yield span(phase, tracks);
    if (event.kind === 'model.evaluated') yield* counters(event, track);
    const download = ended.find(({ name }) => name === 'receiving');
    const arrow = arrowOf(event, download?.from ?? phases.sent(String(event.from)), tracks);
    if (arrow === undefined) yield { ph: 'i', ...mark(event, track), s: 't' };
    else {
      const flow = { name: event.kind, cat: 'message', id: ++flows };
      yield { ph: 'X', ...mark(event, track), dur: 0 };
      yield { ph: 's', ...flow, ...arrow.track, ts: microseconds(arrow.sent) };
      yield { ph: 'f', bp: 'e', ...flow, ...track, ts: microseconds(event.at) };
    }
  }
  for (const phase of phases.end(now)) yield span(phase, tracks);
}

const microseconds = (nanoseconds: number): number => nanoseconds / 1e3;

const span = ({ actor, name, from, to }: Phase, tracks: ReadonlyMap<string, Track>): PerfettoEvent => ({
  ...{ ph: 'X', name, cat: 'phase', ...tracks.get(actor) },
  ...{ ts: microseconds(from), dur: microseconds(to - from) },
});

function mark({ at, actor, kind, ...args }: TraceEvent, track: Track) {
  return { name: kind, cat: 'event', ...track, ts: microseconds(at), args };
}

function* counters({ at, accuracy, loss, iteration }: TraceEvent, { pid }: Track): Iterable<PerfettoEvent> {
  if (iteration !== undefined) return;
  for (const [name, value] of Object.entries({ accuracy, loss })) {
    if (typeof value === 'number') yield { ph: 'C', name, pid, ts: microseconds(at), args: { [name]: value } };
  }
}

/** Where a message came from; a phase of the sender's begins where it set out. */
function arrowOf({ kind, from }: TraceEvent, sent: number | undefined, tracks: ReadonlyMap<string, Track>) {
  if (!MESSAGES.has(kind) || typeof from !== 'string') return undefined;
  const track = tracks.get(from);
  return sent === undefined || track === undefined ? undefined : { sent, track };
}

/** client-2 before client-10. */
const numberOf = (actor: string): number => Number(/\d+$/.exec(actor)?.[0] ?? -1);
