/**
 * Goal: the load allocation of CodedFedL is right. Method: closed forms (Lambert's W₋₁ for a link of one slot, plain fractions
 * without luck), exhaustive search over whole loads, and properties over random clients.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivalProbability } from '../../../src/coding/arrival-probability.ts';
import { bestLoad, earliestDeadline, expectedReturn, loadsAt, type Pace } from '../../../src/coding/load-allocation.ts';
import { exponential } from '../../../src/math/distributions.ts';
import { streams } from '../../../src/math/streams.ts';

const steady: Pace = { secondsPerRow: 0.01, excess: 0, before: 0, attempt: 0.5, lost: 0 };

/** The branch W₋₁ of w e^w = x for −1/e ≤ x < 0, by Newton’s method on w + ln(−w) = ln(−x). */
function lambertMinusOne(x: number): number {
  let w = Math.log(-x) - Math.log(-Math.log(-x));
  for (let turn = 0; turn < 100; turn += 1) w -= (w + Math.log(-w) - Math.log(-x)) / (1 + 1 / w);
  return w;
}

const paces = fc.record({
  secondsPerRow: fc.double({ min: 1e-3, max: 0.1, noNaN: true }),
  excess: fc.constantFrom(0, 0.2, 0.5, 1),
  before: fc.double({ min: 0, max: 0.2, noNaN: true }),
  attempt: fc.double({ min: 0.01, max: 1, noNaN: true }),
  lost: fc.constantFrom(0, 0.1, 0.5),
  transfers: fc.constantFrom<1 | 2>(1, 2),
});

