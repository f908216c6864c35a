/** Goal: lanes lose no time, whatever their bounds. Method: random runs of states, summed before and after. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lane } from '../../../src/report/reduction/lane.ts';
import { Lanes } from '../../../src/report/reduction/lanes.ts';
import { MIXED, pack, type UnpackedLane, unpack } from '../../../src/report/reduction/packing.ts';
import type { RunRecord } from '../../../src/report/reduction/record.ts';
import { STATES, type State } from '../../../src/report/reduction/states.ts';

const NANOSECONDS = 1e9;
const stays = fc.array(fc.tuple(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 0, max: 4 })), {
  minLength: 1,
  maxLength: 300,
});

function filled(all: readonly (readonly [number, number])[]): { lane: Lane; now: number; times: number[] } {
  const lane = new Lane();
  const times = STATES.map(() => 0);
  let now = 0;
  for (const [nanoseconds, state] of all) {
    lane.add(now, now + nanoseconds, state as State);
    times[state]! += nanoseconds;
    now += nanoseconds;
  }
  return { lane, now, times };
}

/** Time in each state as a page sees it [s]. */
function timesOf({ starts, kinds, shares }: UnpackedLane): number[] {
  const times = STATES.map(() => 0);
  kinds.forEach((kind, k) => {
    const span = starts[k + 1]! - starts[k]!;
    if (kind !== MIXED) times[kind]! += span;
    else STATES.forEach((_, state) => (times[state]! += (span * shares![k * STATES.length + state]!) / MIXED));
  });
  return times;
}

const record = (now: number, names: readonly string[]) => ({ now: now / NANOSECONDS, laneNames: names }) as RunRecord;

describe('a lane', () => {
  it('comes back from its packed form to the nanosecond while it is exact', () => {
    fc.assert(
      fc.property(stays, (all) => {
        const { lane, now, times } = filled(all);
        const [back] = unpack(pack(record(now, ['client-0']), [{ name: 'client-0', lane }])).lanes;
        timesOf(back!).forEach((time, state) => expect(time).toBeCloseTo(times[state]! / NANOSECONDS, 9));
        for (let k = 1; k < back!.kinds.length; k++) expect(back!.kinds[k]).not.toBe(back!.kinds[k - 1]);
      }),
    );
  });

  it('keeps the time in each state when it must fit into less room, to the share that a byte can tell', () => {
    fc.assert(
      fc.property(stays, fc.integer({ min: 2, max: 40 }), (all, room) => {
        const { lane, now, times } = filled(all);
        lane.shrinkTo(room);
        expect(lane.size).toBeLessThanOrEqual(room);
        const [back] = unpack(pack(record(now, ['client-0']), [{ name: 'client-0', lane }])).lanes;
        // Each share is rounded to a 255th, and one that would vanish is raised to it.
        const tolerance = now / NANOSECONDS / 254;
        timesOf(back!).forEach((time, state) =>
          expect(Math.abs(time - times[state]! / NANOSECONDS)).toBeLessThanOrEqual(tolerance),
        );
      }),
    );
  });

  it('adds up with another one', () => {
    fc.assert(
      fc.property(stays, stays, (mine, theirs) => {
        const [a, b] = [filled(mine), filled(theirs)];
        const now = Math.max(a.now, b.now);
        a.lane.add(a.now, now, 0);
        b.lane.add(b.now, now, 0);
        a.lane.absorb(b.lane);
        expect(a.lane.members).toBe(2);
        const form = a.lane.form;
        const sums = STATES.map((_, state) =>
          'sums' in form
            ? form.sums.filter((_sum, at) => at % STATES.length === state).reduce((x, y) => x + y, 0)
            : Number.NaN,
        );
        const expected = STATES.map(
          (_, state) => a.times[state]! + b.times[state]! + (state === 0 ? 2 * now - a.now - b.now : 0),
        );
        sums.forEach((sum, state) =>
          expect(sum / expected.reduce((x, y) => x + y)).toBeCloseTo(
            expected[state]! / expected.reduce((x, y) => x + y),
            9,
          ),
        );
      }),
    );
  });
});

describe('the lanes of a run', () => {
  const STEPS = [
    [0, 'model.received'],
    [30, 'training.finished'],
    [70, 'upload.finished'],
  ] as const;
  const round = (lanes: Lanes, clients: number, at: number) => {
    for (const [after, kind] of STEPS) {
      for (let client = 0; client < clients; client++) lanes.see({ at: at + after, actor: `client-${client}`, kind });
    }
  };

  it('hold no more changes and no more lanes than they may, and still account for all time', () => {
    const lanes = new Lanes({ items: 400, lanes: 16 });
    const [clients, rounds] = [50, 40];
    for (let k = 0; k < rounds; k++) round(lanes, clients, 100 * k);
    lanes.see({ at: 100 * rounds, actor: 'observer', kind: 'model.evaluated' });
    const { lanes: all, times, groupSize } = lanes.upToNow();
    expect(all.length).toBeLessThanOrEqual(16);
    expect(all.reduce((sum, { lane }) => sum + lane.size, 0)).toBeLessThanOrEqual(400);
    expect(groupSize).toBe(4);
    expect(all.map(({ name }) => name)[1]).toBe('client-4 … 7');
    expect(all.reduce((sum, { lane }) => sum + lane.members, 0)).toBe(clients);
    expect(times.clients).toEqual([clients * rounds * 30, 0, clients * rounds * 30, clients * rounds * 40, 0]);
    const summed = all
      .flatMap(({ lane }) => ('sums' in lane.form ? lane.form.sums : [Number.NaN]))
      .reduce((a, b) => a + b, 0);
    expect(summed).toBeCloseTo(clients * rounds * 100, 3);
  });

  it('stay small from the first long span on, where lanes were joined before anything had lasted', () => {
    const lanes = new Lanes({ items: 400, lanes: 16 });
    round(lanes, 50, 0);
    for (let client = 0; client < 50; client++)
      lanes.see({ at: 3e11, actor: `client-${client}`, kind: 'model.received' });
    const { lanes: all } = lanes.upToNow();
    expect(all.reduce((sum, { lane }) => sum + lane.size, 0)).toBeLessThanOrEqual(400);
  });

  it('show a client that waits for a grant as waiting, and one that is gone as offline until it is back', () => {
    const lanes = new Lanes();
    const see = (at: number, actor: string, kind: string, more = {}) => lanes.see({ at, actor, kind, ...more });
    see(0, 'client-0', 'model.received');
    see(10, 'client-0', 'training.finished');
    see(15, 'edge-0', 'update.reported', { from: 'client-0' });
    see(20, 'client-0', 'uplink.granted');
    see(30, 'client-0', 'upload.finished');
    see(40, 'client-0', 'went.offline');
    see(41, 'client-0', 'work.lost');
    see(50, 'client-0', 'came.online');
    see(60, 'observer', 'model.evaluated');
    const found = lanes.upToNow().lanes.find(({ name }) => name === 'client-0');
    expect(found?.lane.form).toEqual({ starts: [0, 10, 15, 20, 30, 40, 50], states: [2, 3, 0, 3, 0, 4, 0] });
  });
});
