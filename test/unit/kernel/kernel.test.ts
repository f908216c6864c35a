import { mean, sampleStandardDeviation } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { priority } from '../../../src/kernel/event-list.ts';
import { Kernel } from '../../../src/kernel/kernel.ts';
import { type Source, streams } from '../../../src/math/streams.ts';
import { type Instant, later, toDuration, toSeconds } from '../../../src/units.ts';

const at = (instant: number): Instant => instant as Instant;

/** A kernel that writes down what it commits, and when. */
function logging(options: { ready?: (name: string) => boolean; tieBreak?: (sequence: number) => number } = {}) {
  const log: string[] = [];
  const kernel: Kernel<string> = new Kernel<string>({
    deliver: (name) => void log.push(`${name} at ${kernel.now}`),
    ...options,
  });
  return { kernel, log };
}

describe('a kernel', () => {
  it('says that it is drained when nothing is pending, and stands at the last event', () => {
    const { kernel, log } = logging();
    expect(kernel.run()).toBe('drained');
    kernel.schedule(at(4), 'b');
    kernel.schedule(at(2), 'a');
    expect(kernel.run()).toBe('drained');
    expect(log).toEqual(['a at 2', 'b at 4']);
    expect([kernel.now, kernel.committed, kernel.pending]).toEqual([4, 2, 0]);
  });

  it('commits what is due up to a limit, the limit included, and goes on from there', () => {
    const { kernel, log } = logging();
    for (const instant of [1, 2, 3]) kernel.schedule(at(instant), String(instant));
    expect(kernel.run(at(2))).toBe('limit');
    expect(log).toEqual(['1 at 1', '2 at 2']);
    expect(kernel.run()).toBe('drained');
    expect(log).toHaveLength(3);
  });

  it('blocks at an event whose result is not there, without moving the clock or losing the event', () => {
    const done = new Set<string>();
    const { kernel, log } = logging({ ready: (name) => name !== 'training' || done.has(name) });
    kernel.schedule(at(1), 'before');
    kernel.schedule(at(5), 'training');
    kernel.schedule(at(6), 'after');
    expect(kernel.run()).toBe('blocked');
    expect(kernel.run()).toBe('blocked');
    expect([kernel.now, kernel.next, kernel.committed]).toEqual([1, 'training', 1]);
    done.add('training');
    expect(kernel.run()).toBe('drained');
    expect(log).toEqual(['before at 1', 'training at 5', 'after at 6']);
  });

  it('stops after the event that is being committed, and stays stopped', () => {
    const taken: number[] = [];
    const kernel: Kernel<number> = new Kernel<number>({
      deliver: (n) => {
        taken.push(n);
        if (n === 2) kernel.stop();
      },
    });
    for (const n of [1, 2, 3]) kernel.schedule(at(n), n);
    expect(kernel.run()).toBe('stopped');
    expect(kernel.run()).toBe('stopped');
    expect(taken).toEqual([1, 2]);
    expect(kernel.pending).toBe(1);
  });

  it('refuses an event in the past, at no time, or never', () => {
    const { kernel } = logging();
    kernel.schedule(at(10), 'x');
    kernel.run();
    for (const instant of [9, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => kernel.schedule(at(instant), 'y')).toThrow(/an event at .* ns is not before now, 10 ns/);
    }
    expect(() => kernel.schedule(at(10), 'now')).not.toThrow();
  });

  it('commits what an event schedules for its own instant within that instant, before observations', () => {
    const log: string[] = [];
    const kernel: Kernel<string> = new Kernel<string>({
      deliver: (name) => {
        log.push(`${name} at ${kernel.now}`);
        if (name === 'cause') kernel.schedule(kernel.now, 'effect');
      },
    });
    kernel.schedule(at(3), 'observation', priority.observation);
    kernel.schedule(at(3), 'cause');
    kernel.schedule(at(4), 'next');
    kernel.run();
    expect(log).toEqual(['cause at 3', 'effect at 3', 'observation at 3', 'next at 4']);
  });

  it('never commits what was cancelled', () => {
    const { kernel, log } = logging();
    const id = kernel.schedule(at(1), 'cancelled');
    kernel.schedule(at(2), 'kept');
    expect(kernel.cancel(id)).toBe(true);
    kernel.run();
    expect(log).toEqual(['kept at 2']);
  });

  it('orders ties by a given rule, and nothing but ties', () => {
    const { kernel, log } = logging({ tieBreak: (sequence) => 1000 - sequence });
    for (const name of ['a', 'b', 'c']) kernel.schedule(at(1), name);
    kernel.schedule(at(0), 'first');
    kernel.schedule(at(1), 'observer', priority.observation);
    kernel.run();
    expect(log).toEqual(['first at 0', 'c at 1', 'b at 1', 'a at 1', 'observer at 1']);
  });
});

