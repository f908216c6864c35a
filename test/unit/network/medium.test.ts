import { describe, expect, it } from 'vitest';
import { orthogonal, tdma } from '../../../channels/index.ts';
import type { Access } from '../../../src/network/contract.ts';
import { line, type Path, pathOver } from '../../../src/network/flows.ts';
import { type Alarms, type Medium, NO_GRANT, type Sharing } from '../../../src/network/medium.ts';
import { LOOK_AHEAD_BLOCKS } from '../../../src/network/rate-profile.ts';
import { SeparateMedium } from '../../../src/network/separate-medium.ts';
import { SharedMedium } from '../../../src/network/shared-medium.ts';
import { realise } from '../../../src/part.ts';
import type { Duration } from '../../../src/units.ts';
import { flowsOn, mediumOnKernel } from '../../support/air.ts';

const SECOND = 1e9;
const ONE_BLOCK = Number.POSITIVE_INFINITY as Duration;

/** A cell whose transfers share its rate equally: a processor-sharing server. */
const equalShares = (rate: number): Sharing<undefined> => ({
  block: ONE_BLOCK,
  grants: (loads) => loads.map(() => ({ bandwidth: rate / loads.length, airtime: 1 })),
  rate: (_, { bandwidth }) => bandwidth,
});

/** Grants of an access scheme as rates: one bit per second and hertz. */
const granted = (access: Access): Sharing<undefined> => ({
  block: ONE_BLOCK,
  grants: (loads) =>
    access.grant(loads.map(({ id, remaining }) => ({ id, remaining, client: `client-${id}`, snr: 1 }))),
  rate: (_, { bandwidth, airtime }) => bandwidth * airtime,
});

const shared = (sharing: Sharing<undefined>) => (alarms: Alarms) => new SharedMedium(sharing, alarms);
const separate = (sharing: Sharing<undefined>) => (alarms: Alarms) => new SeparateMedium(sharing, alarms);

/** A wire of one line, with the interface of a cell. */
const wire =
  (rate: number) =>
  (alarms: Alarms): Medium<undefined> =>
    flowsOn(alarms, pathOver([line({ rate, latency: 0, shared: true })]));

describe.each([
  ['a cell', (rate: number) => shared(equalShares(rate))],
  ['a wire', wire],
])('%s that is shared equally', (_, equally) => {
  it('finishes as a processor-sharing server does', () => {
    const { medium, at, run, finished } = mediumOnKernel(equally(100));
    at(0, () => medium.join(1, undefined, 100));
    at(0.5, () => medium.join(2, undefined, 100));
    at(0.75, () => medium.join(3, undefined, 10));
    run();
    // 1 has 50 bits left at 0.5 s and 37.5 at 0.75; thirds of the rate: 3 ends at 1.05 s, then 1 has 27.5 left, 2 has 77.5
    // at halves: 1 ends at 1.6 s, 2 has 50 left and all the rate: 2.1 s, when 210 bits have been carried.
    expect([...finished]).toEqual([
      [3, 1.05 * SECOND],
      [1, 1.6 * SECOND],
      [2, 2.1 * SECOND],
    ]);
    expect(medium.load).toBe(0);
  });

  it('ends equal transfers that came together in the order in which they came', () => {
    const { medium, at, run, finished } = mediumOnKernel(equally(90));
    at(1, () => [4, 2, 9].forEach((id) => medium.join(id, undefined, 30)));
    run();
    expect([...finished]).toEqual([4, 2, 9].map((id) => [id, 2 * SECOND]));
  });

  it('speeds the others up when one is cancelled, and says what that one still had to carry', () => {
    const { medium, at, run, finished, left, leave } = mediumOnKernel(equally(100));
    at(0, () => medium.join(1, undefined, 100));
    at(0, () => medium.join(2, undefined, 100));
    at(1, () => leave(2));
    run();
    expect([...finished]).toEqual([[1, 1.5 * SECOND]]);
    expect(left.get(2)!.remaining).toBeCloseTo(50, 9);
    expect(left.get(2)!.through).toBe(false);
    expect(left.get(1)!.through).toBe(true);
  });

  it('does not mind when a transfer that it does not carry leaves or is advanced', () => {
    const { medium } = mediumOnKernel(equally(1));
    expect(medium.leave(7)).toBeUndefined();
    expect(medium.advance(7)).toBe(false);
  });
});

describe('a wire', () => {
  it('keeps its account exact while it is busy for a virtual month', () => {
    // One flow that outlasts all, and one of 1 s beside it, again and again.
    const paths: Path[] = [];
    const { medium, at, run, finished } = mediumOnKernel((alarms) => {
      paths.push(pathOver([line({ rate: 3, latency: 0, shared: true })]));
      return flowsOn(alarms, paths[0]!);
    });
    const month = 30 * 24 * 3600;
    const short = 10_000;
    // The long one gets 3 bit/s alone, 1.5 beside a short one, which takes 1 s of it.
    at(0, () => medium.join(0, undefined, 3 * month - 1.5 * short));
    for (let n = 0; n < short; n++) at(n * 250, () => medium.join(n + 1, undefined, 1.5));
    run();
    expect(finished.get(0)).toBe(month * SECOND);
    for (let n = 0; n < short; n++) expect(finished.get(n + 1)).toBe((n * 250 + 1) * SECOND);
  });
});

