import { describe, expect, it } from 'vitest';
import { EventList, PENDING_MAX, priority } from '../../../src/kernel/event-list.ts';
import type { Instant } from '../../../src/units.ts';

const at = (instant: number): Instant => instant as Instant;

/** Everything that is left, in the order in which it is taken. */
function drain<Payload>(list: EventList<Payload>): Payload[] {
  const taken: Payload[] = [];
  while (list.size > 0) taken.push(list.take());
  return taken;
}

describe('an event list', () => {
  it('gives events back in order of time, whatever order they came in', () => {
    const list = new EventList<number>();
    for (const instant of [50, 10, 40, 20, 30]) list.schedule(at(instant), instant);
    expect(list.nextAt).toBe(10);
    expect(drain(list)).toEqual([10, 20, 30, 40, 50]);
  });

  it('serves equal times first come, first served, also after others have left the heap', () => {
    const list = new EventList<string>();
    const first = list.schedule(at(5), 'gone');
    for (let n = 0; n < 100; n++) list.schedule(at(7), `seven ${n}`);
    list.cancel(first);
    list.schedule(at(7), 'seven 100');
    expect(drain(list)).toEqual(Array.from({ length: 101 }, (_, n) => `seven ${n}`));
  });

  it('runs observations after all facts of their instant, even facts that are scheduled later', () => {
    const list = new EventList<string>();
    list.schedule(at(1), 'observation', priority.observation);
    list.schedule(at(1), 'fact');
    list.schedule(at(1), 'later fact', priority.fact);
    list.schedule(at(2), 'next fact');
    expect(drain(list)).toEqual(['fact', 'later fact', 'observation', 'next fact']);
  });

  it('shows the next event without taking it', () => {
    const list = new EventList<string>();
    expect(list.peek()).toBeUndefined();
    expect(list.nextAt).toBe(Number.POSITIVE_INFINITY);
    list.schedule(at(3), 'three');
    expect(list.peek()).toBe('three');
    expect(list.size).toBe(1);
  });

  it('cancels an event once, and only while it is pending', () => {
    const list = new EventList<string>();
    const early = list.schedule(at(1), 'early');
    const late = list.schedule(at(2), 'late');
    expect(list.cancel(late)).toBe(true);
    expect(list.cancel(late)).toBe(false);
    expect(list.take()).toBe('early');
    expect(list.cancel(early)).toBe(false);
    expect(list.size).toBe(0);
  });

  it('never lets the name of a past event cancel a later one that lies in the same slot', () => {
    const list = new EventList<number>();
    const past = new Set<number>();
    for (let n = 0; n < 5000; n++) {
      const id = list.schedule(at(n), n);
      expect(past.has(id)).toBe(false);
      for (const old of [...past].slice(-3)) expect(list.cancel(old)).toBe(false);
      past.add(id);
      expect(list.take()).toBe(n);
    }
  });

  it('keeps events and their names while it grows far beyond its first capacity', () => {
    const list = new EventList<number>();
    const count = 50_000;
    // A stride that is coprime to the count visits every instant once, far from sorted.
    const ids = Array.from({ length: count }, (_, n) => list.schedule(at((n * 7919) % count), (n * 7919) % count));
    ids.forEach((id, n) => {
      if (n % 2 === 0) expect(list.cancel(id)).toBe(true);
    });
    const left = Array.from({ length: count }, (_, n) => n)
      .filter((n) => n % 2 === 1)
      .map((n) => (n * 7919) % count);
    expect(drain(list)).toEqual(left.sort((a, b) => a - b));
  });

  it('has a bound, and crossing it is an error with a name that leaves the list as it was', () => {
    const list = new EventList<number>();
    for (let n = 0; n < PENDING_MAX; n++) list.schedule(at(PENDING_MAX - n), n);
    expect(() => list.schedule(at(0), -1)).toThrow(/exceeded limit of pending events: 4194304.*\[LIMIT_EXCEEDED\]/);
    expect(list.size).toBe(PENDING_MAX);
    expect(list.take()).toBe(PENDING_MAX - 1);
  });

  it('refuses to give an event that it does not have', () => {
    expect(() => new EventList().take()).toThrow('an event to take');
  });
});
