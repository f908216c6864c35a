import { describe, expect, it } from 'vitest';
import { orthogonal, tdma } from '../../../channels/index.ts';
import type { Access } from '../../../src/network/contract.ts';
import type { Sharing } from '../../../src/network/medium.ts';
import { constantRate, LOOK_AHEAD_BLOCKS } from '../../../src/network/rate-profile.ts';
import { realise } from '../../../src/part.ts';
import { blocks, mediumOnKernel } from '../../support/air.ts';

const SECOND = 1e9;

/** A wire whose transfers share its rate equally: a processor-sharing server. */
const equalShares = (rate: number): Sharing<undefined> => ({
  independent: false,
  shares: (loads) => loads.map(() => ({ profile: constantRate(rate / loads.length), airtime: 1 })),
});

/** Grants of an access scheme as rates: one bit per second and hertz. */
const granted = (access: Access): Sharing<undefined> => ({
  independent: access.independent,
  shares: (loads) =>
    access
      .grant(loads.map(({ id, remaining }) => ({ id, remaining, client: `client-${id}`, snr: 1 })))
      .map(({ bandwidth, airtime }) => ({
        profile: constantRate(bandwidth * airtime),
        airtime: bandwidth > 0 ? airtime : 0,
      })),
});

describe('a medium that is shared equally', () => {
  it('finishes as a processor-sharing server does', () => {
    const { medium, at, run, finished, left } = mediumOnKernel(equalShares(100));
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
    expect(left.get(1)!.airtime).toBeCloseTo(1.6, 9);
    expect(medium.load).toBe(0);
  });

  it('ends equal transfers that came together in the order in which they came', () => {
    const { medium, at, run, finished } = mediumOnKernel(equalShares(90));
    at(1, () => [4, 2, 9].forEach((id) => medium.join(id, undefined, 30)));
    run();
    expect([...finished]).toEqual([4, 2, 9].map((id) => [id, 2 * SECOND]));
  });

  it('speeds the others up when one is cancelled, and says what that one still had to carry', () => {
    const { medium, at, run, finished, left, leave } = mediumOnKernel(equalShares(100));
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
    const { medium } = mediumOnKernel(equalShares(1));
    expect(medium.leave(7)).toBeUndefined();
    expect(medium.advance(7)).toBe(false);
  });
});

describe('a medium under an access scheme', () => {
  it('serves time division in order of arrival, each at the whole bandwidth', () => {
    const { medium, at, run, finished, left } = mediumOnKernel(granted(realise(tdma({ bandwidth: 10 }))));
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

  it('gives orthogonal channels their full rate whoever else is there', () => {
    const { medium, at, run, finished } = mediumOnKernel(granted(realise(orthogonal({ bandwidth: 10 }))));
    at(0, () => medium.join(1, undefined, 20));
    at(1, () => medium.join(2, undefined, 20));
    run();
    expect([...finished]).toEqual([
      [1, 2 * SECOND],
      [2, 3 * SECOND],
    ]);
  });
});

describe('a medium over many fading blocks', () => {
  it('carries on beyond one look ahead, and ends where the sum of all blocks says', () => {
    // 1 µs blocks of 1 bit each: 2.5 look-aheads and half a block.
    const count = 2.5 * LOOK_AHEAD_BLOCKS;
    const sharing: Sharing<undefined> = {
      independent: true,
      shares: (loads) => loads.map(() => ({ profile: blocks(1000, [1e6]), airtime: 1 })),
    };
    const { medium, at, run, finished, left, handovers } = mediumOnKernel(sharing);
    at(0, () => medium.join(1, undefined, count + 0.5));
    run();
    expect(finished.get(1)).toBe(count * 1000 + 500);
    expect(handovers()).toBe(2);
    expect(left.get(1)!.airtime).toBeCloseTo(((count + 0.5) * 1000) / SECOND, 9);
  });

  it('stands still while it is cut, and resumes with the bits that were left', () => {
    let rate = 10;
    const sharing: Sharing<undefined> = {
      independent: true,
      shares: (loads) => loads.map(() => ({ profile: constantRate(rate), airtime: 1 })),
    };
    const { medium, at, run, finished } = mediumOnKernel(sharing);
    at(0, () => medium.join(1, undefined, 20));
    at(1, () => {
      rate = 0;
      medium.refresh();
    });
    at(5, () => {
      rate = 5;
      medium.refresh();
    });
    run();
    expect([...finished]).toEqual([[1, 7 * SECOND]]);
  });

  it('says of a transfer that is taken back while it is cut that it is not through', () => {
    const sharing: Sharing<undefined> = {
      independent: true,
      shares: (loads) => loads.map(() => ({ profile: constantRate(0), airtime: 1 })),
    };
    const { medium, at, run, left, leave } = mediumOnKernel(sharing);
    at(0, () => medium.join(1, undefined, 20));
    at(3, () => leave(1));
    run();
    expect(left.get(1)).toMatchObject({ remaining: 20, through: false });
  });
});
