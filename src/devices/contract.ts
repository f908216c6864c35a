import type { Stream } from '../math/streams.ts';
import type { Joules, Seconds, Watts } from '../units.ts';

/** How clock frequencies spread over clients. */
export interface ClockSpread {
  /** Clock of client `index` of `count`, as multiply–accumulates per second. `draws` belongs to the client. */
  macsPerSecond(
    client: { readonly index: number; readonly count: number; readonly cluster: number; readonly clusters: number },
    draws: Stream,
  ): number;
}

/** Random slow-down of one computation. */
export interface Straggler {
  /** Time of a computation that takes `nominal` seconds undisturbed; `draws.at(index)` is the computation's own draw. */
  duration(nominal: Seconds, draws: Stream, index: number): Seconds;
  /** Mean of an exponential excess as a share of the nominal time, where that is all; 0 for none. For servers that reckon. */
  readonly excess?: number;
}

/** All clients, and draws that they share: who drops out can depend on who else does. One object for a whole run. */
export interface Population {
  readonly clients: number;
  readonly draws: Stream;
}

/** Where in its round a client drops out, and which share of that work it still does: computing 0 is before computing. */
export interface Dropout {
  readonly during: 'computing' | 'transmitting';
  /** In [0, 1). */
  readonly share: number;
}

/** When a client can be reached. */
export interface Availability {
  /** Whether the client answers in a round at all; asked once per round, drawn at index `round`. */
  inRound(client: number, round: number, draws: Stream, population: Population): boolean;
  /** Where an invited client drops out of a round, losing its work, and is back at once; undefined where it stays. */
  dropout?(client: number, round: number, draws: Stream, population: Population): Dropout | undefined;
  /** Probability that a client takes part in a round to the end, where the process knows it; the first round apart. */
  probability?(client: number, population: Population): number;
  /**
   * The k-th sojourn (0-based, alternating online, offline, …) of the client [s]; Infinity where it never ends.
   * An event ends each sojourn, so a client can be lost at any instant.
   */
  sojourn(client: number, k: number, draws: Stream): Seconds;
}

/** What a client can still spend. Charges are in joules; all functions are pure. */
export interface Battery {
  /** Charge at the start. `draws` belongs to the client. */
  initial(client: number, draws: Stream): Joules;
  /** Charge after `elapsed` seconds in which `spent` joules went: 0 is empty. */
  chargeAfter(charge: Joules, elapsed: Seconds, spent: Joules): Joules;
  /** Time until a charge is gone at a constant power; Infinity where it never is. */
  lasts(charge: Joules, power: Watts): Seconds;
  /** Time until a client that spends nothing comes back with enough charge; Infinity where it never does. */
  returnsAfter(charge: Joules): Seconds;
}
