import type { ActorEvent, Message, ModelVersion } from '../../src/event.ts';
import type { Streaming } from '../../src/policies/algorithm.ts';
import type { AsynchronousCentralServerRole } from '../role.ts';
import { type TierModel, tierModel, tierWeights } from './tiers.ts';

export type Arrival = Extract<ActorEvent, { type: 'update.received' }>;

/** A client that trains, or whose update is still on its way. */
interface InFlight {
  readonly id: string;
  /** The round in which it was invited. */
  readonly round: number;
}

/** A server that never closes its door: the version of its model, and the updates that wait to join it. */
export interface Stream {
  readonly role: AsynchronousCentralServerRole;
  /** Rounds opened so far: version `round` − 1 of the model is the present one. */
  readonly round: number;
  readonly model: ModelVersion;
  readonly cohort: readonly string[];
  /** Local steps of each of them, where they differ. */
  readonly localSteps: readonly number[] | undefined;
  readonly inFlight: readonly InFlight[];
  /** Updates that have come and wait for their turn. */
  readonly mail: readonly Arrival[];
  /** Admitted updates, in order of arrival. */
  readonly buffer: readonly Arrival[];
  /** The updates that are being combined. */
  readonly taken: readonly Arrival[];
  /** Staleness of the updates that this round has thrown away. */
  readonly discarded: readonly number[];
  /** Tier of each client that was invited so far, where clients are divided into tiers. */
  readonly tierOf: ReadonlyMap<string, number>;
  readonly tiers: readonly TierModel[];
  /** After so long it asks again, where nobody is at work for it [s]; null where it waits for somebody to come back. */
  readonly retryAfter: number | null;
}

export const emptyStream = (role: AsynchronousCentralServerRole): Stream => ({
  ...{ role, round: 1, model: role.initial, cohort: [], inFlight: [], mail: [], buffer: [], taken: [], discarded: [] },
  ...{ tierOf: new Map(), retryAfter: null, localSteps: undefined },
  tiers: Array.from({ length: role.streaming.tiers?.count ?? 0 }, () => ({ updates: [], weights: [], versions: 0 })),
});

/** Versions that were published between the download behind an update and now. */
const stalenessOf = ({ round }: Stream, arrival: Arrival): number => round - arrival.round;

const isTooStale = (stream: Stream, arrival: Arrival): boolean => {
  const { stale, stalenessMax } = stream.role.streaming;
  return stale === 'discard' && stalenessOf(stream, arrival) > stalenessMax;
};

export function invite({ inFlight, round, tierOf }: Stream, event: Extract<ActorEvent, { type: 'cohort.scheduled' }>) {
  const { cohort, tiers } = event;
  const known =
    tiers === undefined ? tierOf : new Map([...tierOf, ...cohort.map((id, at) => [id, tiers[at] ?? 0] as const)]);
  return {
    cohort,
    localSteps: event.localSteps,
    retryAfter: event.closeAfter,
    tierOf: known,
    inFlight: [...inFlight, ...cohort.map((id) => ({ id, round }))],
  };
}

/** With nobody at work, and nobody who answers, there is nothing to wait for but another try. */
export const retry = ({ inFlight, retryAfter, round }: Stream) => ({
  id: 'retry',
  seconds: inFlight.length === 0 && retryAfter !== null ? retryAfter : Number.POSITIVE_INFINITY,
  event: { type: 'deadline.passed' as const, round },
});

/** A client broke away: its update will not come. */
export const forget = ({ inFlight }: Stream, peer: string): Partial<Stream> => ({
  inFlight: inFlight.filter(({ id }) => id !== peer),
});

/** Members that are not to be invited yet: those whose update is waiting for a version that it will be part of. */
export function except({ mail, buffer, role }: Stream): string[] {
  const { stale, tiers } = role.streaming;
  const waiting = stale === 'wait' || tiers !== undefined ? buffer : [];
  return [...mail, ...waiting].map(({ from }) => from);
}

const tierIn = ({ tierOf }: Stream, id: string): number => tierOf.get(id) ?? 0;

