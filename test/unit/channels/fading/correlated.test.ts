import { mean, sampleStandardDeviation, sampleVariance } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { clarke, coefficientAt, doppler, drawPaths } from '../../../../channels/fading/clarke.ts';
import { type Coefficient, gaussMarkov, gaussMarkovProcess } from '../../../../channels/fading/gauss-markov.ts';
import { streams } from '../../../../src/math/streams.ts';
import { realise } from '../../../../src/part.ts';

/** Five standard deviations: a sound model fails one check in 1.7 million. */
const SIGMAS = 5;
const named = streams(12);
const links = (count: number) => Array.from({ length: count }, (_, client) => named(`client-${client}/fading`));

/** J₀(x) = (1/π) ∫₀^π cos(x sin θ) dθ; the midpoint rule converges faster than any power of its step. */
function besselJ0(x: number): number {
  const STEPS = 200;
  let sum = 0;
  for (let i = 0; i < STEPS; i += 1) sum += Math.cos(x * Math.sin((Math.PI * (i + 0.5)) / STEPS));
  return sum / STEPS;
}

describe('Gauss–Markov fading', () => {
  /** What the coefficient of a block owes to each innovation, from the process's answer to single impulses. */
  function response(correlation: number, block: number): ReadonlyMap<number, number> {
    const process = gaussMarkovProcess(correlation);
    const asked = new Set<number>();
    process((each) => {
      asked.add(each);
      return { re: 0, im: 0 };
    }, block);
    const impulse =
      (at: number) =>
      (each: number): Coefficient => ({ re: each === at ? 1 : 0, im: 0 });
    return new Map([...asked].map((each) => [each, process(impulse(each), block).re]));
  }

  // Goal: the covariance itself, no estimate of it. Method: a linear map of independent innovations of unit power has
  // the covariance of its weights' inner products.
  test.each([0, 0.3, 0.9, 0.99, 0.999])('has the covariance ρ^|j − k| between all blocks at ρ = %d', (correlation) => {
    const blocks = [0, 1, 2, 3, 5, 8, 63, 64, 65, 100, 1000, 4095, 4096, 4097, 20_000];
    const responses = blocks.map((block) => response(correlation, block));
    blocks.forEach((j, row) => {
      blocks.forEach((k, column) => {
        let covariance = 0;
        for (const [each, weight] of responses[row]!) covariance += weight * (responses[column]!.get(each) ?? 0);
        expect(covariance).toBeCloseTo(correlation ** Math.abs(j - k), 7);
      });
    });
  });

  test('asks for few innovations however far back the memory goes', () => {
    expect(response(0.9, 123_457).size).toBeLessThanOrEqual(10);
    expect(response(0.9999, 123_457).size).toBeLessThanOrEqual(20);
  });

  test('has the power of Rayleigh fading, and gains that are correlated by ρ² from block to block', () => {
    const LINKS = 20_000;
    const { gain } = realise(gaussMarkov({ correlation: 0.8 }));
    const pairs = links(LINKS).map((link) => [gain(link, 5), gain(link, 6)] as const);
    const first = pairs.map(([gainNow]) => gainNow);
    expect(Math.abs(mean(first) - 1)).toBeLessThan(SIGMAS / Math.sqrt(LINKS));
    expect(Math.abs(sampleVariance(first) - 1)).toBeLessThan(SIGMAS * Math.sqrt(8 / LINKS));
    const products = pairs.map(([now, next]) => (now - 1) * (next - 1));
    const error = sampleStandardDeviation(products) / Math.sqrt(LINKS);
    expect(Math.abs(mean(products) - 0.64)).toBeLessThan(SIGMAS * error);
  });

  test('gives a gain as a function of link and block, in any order', () => {
    const { gain } = realise(gaussMarkov());
    const [link] = links(1);
    const forwards = [0, 1, 2, 3, 400].map((block) => gain(link!, block));
    expect([400, 3, 2, 1, 0].map((block) => gain(named('client-0/fading'), block)).reverse()).toEqual(forwards);
  });

  test('takes a correlation from 0 to below 1', () => {
    for (const correlation of [-0.1, 1, Number.NaN]) {
      expect(gaussMarkov.schema.safeParse({ correlation }).success).toBe(false);
    }
  });
});

