import { expect, test } from 'vitest';
import { shannon } from '../../../../channels/rate/shannon.ts';
import { realise } from '../../../../src/part.ts';

const { rate } = realise(shannon());

test('an SNR of 2ⁿ − 1 carries n bits per second and hertz', () => {
  for (const bits of [0, 1, 5, 10]) expect(rate(2 ** bits - 1, 1e6)).toBeCloseTo(bits * 1e6, 6);
});

test('an SNR of 50 in 1 MHz carries 5.672 Mbit/s', () => {
  expect(rate(50, 1e6) / 1e6).toBeCloseTo(5.672, 3);
});

test('a gap in dB divides the SNR', () => {
  const gapped = realise(shannon({ gapDb: 10 }));
  expect(gapped.rate(70, 1e6)).toBeCloseTo(3e6, 6);
});

test('a link without SNR or bandwidth carries nothing, and a very weak one nearly B SNR / ln 2', () => {
  expect(rate(0, 1e6)).toBe(0);
  expect(rate(50, 0)).toBe(0);
  expect(rate(1e-20, 1e6) / (1e-14 / Math.LN2)).toBeCloseTo(1, 12);
});
