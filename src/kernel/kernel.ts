import { InvariantError, SimulationError } from '../errors.ts';
import { type Instant, start, toSeconds } from '../units.ts';
import { type EventId, EventList, type Priority } from './event-list.ts';

/** Why the loop returned. */
export type Pause =
  /** Nothing is pending. */
  | 'drained'
  /** The next event lies after the limit. */
  | 'limit'
  /** The next event's result is still being computed: wait for it and go on. */
  | 'blocked'
  /** `stop` was called. */
  | 'stopped';

/** Most events at one instant; more means that time stands still for good. */
export const EVENTS_PER_INSTANT_MAX = 20_000_000;

const stalled = (at: Instant) =>
  new SimulationError({
    what: `exceeded limit of events at one instant: ${EVENTS_PER_INSTANT_MAX}`,
    where: `t = ${toSeconds(at)} s`,
    remedy: 'look for rounds that take no time: a policy that invites nobody, links without delay, or free computing',
    code: 'LIMIT_EXCEEDED',
  });

export interface KernelOptions<Payload> {
  /** Commits one event, at `kernel.now`. */
  readonly deliver: (payload: Payload) => void;
  /** Whether an event can be committed yet; a step's end can't before its result is there. Default: always. */
  readonly ready?: (payload: Payload) => boolean;
  /** Order among ties, for tests; first come, first served by default. */
  readonly tieBreak?: (sequence: number) => number;
}

/**
 * Virtual time: the pending events and the one clock that they move. The loop is synchronous and returns when it must
 * wait, so that results of steps can arrive between two calls and change nothing but the waiting.
 */
export class Kernel<Payload> {
  #now: Instant = start;
  #committed = 0;
  /** Events committed before the present instant. */
  #instantBegan = 0;
  #stopped = false;
  readonly #list: EventList<Payload>;
  readonly #deliver: (payload: Payload) => void;
  readonly #ready: ((payload: Payload) => boolean) | undefined;

  constructor({ deliver, ready, tieBreak }: KernelOptions<Payload>) {
    this.#list = new EventList(tieBreak);
    this.#deliver = deliver;
    this.#ready = ready;
  }

  get now(): Instant {
    return this.#now;
  }

  /** Events committed so far. */
  get committed(): number {
    return this.#committed;
  }

  get pending(): number {
    return this.#list.size;
  }

  /** The event that the next `run` commits first. */
  get next(): Payload | undefined {
    return this.#list.peek();
  }

  /** When that event is due; Infinity where there is none. */
  get nextAt(): Instant {
    return this.#list.nextAt;
  }

  /** Puts an event into the list; `at` may not lie in the past. */
  schedule(at: Instant, payload: Payload, rank?: Priority): EventId {
    // The message is only worded where it is needed: this is the hottest line of the engine.
    if (!(at >= this.#now && at < Number.POSITIVE_INFINITY)) {
      throw new InvariantError(`an event at ${at} ns is not before now, ${this.#now} ns`);
    }
    return this.#list.schedule(at, payload, rank);
  }

  cancel(id: EventId): boolean {
    return this.#list.cancel(id);
  }

  /** Ends the loop after the event that is being committed. */
  stop(): void {
    this.#stopped = true;
  }

  /** Commits events in order until one of the reasons to pause. */
  run(limit: Instant = Number.POSITIVE_INFINITY as Instant): Pause {
    const list = this.#list;
    const ready = this.#ready;
    while (!this.#stopped) {
      const at = list.nextAt;
      if (at === Number.POSITIVE_INFINITY) return 'drained';
      if (at > limit) return 'limit';
      if (ready !== undefined && !ready(list.peek() as Payload)) return 'blocked';
      if (at > this.#now) this.#instantBegan = this.#committed;
      else if (this.#committed - this.#instantBegan > EVENTS_PER_INSTANT_MAX) throw stalled(at);
      this.#now = at;
      this.#committed++;
      this.#deliver(list.take());
    }
    return 'stopped';
  }
}