type QueueEvent = 'arrival' | 'departure';

/** Waits [s] of customers in a single-server queue, first come, first served, that lives on a bare kernel. */
function queueWaits(customers: number, gap: Source, service: Source): number[] {
  const waits: number[] = [];
  const line: Instant[] = [];
  let arrived = 0;
  let isBusy = false;
  const soon = (event: QueueEvent, seconds: number) => kernel.schedule(later(kernel.now, toDuration(seconds)), event);
  const serve = (since: Instant) => {
    waits.push(toSeconds((kernel.now - since) as Instant));
    isBusy = true;
    soon('departure', service());
  };
  const kernel: Kernel<QueueEvent> = new Kernel<QueueEvent>({
    deliver: (event) => {
      if (event === 'departure') {
        isBusy = false;
        const next = line.shift();
        if (next !== undefined) serve(next);
        return;
      }
      if (++arrived < customers) soon('arrival', gap());
      if (isBusy) line.push(kernel.now);
      else serve(kernel.now);
    },
  });
  soon('arrival', gap());
  kernel.run();
  return waits;
}

/** Mean over batches, with the half-width of its interval: 4 standard errors of 50 batch means, missed once in 5,000 seeds. */
function batchMeans(values: readonly number[], batches = 50) {
  const size = Math.floor(values.length / batches);
  const means = Array.from({ length: batches }, (_, batch) => mean(values.slice(batch * size, (batch + 1) * size)));
  return { mean: mean(means), tolerance: (4 * sampleStandardDeviation(means)) / Math.sqrt(batches) };
}

// Goal: the kernel alone makes a queue that obeys theory. Method: 200,000 customers, waits in 50 batches of 4,000, each
// far longer than the queue's memory at 60 % load; the tolerance follows from the spread of the batch means.
describe('a queue on the bare kernel', () => {
  const CUSTOMERS = 200_000;
  const ARRIVAL_RATE = 0.6;
  const TOLERANCE_MAX = 0.05;
  const exponential = (name: string, rate: number): Source => {
    const draw = streams(11)(name).at(0);
    return () => -Math.log(1 - draw()) / rate;
  };

  it('waits λ / (μ (μ − λ)) on average with exponential service (M/M/1)', () => {
    const theory = ARRIVAL_RATE / (1 - ARRIVAL_RATE);
    const waits = queueWaits(CUSTOMERS, exponential('gaps', ARRIVAL_RATE), exponential('services', 1));
    expect(waits).toHaveLength(CUSTOMERS);
    const found = batchMeans(waits);
    expect(found.tolerance).toBeLessThan(TOLERANCE_MAX * theory);
    expect(Math.abs(found.mean - theory)).toBeLessThan(found.tolerance);
  });

  it('waits half as long with constant service (M/D/1)', () => {
    const theory = ARRIVAL_RATE / (2 * (1 - ARRIVAL_RATE));
    const waits = queueWaits(CUSTOMERS, exponential('gaps', ARRIVAL_RATE), () => 1);
    const found = batchMeans(waits);
    expect(found.tolerance).toBeLessThan(TOLERANCE_MAX * theory);
    expect(Math.abs(found.mean - theory)).toBeLessThan(found.tolerance);
  });

  it('finds the waiting room empty with probability 1 − λ / μ', () => {
    const waits = queueWaits(CUSTOMERS, exponential('gaps', ARRIVAL_RATE), exponential('services', 1));
    const found = batchMeans(waits.map((wait) => (wait === 0 ? 1 : 0)));
    expect(Math.abs(found.mean - (1 - ARRIVAL_RATE))).toBeLessThan(found.tolerance);
  });
});
