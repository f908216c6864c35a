import { assert } from '../assert.ts';
import { SimulationError } from '../errors.ts';
import type { Instant } from '../units.ts';

/** Names one pending event; stays valid until the event is taken or cancelled, and never names another one later. */
export type EventId = number;

/** A pending event: an instant, an address, and a payload that is data only. */
export interface Pending<Payload> {
  readonly at: Instant;
  readonly payload: Payload;
}

/**
 * Events of one instant run in this order: facts first, then deadlines, which what comes at their very instant still meets,
 * then what observers make of it all.
 */
export const priority = { fact: 0, deadline: 1, observation: 2 } as const;
export type Priority = (typeof priority)[keyof typeof priority];

/** Most events that may be pending at once; more is an error with a name, not a slow death. */
export const PENDING_MAX = 2 ** 22;
/** Sequence numbers lie below this, so that (priority, sequence) packs into one exact double. */
const SEQUENCE_MAX = 2 ** 51;
const CAPACITY_FIRST = 1024;
/** Children per heap node: four share a cache line of instants, and the tree is half as deep as a binary one. */
const ARITY = 4;

/**
 * The pending events in total order (time, priority, sequence): a 4-ary heap over typed arrays, with payloads in slots.
 * Scheduling, taking and cancelling cost O(log n); nothing is allocated per event.
 *
 * @param tieBreak maps a sequence number to the order among equal times and priorities; the identity (first come, first
 * served) unless a test shuffles ties
 */
export class EventList<Payload> {
  #size = 0;
  #sequence = 0;
  #at = new Float64Array(CAPACITY_FIRST);
  #order = new Float64Array(CAPACITY_FIRST);
  #slot = new Int32Array(CAPACITY_FIRST);
  /** Heap position of each slot, −1 while free. */
  #position = new Int32Array(CAPACITY_FIRST).fill(-1);
  #generation = new Uint32Array(CAPACITY_FIRST);
  #payload: (Payload | undefined)[] = [];
  #free: number[] = [];
  readonly #tieBreak: ((sequence: number) => number) | undefined;

  constructor(tieBreak?: (sequence: number) => number) {
    this.#tieBreak = tieBreak;
  }

  get size(): number {
    return this.#size;
  }

  /** Instant of the next event; Infinity when there is none. */
  get nextAt(): Instant {
    return (this.#size === 0 ? Number.POSITIVE_INFINITY : this.#at[0]) as Instant;
  }

  /** Payload of the next event, which stays in the list. */
  peek(): Payload | undefined {
    return this.#size === 0 ? undefined : this.#payload[this.#slot[0] as number];
  }

  schedule(at: Instant, payload: Payload, rank: Priority = priority.fact): EventId {
    const slot = this.#free.pop() ?? this.#size;
    if (slot >= this.#at.length) this.#grow();
    const sequence = this.#sequence++;
    const tie = this.#tieBreak === undefined ? sequence : this.#tieBreak(sequence);
    this.#payload[slot] = payload;
    this.#siftUp(this.#size++, at, rank * SEQUENCE_MAX + tie, slot);
    return (this.#generation[slot] as number) * PENDING_MAX + slot;
  }

  /** Removes and returns the payload of the next event. */
  take(): Payload {
    assert(this.#size > 0, 'an event to take');
    return this.#remove(0);
  }

  /** Removes a pending event; false when it has been taken or cancelled already. */
  cancel(id: EventId): boolean {
    const slot = id % PENDING_MAX;
    const position = this.#position[slot] ?? -1;
    if (position < 0 || this.#generation[slot] !== Math.floor(id / PENDING_MAX)) return false;
    this.#remove(position);
    return true;
  }

  #remove(position: number): Payload {
    const slot = this.#slot[position] as number;
    const payload = this.#payload[slot] as Payload;
    this.#payload[slot] = undefined;
    this.#position[slot] = -1;
    this.#generation[slot] = (this.#generation[slot] as number) + 1;
    this.#free.push(slot);
    const last = --this.#size;
    if (position < last) {
      const at = this.#at[last] as number;
      const order = this.#order[last] as number;
      const moved = this.#slot[last] as number;
      if (!this.#siftDown(position, at, order, moved)) this.#siftUp(position, at, order, moved);
    }
    return payload;
  }

  #siftUp(from: number, at: number, order: number, slot: number): void {
    const ats = this.#at;
    const orders = this.#order;
    let position = from;
    while (position > 0) {
      const parent = ((position - 1) / ARITY) | 0;
      const parentAt = ats[parent] as number;
      if (parentAt < at || (parentAt === at && (orders[parent] as number) <= order)) break;
      this.#place(position, parentAt, orders[parent] as number, this.#slot[parent] as number);
      position = parent;
    }
    this.#place(position, at, order, slot);
  }

  /** Moves a hole down from `from` and fills it; false when it did not move. */
  #siftDown(from: number, at: number, order: number, slot: number): boolean {
    const ats = this.#at;
    const orders = this.#order;
    const size = this.#size;
    let position = from;
    for (;;) {
      const first = position * ARITY + 1;
      if (first >= size) break;
      let best = first;
      let bestAt = ats[first] as number;
      const end = first + ARITY < size ? first + ARITY : size;
      for (let child = first + 1; child < end; child++) {
        const childAt = ats[child] as number;
        if (childAt < bestAt || (childAt === bestAt && (orders[child] as number) < (orders[best] as number))) {
          best = child;
          bestAt = childAt;
        }
      }
      if (bestAt > at || (bestAt === at && (orders[best] as number) > order)) break;
      this.#place(position, bestAt, orders[best] as number, this.#slot[best] as number);
      position = best;
    }
    this.#place(position, at, order, slot);
    return position !== from;
  }

  #place(position: number, at: number, order: number, slot: number): void {
    this.#at[position] = at;
    this.#order[position] = order;
    this.#slot[position] = slot;
    this.#position[slot] = position;
  }

  #grow(): void {
    const capacity = this.#at.length * 2;
    if (capacity > PENDING_MAX) {
      throw new SimulationError({
        what: `exceeded limit of pending events: ${PENDING_MAX}`,
        remedy: 'look for an actor or script that schedules without end',
        code: 'LIMIT_EXCEEDED',
      });
    }
    this.#at = widened(this.#at, new Float64Array(capacity));
    this.#order = widened(this.#order, new Float64Array(capacity));
    this.#slot = widened(this.#slot, new Int32Array(capacity));
    this.#position = widened(this.#position, new Int32Array(capacity).fill(-1));
    this.#generation = widened(this.#generation, new Uint32Array(capacity));
  }
}

function widened<Numbers extends Float64Array | Int32Array | Uint32Array>(old: Numbers, wider: Numbers): Numbers {
  wider.set(old);
  return wider;
}
