import { SimulationError } from '../errors.ts';
import type { Instant, Seconds } from '../units.ts';

/** Most rounds that one server may open at one instant. */
const ROUNDS_PER_INSTANT_MAX = 10_000;

/**
 * Most events at one instant: so many, and so many more for each actor. A round of the quickstart is five events for each
 * actor, so that two hundred whole rounds of everybody fit in.
 */
const EVENTS_PER_INSTANT = 100_000;
const EVENTS_PER_ACTOR = 1_000;

/** Counts events at one instant: where they only lead to one another, time stands still for good. */
export class InstantLimit {
  #instant = -1;
  #events = 0;

  /**
   * @param place who has what before them, for the error alone
   * @throws SimulationError with the code LIMIT_EXCEEDED
   */
  count(now: Instant, actors: number, place: () => string): void {
    if (now !== this.#instant) {
      this.#instant = now;
      this.#events = 0;
    }
    this.#events += 1;
    const most = EVENTS_PER_INSTANT + EVENTS_PER_ACTOR * actors;
    if (this.#events <= most) return;
    throw new SimulationError({
      what: `exceeded limit of events at one instant: ${most}`,
      where: place(),
      remedy: 'let computing, links, dropouts or whatever is waited for there take time',
      code: 'LIMIT_EXCEEDED',
    });
  }
}

/**
 * Most steps of transfers, block after block or try after try, between which nobody hears anything: so many, and so many for
 * each actor. With blocks of 1 ms, 20,000 are a transfer of 20 s by everybody at once.
 */
const STEPS_LEAST = 100_000;
const STEPS_PER_ACTOR = 20_000;

/** Counts steps of transfers: one that can never end would run virtual time off without an event. */
export class CarryingLimit {
  #steps = 0;

  /** Something else than carrying has happened. */
  reset(): void {
    this.#steps = 0;
  }

  /**
   * @param place what is carried, for the error alone
   * @throws SimulationError with the code LIMIT_EXCEEDED
   */
  count(actors: number, place: () => string): void {
    this.#steps += 1;
    const most = STEPS_LEAST + STEPS_PER_ACTOR * actors;
    if (this.#steps <= most) return;
    throw new SimulationError({
      what: `exceeded limit of steps of transfers while nothing arrives: ${most}`,
      where: place(),
      remedy: 'let its link carry something: see gains, thresholds, access and antennas, or make blocks longer',
      code: 'LIMIT_EXCEEDED',
    });
  }
}

/** Rounds without updates can cost a server nothing: time may then stand still for good. */
export class PaceLimit {
  /** Of each server, the instant of its last round and the first round that it opened then. */
  readonly #rounds = new Map<string, { readonly instant: Seconds; readonly since: number }>();

  /** @throws SimulationError with the code LIMIT_EXCEEDED */
  check(server: string, round: number, now: Seconds): void {
    const pace = this.#rounds.get(server);
    if (pace === undefined || pace.instant !== now) this.#rounds.set(server, { instant: now, since: round });
    else if (round - pace.since > ROUNDS_PER_INSTANT_MAX) {
      throw new SimulationError({
        what: `exceeded limit of rounds at one instant: ${ROUNDS_PER_INSTANT_MAX}`,
        where: `${server}, t = ${now} s`,
        remedy: 'let the scheduling policy invite someone, or let computing and links take time',
        code: 'LIMIT_EXCEEDED',
      });
    }
  }
}
