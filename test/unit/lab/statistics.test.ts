import { tTest } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { estimate, holm, pairedDifference, pairsFor, power } from '../../../src/lab/statistics.ts';
import { streams } from '../../../src/math/streams.ts';

/** Standard normal numbers of a named stream, by Box and Muller. */
function normals(name: string, count: number): number[] {
  const draw = streams(11)(name).at(0);
  return Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw()));
}

describe('an estimate', () => {
  it('has the interval of Student’s t, as tables give it', () => {
    // t₀.₉₇₅ with 4 degrees of freedom is 2.776; s² of 1 … 5 is 2.5.
    const { mean, margin } = estimate([1, 2, 3, 4, 5]);
    expect(mean).toBe(3);
    expect(margin).toBeCloseTo(2.7764451 * Math.sqrt(2.5 / 5), 6);
  });

  it('has no interval from a single value', () => {
    expect(estimate([7])).toEqual({ mean: 7, margin: undefined, count: 1 });
  });
});

describe('a paired difference', () => {
  it('is certain where there is no spread: nothing between equals, everything between constants', () => {
    expect(pairedDifference([1, 2, 3], [1, 2, 3])).toMatchObject({ mean: 0, margin: 0, p: 1, pairsNeeded: undefined });
    expect(pairedDifference([2, 3, 4], [1, 2, 3])).toMatchObject({ mean: 1, margin: 0, p: 0 });
  });

  it('has the p of the published example: Student’s sleep data, p = 0.002833', () => {
    const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
    const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    const { mean, margin, p } = pairedDifference(first, second);
    expect(mean).toBeCloseTo(-1.58, 12);
    expect(p).toBeCloseTo(0.002833, 6);
    expect([mean - margin!, mean + margin!].map((each) => each.toFixed(4))).toEqual(['-2.4599', '-0.7001']);
    // The same t from another library, which divides the variance by n; a margin is t₀.₉₇₅ = 2.262 standard errors.
    const t = tTest(
      first.map((each, index) => each - second[index]!),
      0,
    );
    expect((mean / margin!) * 2.2621572).toBeCloseTo(t * Math.sqrt(9 / 10), 5);
  });

  it('finds a difference between equals at the stated rate, over 400 trials', () => {
    const [pairs, trials] = [6, 400];
    const luck = normals('equals', 3 * pairs * trials);
    let finds = 0;
    for (let trial = 0; trial < trials; trial++) {
      const take = (part: number) => luck.slice((3 * trial + part) * pairs, (3 * trial + part + 1) * pairs);
      const [world, a, b] = [take(0), take(1), take(2)];
      const { mean, margin, p } = pairedDifference(
        a.map((each, index) => world[index]! * 5 + each),
        b.map((each, index) => world[index]! * 5 + each),
      );
      expect(Math.abs(mean) > margin!).toBe(p! < 0.05);
      if (p! < 0.05) finds++;
    }
    // 5 % of 400 is 20, with a standard deviation of 4.4.
    expect(Math.abs(finds - 0.05 * trials)).toBeLessThan(3.5 * Math.sqrt(0.05 * 0.95 * trials));
  });

  it('is several times sharper than an unpaired one where the world’s luck dominates', () => {
    const [world, own] = [normals('world', 20), normals('own', 20)];
    const { margin, unpairedMargin } = pairedDifference(
      world.map((each, index) => 5 * each + own[index]!),
      world.map((each) => 5 * each),
    );
    expect(unpairedMargin! / margin!).toBeGreaterThan(4);
  });
});

describe('the number of seeds', () => {
  // Cohen 1988 and G*Power: two-sided, α = 0.05, power 0.8.
  it.each([
    [0.2, 199],
    [0.5, 34],
    [0.8, 15],
    [1, 10],
  ])('for an effect of %f standard deviations is the one of published tables', (effect, pairs) => {
    expect(pairsFor(effect)).toBe(pairs);
    expect(power(pairs, effect)).toBeGreaterThanOrEqual(0.8);
    expect(power(pairs - 1, effect)).toBeLessThan(0.8);
  });

  it('is the one that finds a known difference four times out of five', () => {
    const pairs = pairsFor(1)!;
    const trials = 300;
    const luck = normals('known', pairs * trials);
    const finds = Array.from({ length: trials }, (_, trial) => {
      const values = luck.slice(trial * pairs, (trial + 1) * pairs).map((each) => each + 1);
      return (
        pairedDifference(
          values,
          values.map(() => 0),
        ).p! < 0.05
      );
    }).filter(Boolean).length;
    expect(Math.abs(finds / trials - power(pairs, 1))).toBeLessThan(3.5 * Math.sqrt((0.8 * 0.2) / trials));
  });
});

it('Holm’s adjustment multiplies the smallest p most, and keeps the order', () => {
  expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  expect(holm([0.5, 0.9])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});
