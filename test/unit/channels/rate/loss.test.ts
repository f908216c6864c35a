import { mean, sampleStandardDeviation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { rayleigh } from '../../../../channels/fading/rayleigh.ts';
import { adaptiveModulation } from '../../../../channels/rate/adaptive-modulation.ts';
import { outage } from '../../../../channels/rate/outage.ts';
import { packetErasure } from '../../../../channels/rate/packet-erasure.ts';
import { shannon } from '../../../../channels/rate/shannon.ts';
import { streams } from '../../../../src/math/streams.ts';
import { realise } from '../../../../src/part.ts';
import { dbToLinear } from '../../../../src/units.ts';

const BLOCKS = 50_000;
const SIGMAS = 5;
const link = streams(2)('client-0/fading');
const { gain } = realise(rayleigh());
const gains = Array.from({ length: BLOCKS }, (_, block) => gain(link, block));

/** E₁(x) = −γ − ln x − Σ (−x)ᵏ / (k k!): the series of Abramowitz and Stegun, 5.1.11, for x ≤ 1. */
function exponentialIntegral(x: number): number {
  let [term, sum] = [1, 0];
  for (let k = 1; k < 40; k += 1) {
    term *= -x / k;
    sum -= term / k;
  }
  return sum - Math.log(x) - 0.5772156649015329;
}

test('E₁ has its tabulated values', () => {
  expect(exponentialIntegral(1)).toBeCloseTo(0.2193839344, 10);
  expect(exponentialIntegral(0.5)).toBeCloseTo(0.5597735948, 10);
});

test.each([0, 10, 20])('the mean rate over Rayleigh fading at %d dB is e^(1/γ) E₁(1/γ) / ln 2', (snrDb) => {
  const { rate } = realise(shannon());
  const snr = dbToLinear(snrDb);
  const rates = gains.map((each) => rate(snr * each, 1));
  const expected = (Math.exp(1 / snr) * exponentialIntegral(1 / snr)) / Math.LN2;
  const error = sampleStandardDeviation(rates) / Math.sqrt(BLOCKS);
  expect(Math.abs(mean(rates) - expected)).toBeLessThan(SIGMAS * error);
});

describe('outage', () => {
  test('takes all of the rate below its threshold and none above', () => {
    const { rate } = realise(outage({ thresholdDb: 10 }));
    expect(rate(9.999, 1e6)).toBe(0);
    expect(rate(10, 1e6)).toBe(realise(shannon()).rate(10, 1e6));
    expect(realise(outage({ rate: adaptiveModulation(), thresholdDb: 10 })).rate(10, 1e6)).toBeCloseTo(1914062.5, 6);
  });

  test('over Rayleigh fading happens with probability 1 − e^(−γ₀/γ)', () => {
    const { rate } = realise(outage({ thresholdDb: 3 }));
    const probability = 1 - Math.exp(-dbToLinear(3) / dbToLinear(8));
    const share = gains.filter((each) => rate(dbToLinear(8) * each, 1) === 0).length / BLOCKS;
    expect(Math.abs(share - probability)).toBeLessThan(SIGMAS * Math.sqrt((probability * (1 - probability)) / BLOCKS));
  });
});

test('packet erasure leaves 1 − e of the rate, and reports what is wrong in the rate that it wraps', () => {
  expect(realise(packetErasure({ probability: 0.1 })).rate(7, 1e6)).toBeCloseTo(2.7e6, 6);
  expect(realise(packetErasure({ probability: 0 })).rate(7, 1e6)).toBe(realise(shannon()).rate(7, 1e6));
  expect(packetErasure.schema.safeParse({ probability: 1 }).success).toBe(false);
  expect(packetErasure.schema.safeParse({ rate: shannon({ gapDb: -1 }) }).success).toBe(false);
});