describe('the load of a client', () => {
  it.each([0.5, 1, 2, 8])('is −α μ (t − τ) / (W₋₁(−e^{−(1 + α)}) + 1) on a link of one slot, α = %d', (alpha) => {
    for (const [transfers, time] of [
      [1, 3],
      [2, 7],
    ] as const) {
      const pace: Pace = { ...steady, excess: 1 / alpha, transfers };
      const slots = transfers * pace.attempt;
      const expected = (-(alpha / pace.secondsPerRow) / (lambertMinusOne(-Math.exp(-1 - alpha)) + 1)) * (time - slots);
      expect(bestLoad(time, 1e9, pace)).toBeCloseTo(expected, 3);
      expect(bestLoad(time, expected / 2, pace)).toBe(expected / 2);
      expect(bestLoad(slots, 1e9, pace)).toBe(0);
    }
  });

  it('is all that has time where nothing is left to luck', () => {
    expect(bestLoad(2.5, 1000, steady)).toBeCloseTo(200, 9);
    expect(expectedReturn(2.5, 200, steady)).toBe(200);
    expect(bestLoad(2.5, 150, steady)).toBe(150);
  });

  it('leaves time for a second try where tries are often lost, and not where they hardly are', () => {
    // One try: 150 rows with 1 − e. Two tries: 100 rows with 1 − e². They return alike at e = ½.
    expect(bestLoad(2, 1000, { ...steady, lost: 0.45 })).toBeCloseTo(150, 9);
    expect(bestLoad(2, 1000, { ...steady, lost: 0.55 })).toBeCloseTo(100, 9);
  });

  it('is rounded where that costs least', () => {
    // 17.99… rows leave time for three tries, of which 7/8 return; 18, but for rounding, for two.
    const pace: Pace = { secondsPerRow: 0.003888888888890556, excess: 0, before: 0, attempt: 0.01, lost: 0.5 };
    const [load] = loadsAt(0.1, [18], [pace]);
    const returned = Array.from({ length: 19 }, (_, rows) => expectedReturn(0.1, rows, pace));
    expect(returned[load?.rows ?? 0]).toBe(Math.max(...returned));
  });

  it('returns no less than any other whole number of rows', () => {
    fc.assert(
      fc.property(
        paces,
        fc.double({ min: 0.1, max: 5, noNaN: true }),
        fc.integer({ min: 1, max: 120 }),
        (pace, time, most) => {
          const [load] = loadsAt(time, [most], [pace]);
          const returned = (rows: number) => expectedReturn(time, rows, pace);
          expect(load?.rows).toBeLessThanOrEqual(most);
          expect((load?.rows ?? 0) * (load?.probability ?? 0)).toBeCloseTo(returned(load?.rows ?? 0), 9);
          for (let rows = 0; rows <= most; rows += 1) {
            expect(returned(load?.rows ?? 0)).toBeGreaterThanOrEqual(returned(rows) - 1e-6);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the earliest deadline', () => {
  it('is target / (n μ) + τ for equal clients without luck', () => {
    expect(earliestDeadline(400, [300, 300, 300, 300], [steady, steady, steady, steady])).toBeCloseTo(1.5, 6);
  });

  it('has fast clients work on all they have, and slow ones on what they can', () => {
    const slow = { ...steady, secondsPerRow: 0.1 };
    const deadline = earliestDeadline(110, [100, 100], [steady, slow]);
    // The fast one is through with all its rows after 1.5 s; by then the slow one has 10.
    expect(deadline).toBeCloseTo(1.5, 6);
    expect(loadsAt(deadline, [100, 100], [steady, slow])).toEqual([
      { rows: 100, probability: 1 },
      { rows: 10, probability: 1 },
    ]);
  });

  it('returns the target, and no earlier one does', () => {
    const clients = fc.array(fc.tuple(paces, fc.integer({ min: 5, max: 100 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(clients, fc.double({ min: 0.05, max: 0.9, noNaN: true }), (all, share) => {
        const [rows, known] = [all.map(([, count]) => count), all.map(([pace]) => pace)];
        const target = share * rows.reduce((sum, count) => sum + count, 0);
        const returned = (time: number) =>
          loadsAt(time, rows, known).reduce((sum, each) => sum + each.rows * each.probability, 0);
        const deadline = earliestDeadline(target, rows, known);
        expect(returned(deadline)).toBeGreaterThanOrEqual(target);
        expect(returned(deadline * (1 - 1e-6))).toBeLessThan(target + 1e-6);
      }),
      { numRuns: 25 },
    );
  });

  it('refuses a target of nothing, or of everything', () => {
    expect(() => earliestDeadline(0, [10], [steady])).toThrow(/rows/);
    expect(() => earliestDeadline(10, [10], [steady])).toThrow(/rows/);
  });
});

describe('a round with a download that may be lost too', () => {
  const round = { before: 1, attempt: 0.5, probability: 0.1, transfers: 2 } as const;

  it('needs two tries at least: P(ν = k) = (k − 1)(1 − e)² e^{k − 2}', () => {
    expect(arrivalProbability(1.9, round)).toBe(0);
    expect(arrivalProbability(2, round)).toBeCloseTo(0.81, 12);
    expect(arrivalProbability(2.6, round)).toBeCloseTo(0.81 + 2 * 0.81 * 0.1, 12);
    expect(arrivalProbability(3, round)).toBeCloseTo(0.81 + 2 * 0.81 * 0.1 + 3 * 0.81 * 0.01, 12);
    expect(arrivalProbability(1e3, round)).toBeCloseTo(1, 12);
  });

  it('arrives as often as drawn rounds do', () => {
    const [rounds, luck] = [40_000, streams(6)('rounds')];
    let arrived = 0;
    for (let index = 0; index < rounds; index += 1) {
      const source = luck.at(index);
      let [tries, received] = [0, 0];
      while (received < 2) {
        tries += 1;
        if (source() >= 0.1) received += 1;
      }
      if (1 + exponential(source, 1 / 2) + 0.5 * tries <= 3) arrived += 1;
    }
    const expected = arrivalProbability(3, { ...round, excessRate: 2 });
    expect(Math.abs(arrived / rounds - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / rounds));
  });
});
