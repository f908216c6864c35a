import { mean, sampleVariance } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { noFading } from '../../../../channels/fading/none.ts';
import { rayleigh } from '../../../../channels/fading/rayleigh.ts';
import { rician } from '../../../../channels/fading/rician.ts';
import { streams } from '../../../../src/math/streams.ts';
import type { Fading } from '../../../../src/network/contract.ts';
import { realise } from '../../../../src/part.ts';

const BLOCKS = 50_000;
/** Five standard deviations: a sound model fails one check in 1.7 million. */
const SIGMAS = 5;
const link = streams(2)('client-0/fading');
const gainsOf = (fading: Fading): number[] => Array.from({ length: BLOCKS }, (_, block) => fading.gain(link, block));

/** Expects E = 1 and the variance; `fourth` is the fourth central moment. */
function expectPower(gains: number[], variance: number, fourth: number): void {
  expect(Math.abs(mean(gains) - 1)).toBeLessThan(SIGMAS * Math.sqrt(variance / BLOCKS));
  const error = Math.sqrt((fourth - variance ** 2) / BLOCKS);
  expect(Math.abs(sampleVariance(gains) - variance)).toBeLessThan(SIGMAS * error);
}

describe('Rayleigh fading', () => {
  const gains = gainsOf(realise(rayleigh()));

  test('has the power of Exp(1): mean 1, variance 1', () => {
    expectPower(gains, 1, 9);
  });

  test.each([0.01, 0.1, 1, 3])('falls below %d with the outage probability 1 − e^(−x)', (threshold) => {
    const outage = 1 - Math.exp(-threshold);
    const share = gains.filter((gain) => gain < threshold).length / BLOCKS;
    expect(Math.abs(share - outage)).toBeLessThan(SIGMAS * Math.sqrt((outage * (1 - outage)) / BLOCKS));
  });
});

describe('Rician fading', () => {
  // |h|² is a non-central χ² with 2 degrees of freedom over 2 (K + 1), non-centrality 2K. Its cumulants are
  // κₙ = 2^(n−1) (n − 1)! (2 + 2K n) / (2 (K + 1))ⁿ, so κ₂ = (2K + 1) / (K + 1)², κ₄ = 6 (1 + 4K) / (K + 1)⁴.
  test.each([0, 1, 5, 30])('at K = %d has mean power 1 and variance (2K + 1) / (K + 1)²', (kFactor) => {
    const variance = (2 * kFactor + 1) / (kFactor + 1) ** 2;
    const fourth = (6 * (1 + 4 * kFactor)) / (kFactor + 1) ** 4 + 3 * variance ** 2;
    expectPower(gainsOf(realise(rician({ kFactor }))), variance, fourth);
  });

  test('at K = 0 has the outage of Rayleigh fading', () => {
    const outage = 1 - Math.exp(-0.1);
    const share = gainsOf(realise(rician({ kFactor: 0 }))).filter((gain) => gain < 0.1).length / BLOCKS;
    expect(Math.abs(share - outage)).toBeLessThan(SIGMAS * Math.sqrt((outage * (1 - outage)) / BLOCKS));
  });
});

test('a gain is a function of link and block, whoever asks and in which order', () => {
  for (const fading of [realise(rayleigh()), realise(rician())]) {
    const first = [5, 3, 5].map((block) => fading.gain(link, block));
    expect(first[0]).toBe(first[2]);
    expect(first[0]).not.toBe(first[1]);
    expect(fading.gain(streams(2)('client-0/fading'), 3)).toBe(first[1]);
  }
});

test('the coherence is an option in seconds, above 0, and without fading there is no end to a block', () => {
  expect(realise(rayleigh({ coherence: 0.2 })).coherence).toBe(0.2);
  expect(realise(rician({ coherence: 3 })).coherence).toBe(3);
  expect(rayleigh.schema.safeParse({ coherence: 0 }).success).toBe(false);
  expect(rayleigh.schema.safeParse({ coherence: Number.NaN }).success).toBe(false);
  const { coherence, gain } = realise(noFading());
  expect(coherence).toBe(Number.POSITIVE_INFINITY);
  expect(gain(link, 12)).toBe(1);
});