describe('Clarke fading', () => {
  const SHIFT = 10;

  test('has the Doppler shift v f / c', () => {
    expect(doppler(299.792458, 1e9)).toBeCloseTo(1000, 9);
  });

  test('has the autocorrelation J₀(2π f_D τ) over links', () => {
    const LINKS = 20_000;
    const drawn = links(LINKS).map((link) => drawPaths(link, 16, SHIFT));
    const start = drawn.map((paths) => coefficientAt(paths, 0.3));
    for (const lag of [0.005, 0.0383, 0.06, 0.1, 0.25]) {
      const products = drawn.map((paths, i) => {
        const [now, then] = [start[i]!, coefficientAt(paths, 0.3 + lag)];
        return [now.re * then.re + now.im * then.im, now.im * then.re - now.re * then.im] as const;
      });
      // E|h h*|² ≤ 2, so each part of the mean deviates by less than √(2 / n).
      const tolerance = SIGMAS * Math.sqrt(2 / LINKS);
      expect(Math.abs(mean(products.map(([re]) => re)) - besselJ0(2 * Math.PI * SHIFT * lag))).toBeLessThan(tolerance);
      expect(Math.abs(mean(products.map(([, im]) => im)))).toBeLessThan(tolerance);
    }
  });

  test('has mean power 1 and variance 1 − 1/N', () => {
    const [LINKS, paths] = [20_000, 8];
    const { gain } = realise(clarke({ paths }));
    const gains = links(LINKS).map((link) => gain(link, 77));
    const variance = 1 - 1 / paths;
    expect(Math.abs(mean(gains) - 1)).toBeLessThan(SIGMAS * Math.sqrt(variance / LINKS));
    // The fourth central moment of Rayleigh power, 9, is an upper bound for fewer paths.
    expect(Math.abs(sampleVariance(gains) - variance)).toBeLessThan(SIGMAS * Math.sqrt((9 - variance ** 2) / LINKS));
  });

  // Goal: Rice's rate of upward crossings. Method: many links over 20 cycles each, a hundred samples per cycle.
  test.each([0.5, 1, 1.5])(
    'crosses the level of %d times its root mean square as often as √(2π) f_D ρ e^(−ρ²)',
    (level) => {
      const [LINKS, PATHS, CYCLES, SAMPLES] = [120, 32, 20, 100];
      const rates = links(LINKS).map((link) => {
        const paths = drawPaths(link, PATHS, SHIFT);
        let crossings = 0;
        let wasAbove = true;
        for (let i = 0; i <= CYCLES * SAMPLES; i += 1) {
          const { re, im } = coefficientAt(paths, i / (SAMPLES * SHIFT));
          const isAbove = Math.hypot(re, im) >= level;
          crossings += Number(isAbove && !wasAbove && i > 0);
          wasAbove = isAbove;
        }
        return (crossings * SHIFT) / CYCLES;
      });
      const expected = Math.sqrt(2 * Math.PI) * SHIFT * level * Math.exp(-(level ** 2));
      const error = sampleStandardDeviation(rates) / Math.sqrt(LINKS);
      // Finitely many paths bend the density of the power by no more than 1/N at these levels.
      expect(Math.abs(mean(rates) - expected)).toBeLessThan(SIGMAS * error + expected / PATHS);
      expect(error / expected).toBeLessThan(0.04);
    },
  );

  test('has twenty blocks in 1 / f_D unless told otherwise, and a gain that is a function of link and block', () => {
    const fading = realise(clarke({ speed: 10, frequency: 3e9 }));
    expect(fading.coherence).toBeCloseTo(1 / (20 * doppler(10, 3e9)), 15);
    expect(realise(clarke({ coherence: 0.004 })).coherence).toBe(0.004);
    const [link] = links(1);
    expect(fading.gain(link!, 9)).toBe(
      realise(clarke({ speed: 10, frequency: 3e9 })).gain(named('client-0/fading'), 9),
    );
    expect(fading.gain(link!, 9)).not.toBe(fading.gain(link!, 10));
  });
});