describe('a cell under an access scheme', () => {
  it('serves time division in order of arrival, each at the whole bandwidth', () => {
    const { medium, at, run, finished, left } = mediumOnKernel(shared(granted(realise(tdma({ bandwidth: 10 })))));
    at(0, () => medium.join(1, undefined, 20));
    at(1, () => medium.join(2, undefined, 10));
    at(1.5, () => medium.join(3, undefined, 30));
    run();
    expect([...finished]).toEqual([
      [1, 2 * SECOND],
      [2, 3 * SECOND],
      [3, 6 * SECOND],
    ]);
    // Waiting is silent: the transmitter is on for its own bits only.
    expect([1, 2, 3].map((id) => left.get(id)!.airtime)).toEqual([2, 1, 3]);
  });

  it.each([
    ['side by side', separate],
    ['in step', shared],
  ])('gives orthogonal channels their full rate whoever else is there, %s', (_, make) => {
    const { medium, at, run, finished } = mediumOnKernel(make(granted(realise(orthogonal({ bandwidth: 10 })))));
    at(0, () => medium.join(1, undefined, 20));
    at(1, () => medium.join(2, undefined, 20));
    run();
    expect([...finished]).toEqual([
      [1, 2 * SECOND],
      [2, 3 * SECOND],
    ]);
  });

  it('shares out once for all that come at one instant', () => {
    let asked = 0;
    const equally = equalShares(100);
    const grants: typeof equally.grants = (loads) => {
      asked++;
      return equally.grants(loads);
    };
    const { medium, at, run } = mediumOnKernel(shared({ ...equally, grants }));
    at(1, () => [1, 2, 3, 4, 5].forEach((id) => medium.join(id, undefined, 10)));
    run();
    // Once when they come, once when they have all gone.
    expect(asked).toBe(1);
  });

  it('tries again in the next block when all are out of range, and carries on', () => {
    const rates = [0, 0, 8, 0, 8];
    const sharing: Sharing<undefined> = {
      block: (SECOND / 2) as Duration,
      grants: (loads) => loads.map(() => ({ bandwidth: 1, airtime: 1 })),
      rate: (_, __, index) => rates[index] ?? 0,
    };
    const { medium, at, run, finished, left } = mediumOnKernel(shared(sharing));
    at(0.25, () => medium.join(1, undefined, 6));
    run();
    expect([...finished]).toEqual([[1, 2.25 * SECOND]]);
    expect(left.get(1)!.airtime).toBe(2);
    expect(medium.rateChanges).toBe(5);
  });
});

describe('a medium of separate shares over many fading blocks', () => {
  const eachAlone = (rate: (index: number) => number, block: number): Sharing<undefined> => ({
    block: block as Duration,
    grants: (loads) => loads.map(() => ({ bandwidth: 1, airtime: 1 })),
    rate: (_, __, index) => rate(index),
  });

  it('carries on beyond one look ahead, and ends where the sum of all blocks says', () => {
    // 1 µs blocks of 1 bit each: 2.5 look-aheads and half a block.
    const count = 2.5 * LOOK_AHEAD_BLOCKS;
    const { medium, at, run, finished, left, handovers } = mediumOnKernel(separate(eachAlone(() => 1e6, 1000)));
    at(0, () => medium.join(1, undefined, count + 0.5));
    run();
    expect(finished.get(1)).toBe(count * 1000 + 500);
    expect(handovers()).toBe(2);
    expect(left.get(1)!.airtime).toBeCloseTo(((count + 0.5) * 1000) / SECOND, 9);
    expect(medium.rateChanges).toBeGreaterThanOrEqual(count);
    expect(medium.rateChanges).toBeLessThanOrEqual(count + 3);
  });
});

describe.each([
  ['separate', separate],
  ['shared', shared],
])('a %s medium under a fault', (_, make) => {
  it('stands still while it is cut, and resumes with the bits that were left', () => {
    let rate = 10;
    const sharing: Sharing<undefined> = {
      block: ONE_BLOCK,
      grants: (loads) => loads.map(() => (rate === 0 ? NO_GRANT : { bandwidth: rate, airtime: 1 })),
      rate: (__, { bandwidth }) => bandwidth,
    };
    const { medium, at, run, finished } = mediumOnKernel(make(sharing));
    at(0, () => medium.join(1, undefined, 20));
    at(1, () => {
      medium.settle();
      rate = 0;
      medium.refresh();
    });
    at(5, () => {
      medium.settle();
      rate = 5;
      medium.refresh();
    });
    run();
    expect([...finished]).toEqual([[1, 7 * SECOND]]);
  });

  it('says of a transfer that is taken back while it is cut that it is not through', () => {
    const sharing: Sharing<undefined> = {
      block: ONE_BLOCK,
      grants: (loads) => loads.map(() => NO_GRANT),
      rate: () => 0,
    };
    const { medium, at, run, left, leave } = mediumOnKernel(make(sharing));
    at(0, () => medium.join(1, undefined, 20));
    at(3, () => leave(1));
    run();
    expect(left.get(1)).toMatchObject({ remaining: 20, airtime: 0, through: false });
  });
});
