/**
 * Goal: the bound holds, and is no looser than its assumptions. Method: a quadratic whose constants are known exactly, on which
 * noise and rounding are exactly as the bound assumes; its recursion in closed form, and drawn runs with real rounding.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DecodedTraining, descentFactor, gradientBound } from '../../../src/coding/convergence.ts';
import { stochasticRound } from '../../../src/coding/quantise.ts';
import { normals } from '../../../src/math/distributions.ts';
import { streams } from '../../../src/math/streams.ts';

const base: DecodedTraining = {
  ...{ smoothness: 2, gradientVariance: 4, roundingVariance: 0.1 },
  ...{ learningRate: 0.1, rows: 8, gap: 9 },
};

/**
 * ℓ(w) = (L/2) w² in one dimension, w ← w − η Q, E Q = L w, where E Q² = (1 + γ²)((L w)² + σ²/(b K)). Means of squares obey
 *
 *   E w² ← E w² (1 − 2 η L + η² L² (1 + γ²)) + η² (1 + γ²) σ²/(b K)
 */
function meanSquaredGradient(training: DecodedTraining, rounds: number): number {
  const { smoothness: l, gradientVariance, roundingVariance, learningRate: eta, rows, gap } = training;
  let [square, sum] = [(2 * gap) / l, 0];
  for (let t = 0; t < rounds; t += 1) {
    sum += l ** 2 * square;
    square = square * (1 - 2 * eta * l + (eta * l) ** 2 * (1 + roundingVariance));
    square += eta ** 2 * (1 + roundingVariance) * (gradientVariance / rows);
  }
  return sum / rounds;
}

describe('the bound on gradients of decoded training', () => {
  it('holds on quadratics, for every rate at which a step goes down', () => {
    const positive = (max: number) => fc.double({ min: 1e-3, max, noNaN: true });
    const training = fc.record({
      smoothness: positive(10),
      gradientVariance: positive(100),
      roundingVariance: fc.double({ min: 0, max: 1, noNaN: true }),
      learningRate: positive(1),
      rows: fc.integer({ min: 1, max: 100 }),
      gap: positive(100),
    });
    fc.assert(
      fc.property(training, fc.integer({ min: 1, max: 500 }), (each, rounds) => {
        if (descentFactor(each) <= 0) expect(gradientBound(each, rounds)).toBe(Number.POSITIVE_INFINITY);
        else expect(meanSquaredGradient(each, rounds)).toBeLessThanOrEqual(gradientBound(each, rounds) * (1 + 1e-9));
      }),
      { numRuns: 500 },
    );
  });

  it('is met in the long run but for the factor by which a quadratic loses its gap: no slack is hidden in it', () => {
    const slow = { ...base, learningRate: 1e-3 };
    // In the long run E w² = η (1 + γ²) σ² / (b K L (2 − η L (1 + γ²))), which is the bound's second term to the last digit.
    const settled = { ...slow, gap: (1e-3 * 1.1 * 4) / (8 * 2 * (2 - 1e-3 * 2 * 1.1)) };
    const noise = gradientBound({ ...settled, gap: 0 }, 1);
    expect(meanSquaredGradient(settled, 1000)).toBeCloseTo(noise, 12);
  });

  it('falls as 1/√τ at rates of 1/√τ, and stays where the rate does', () => {
    const at = (rounds: number) => gradientBound({ ...base, learningRate: 1 / Math.sqrt(rounds) }, rounds);
    for (const rounds of [1e6, 1e8]) expect(at(rounds) / at(100 * rounds)).toBeCloseTo(10, 1);
    expect(gradientBound(base, 1e9)).toBeCloseTo(gradientBound({ ...base, gap: 0 }, 1), 6);
  });

  // Goal: the rounding of DReS-FL itself. Method: E|Q(z) − z|² is at most ¼ a step of the grid, which stands in for γ² z².
  it('holds for drawn runs on a grid of parameters, with the absolute error of its rounding', () => {
    const [grid, rounds, runs] = [2 ** -8, 200, 50];
    const { smoothness, gradientVariance, learningRate, rows } = base;
    let sum = 0;
    for (let run = 0; run < runs; run += 1) {
      const source = streams(run)('rounds').at(0);
      const draw = normals(source);
      let w = Math.round(3 / grid) * grid;
      for (let t = 0; t < rounds; t += 1) {
        sum += (smoothness * w) ** 2;
        const gradient = smoothness * w + Math.sqrt(gradientVariance / rows) * draw();
        w -= grid * stochasticRound((learningRate * gradient) / grid, source);
      }
    }
    // A quarter of grid², by η², is noise of that variance on the gradient of all rows.
    const rounding = (0.25 * grid ** 2 * rows) / learningRate ** 2;
    const bound = gradientBound(
      { ...base, gradientVariance: gradientVariance + rounding, roundingVariance: 0 },
      rounds,
    );
    expect(sum / (runs * rounds)).toBeLessThan(bound);
    expect(sum / (runs * rounds)).toBeGreaterThan(bound / 10);
  });
});
