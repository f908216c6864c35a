import { mean, sampleVariance } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { clarke } from '../../../../channels/fading/clarke.ts';
import { maximumRatio } from '../../../../channels/fading/maximum-ratio.ts';
import { nakagami } from '../../../../channels/fading/nakagami.ts';
import { noFading } from '../../../../channels/fading/none.ts';
import { rayleigh } from '../../../../channels/fading/rayleigh.ts';
import { streams } from '../../../../src/math/streams.ts';
import type { Fading } from '../../../../src/network/contract.ts';
import { realise } from '../../../../src/part.ts';

const BLOCKS = 50_000;
const SIGMAS = 5;
const link = streams(2)('client-0/fading');
const gainsOf = (fading: Fading): number[] => Array.from({ length: BLOCKS }, (_, block) => fading.gain(link, block));

/** P(Gamma(n, 1) < x) = 1 − e^(−x) Σ_{k<n} xᵏ / k! for a whole n: Erlang's distribution. */
function erlang(n: number, x: number): number {
  let [term, sum] = [1, 0];
  for (let k = 0; k < n; k += 1) {
    sum += term;
    term *= x / (k + 1);
  }
  return 1 - Math.exp(-x) * sum;
}

/** Expects a gamma number of a shape: mean, variance and the share below thresholds. */
function expectGamma(gains: number[], shape: number, scale: number, thresholds: readonly number[]): void {
  const variance = shape * scale ** 2;
  expect(Math.abs(mean(gains) - shape * scale)).toBeLessThan(SIGMAS * Math.sqrt(variance / BLOCKS));
  // The kurtosis of a gamma number is 3 + 6 / shape.
  const error = variance * Math.sqrt((2 + 6 / shape) / BLOCKS);
  expect(Math.abs(sampleVariance(gains) - variance)).toBeLessThan(SIGMAS * error);
  for (const threshold of thresholds) {
    const outage = erlang(shape, threshold / scale);
    const share = gains.filter((gain) => gain < threshold).length / BLOCKS;
    expect(Math.abs(share - outage)).toBeLessThan(SIGMAS * Math.sqrt((outage * (1 - outage)) / BLOCKS));
  }
}

describe('Nakagami fading', () => {
  test.each([0.5, 0.8, 1.7])('at m = %d has mean power 1 and variance 1 / m', (shape) => {
    expectGamma(gainsOf(realise(nakagami({ shape }))), shape, 1 / shape, []);
  });

  test.each([1, 2, 5])('at m = %d has the outage of a gamma number', (shape) => {
    expectGamma(gainsOf(realise(nakagami({ shape }))), shape, 1 / shape, [0.1, 0.5, 1, 2]);
  });

  test('takes no m below a half', () => {
    expect(nakagami.schema.safeParse({ shape: 0.4 }).success).toBe(false);
  });
});

describe('maximum-ratio combining', () => {
  test.each([1, 2, 4])('of %d Rayleigh branches has the power of a gamma number of that shape', (antennas) => {
    const fading = realise(maximumRatio({ antennas }));
    expect(fading.meanGain).toBe(antennas);
    expectGamma(gainsOf(fading), antennas, 1, [0.5, 1, antennas, 2 * antennas]);
  });

  test('adds branches that never share a draw, and are the same whoever asks', () => {
    const fading = realise(maximumRatio({ antennas: 3, fading: clarke({ paths: 8 }) }));
    const single = realise(clarke({ paths: 8 }));
    expect(fading.coherence).toBe(single.coherence);
    const indices = new Set<number>();
    const watched = {
      name: 'watched',
      at(index: number) {
        indices.add(index);
        return link.at(index);
      },
    };
    const blocks = [4, 0, 4].map((block) => fading.gain(watched, block));
    expect([...indices].sort()).toEqual([0, 1, 2]);
    expect(blocks[0]).toBe(blocks[2]);
    expect(blocks[0]).toBe(realise(maximumRatio({ antennas: 3, fading: clarke({ paths: 8 }) })).gain(link, 4));
  });

  test('without fading gains M for ever, and nests', () => {
    const nested = realise(maximumRatio({ antennas: 3, fading: maximumRatio({ antennas: 2, fading: noFading() }) }));
    expect([nested.meanGain, nested.gain(link, 9), nested.coherence]).toEqual([6, 6, Number.POSITIVE_INFINITY]);
  });

  test('keeps the coherence of its branches, and reports what is wrong in them', () => {
    expect(realise(maximumRatio({ fading: rayleigh({ coherence: 0.2 }) })).coherence).toBe(0.2);
    expect(maximumRatio.schema.safeParse({ fading: rayleigh({ coherence: -1 }) }).success).toBe(false);
  });
});
