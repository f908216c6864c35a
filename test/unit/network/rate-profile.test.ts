import { describe, expect, it } from 'vitest';
import { carried, constantRate, LOOK_AHEAD_BLOCKS, outlook } from '../../../src/network/rate-profile.ts';
import type { Instant } from '../../../src/units.ts';
import { blocks } from '../../support/air.ts';

const at = (instant: number): Instant => instant as Instant;
const SECOND = 1e9;

describe('a constant rate', () => {
  it('carries rate × time', () => {
    expect(carried(constantRate(8e6), at(SECOND), at(3 * SECOND))).toBe(16e6);
  });

  it('is through at the first whole nanosecond at which all bits are carried', () => {
    // 1 bit at 3 bit/s takes 333,333,333.3… ns.
    expect(outlook(constantRate(3), at(10), 1)).toEqual({ at: 10 + 333_333_334, done: true });
    expect(outlook(constantRate(2), at(0), 1)).toEqual({ at: 500_000_000, done: true });
  });

  it('never gets through at a rate of zero, unless there is nothing left to carry', () => {
    expect(outlook(constantRate(0), at(5), 1).at).toBe(Number.POSITIVE_INFINITY);
    expect(outlook(constantRate(0), at(5), 0)).toEqual({ at: 5, done: true });
  });
});

describe('a rate that changes from block to block', () => {
  const profile = blocks(100, [1e9, 0, 2e9, 5e8]);

  it('carries the sum over blocks, parts of the first and the last included', () => {
    // 50 ns at 1 bit/ns, 100 ns at 0, 50 ns at 2 bit/ns.
    expect(carried(profile, at(50), at(250))).toBe(150);
    expect(carried(profile, at(250), at(250))).toBe(0);
  });

  it('crosses blocks of rate zero and ends inside a block', () => {
    expect(outlook(profile, at(50), 60)).toEqual({ at: 205, done: true });
  });

  it('ends at the end of a block that carries exactly the rest', () => {
    expect(outlook(profile, at(0), 100)).toEqual({ at: 100, done: true });
  });

  it('hands back at the end of its look ahead when it is not through', () => {
    const slow = blocks(10, [1]);
    expect(outlook(slow, at(25), 1)).toEqual({ at: (2 + LOOK_AHEAD_BLOCKS) * 10, done: false });
  });
});
