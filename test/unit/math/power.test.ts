import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { power } from '../../../src/math/power.ts';
import { streams } from '../../../src/math/streams.ts';

describe('a power', () => {
  it('is within some last places of what the language makes of it', () => {
    const base = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    void fc.assert(
      fc.property(base, fc.double({ min: -40, max: 40, noNaN: true }), (x, y) => {
        const expected = Math.exp(y * Math.log(x));
        expect(Math.abs(power(x, y) / expected - 1)).toBeLessThan(1e-13);
      }),
    );
  });

  it('is exact for whole powers of 2, and for those of 10 that a number can hold', () => {
    for (let n = -1022; n <= 1023; n += 1) expect(Math.log2(power(2, n))).toBe(n);
    for (let n = 0; n <= 22; n += 1) expect(power(10, n)).toBe(Number(`1e${n}`));
    expect(power(10, -17)).toBe(1e-17);
  });

  it('follows the limits of the function', () => {
    expect([power(0, 0.5), power(0, -0.5), power(0, 0), power(0, 2), power(0, -1)]).toEqual([
      0,
      Infinity,
      1,
      0,
      Infinity,
    ]);
    expect([power(Infinity, 1.5), power(Infinity, -1.5), power(-2, 3), power(-2, -1)]).toEqual([Infinity, 0, -8, -0.5]);
    expect([power(-2, 0.5), power(Number.NaN, 2), power(2, Number.NaN)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([power(2, 2000), power(2, -2000), power(1, 1e300), power(1.5, Infinity)]).toEqual([
      Infinity,
      0,
      1,
      Infinity,
    ]);
  });

  it('has the same bits on every release of Node', () => {
    const draw = streams(1)('power').at(0);
    const digest = createHash('sha256');
    for (let i = 0; i < 20_000; i += 1) digest.update(`${power(120 * draw(), 40 * (draw() - 0.5))}\n`);
    expect(digest.digest('hex').slice(0, 16)).toBe('b1ceef2bfc7f72f8');
  });
});