/** The fastest tier of which all updates are in; undefined where there is none. */
const completeTier = (stream: Stream): number | undefined =>
  stream.tiers.findIndex(
    (_, tier) =>
      stream.buffer.some(({ from }) => tierIn(stream, from) === tier) &&
      !stream.inFlight.some(({ id }) => tierIn(stream, id) === tier),
  );

/** Whether the buffer makes a new version. */
export function isFull(stream: Stream): boolean {
  const { buffer, inFlight, round, role } = stream;
  const { buffer: count, stale, stalenessMax, tiers } = role.streaming;
  if (tiers !== undefined) return (completeTier(stream) ?? -1) >= 0;
  if (stale === 'discard') return buffer.length >= count;
  const isEnough = buffer.length >= count || (buffer.length > 0 && inFlight.length === 0);
  return isEnough && !inFlight.some((each) => round - each.round >= stalenessMax);
}

/** Takes the next update out of the mail: into the buffer, unless it is too stale. */
export function open(stream: Stream): Partial<Stream> {
  const [arrival, ...mail] = stream.mail as [Arrival, ...Arrival[]];
  const rest = { mail, ...forget(stream, arrival.from) };
  if (isTooStale(stream, arrival)) return { ...rest, discarded: [...stream.discarded, stalenessOf(stream, arrival)] };
  return { ...rest, buffer: [...stream.buffer, arrival] };
}

/** The updates of the next version, and what is left for later ones: K, all that are in, or those of one tier. */
export function take(stream: Stream): Partial<Stream> {
  const { buffer, role, tiers } = stream;
  const { streaming, members } = role;
  if (streaming.tiers !== undefined) {
    const tier = completeTier(stream) ?? 0;
    const isTaken = ({ from }: Arrival) => tierIn(stream, from) === tier;
    const taken = buffer.filter(isTaken).toSorted((a, b) => members.indexOf(a.from) - members.indexOf(b.from));
    const versions = (tiers[tier]?.versions ?? 0) + 1;
    return {
      taken,
      buffer: buffer.filter((each) => !isTaken(each)),
      tiers: tiers.with(tier, tierModel(role, taken, versions)),
    };
  }
  const count = streaming.stale === 'wait' ? buffer.length : streaming.buffer;
  return { taken: buffer.slice(0, count), buffer: buffer.slice(count) };
}

export function broadcast({ role, cohort, round, model, localSteps }: Stream) {
  const message = { type: 'model.received', from: role.id, round, model } satisfies Message;
  return { to: cohort, message: localSteps?.map((steps): Message => ({ ...message, localSteps: steps })) ?? message };
}

/**
 * How updates join the model:
 *
 *   mix:  w ← (1 − a) w + a Σ_i w_i / K,   a = α s̄, the mean of s(δ_i) = ψ(δ_i)/ψ(0)
 *   add:  w ← w + (η_g / K) Σ_i s(δ_i) (w_i − base_i)
 *   tiers: w ← Σ_m β_m w_m over the tiers' models
 */
export function combine(stream: Stream) {
  const { taken, model, round, role } = stream;
  if (role.streaming.tiers !== undefined) return { round, exchange: 0, ...tierWeights(stream.tiers, role.initial) };
  const factors = taken.map((arrival) => factor(role.streaming, stalenessOf(stream, arrival)));
  const { rate, rule } = role.streaming;
  const each = factors.map((s) => (rate * s) / taken.length);
  const own = rule === 'mix' ? 1 - each.reduce((sum, weight) => sum + weight, 0) : 1;
  const bases = rule === 'mix' ? [] : taken.map(({ base }) => base as ModelVersion);
  return {
    round,
    exchange: 0,
    models: [model, ...taken.map((arrival) => arrival.model), ...bases],
    weights: [own, ...each, ...bases.map((_, index) => -(each[index] as number))],
  };
}

const factor = ({ staleness }: Streaming, age: number): number => staleness(age) / staleness(0);

export const closed = (stream: Stream) => ({
  note: {
    type: 'round.closed' as const,
    round: stream.round,
    admitted: stream.taken.length,
    lost: stream.discarded.length,
    staleness: stream.taken.map((arrival) => stalenessOf(stream, arrival)),
    ...(stream.discarded.length > 0 ? { discarded: stream.discarded } : {}),
    model: stream.model,
  },
});
