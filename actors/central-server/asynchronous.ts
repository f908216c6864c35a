import type { ActorEvent, Message, ModelVersion } from '../../src/event.ts';
import type { Streaming } from '../../src/policies/algorithm.ts';
import type { AsynchronousCentralServerRole } from '../role.ts';

export type Arrival = Extract<ActorEvent, { type: 'update.received' }>;

/** A server that never closes its door: the version of its model, and the updates that wait to join it. */
export interface Stream {
  readonly role: AsynchronousCentralServerRole;
  /** Rounds opened so far: version `round` − 1 of the model is the present one. */
  readonly round: number;
  readonly model: ModelVersion;
  readonly cohort: readonly string[];
  /** Updates that have come and wait for their turn. */
  readonly mail: readonly Arrival[];
  /** Admitted updates, in order of arrival. */
  readonly buffer: readonly Arrival[];
  /** The updates that are being combined. */
  readonly taken: readonly Arrival[];
  readonly discarded: number;
}

/** Versions that were published between the download behind an update and now. */
const stalenessOf = ({ round }: Stream, arrival: Arrival): number => round - arrival.round;

const isTooStale = (stream: Stream, arrival: Arrival): boolean =>
  stalenessOf(stream, arrival) > stream.role.streaming.stalenessMax;

export const isFull = ({ buffer, role }: Stream): boolean => buffer.length >= role.streaming.buffer;

/** Takes the next update out of the mail: into the buffer, unless it is too stale. */
export function open(stream: Stream): Partial<Stream> {
  const [arrival, ...mail] = stream.mail as [Arrival, ...Arrival[]];
  if (isTooStale(stream, arrival)) return { mail, discarded: stream.discarded + 1 };
  return { mail, buffer: [...stream.buffer, arrival] };
}

/** The first `buffer` updates, and what is left for the next version. */
export const take = ({ buffer, role }: Stream): Partial<Stream> => ({
  taken: buffer.slice(0, role.streaming.buffer),
  buffer: buffer.slice(role.streaming.buffer),
});

export const broadcast = ({ role, cohort, round, model }: Stream) => ({
  to: cohort,
  message: { type: 'model.received', from: role.id, round, model } satisfies Message,
});

/**
 * How updates join the model:
 *
 *   mix:  w ← (1 − a) w + a Σ_i w_i / K,   a = α s̄, the mean of s(δ_i) = ψ(δ_i)/ψ(0)
 *   add:  w ← w + (η_g / K) Σ_i s(δ_i) (w_i − base_i)
 */
export function combine(stream: Stream) {
  const { taken, model, round } = stream;
  const factors = taken.map((arrival) => factor(stream.role.streaming, stalenessOf(stream, arrival)));
  const { rate, rule } = stream.role.streaming;
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
    lost: stream.discarded,
    staleness: stream.taken.map((arrival) => stalenessOf(stream, arrival)),
    model: stream.model,
  },
});
