import { mean, min, sampleVariance } from 'simple-statistics';
import { expect, test } from 'vitest';
import { noStragglers, shiftedExponential } from '../../../src/devices/stragglers.ts';
import { streams } from '../../../src/math/streams.ts';
import { realise } from '../../../src/part.ts';

const draws = streams(6)('client-0/straggler');

test('without stragglers a computation takes its nominal time', () => {
  expect(realise(noStragglers()).duration(2.5, draws, 3)).toBe(2.5);
});

test('a shifted-exponential time is at least nominal, with mean t (1 + s) and variance (s t)²', () => {
  const [TASKS, nominal, scale] = [50_000, 2, 0.25];
  const { duration } = realise(shiftedExponential({ scale }));
  const times = Array.from({ length: TASKS }, (_, index) => duration(nominal, draws, index));
  expect(min(times)).toBeGreaterThanOrEqual(nominal);
  const deviation = scale * nominal;
  expect(Math.abs(mean(times) - nominal * (1 + scale))).toBeLessThan((5 * deviation) / Math.sqrt(TASKS));
  // The kurtosis of an exponential number is 9, so its sample variance deviates by √(8 / n).
  expect(Math.abs(sampleVariance(times) / deviation ** 2 - 1)).toBeLessThan(5 * Math.sqrt(8 / TASKS));
});

test('a computation’s time is a function of its index, and a scale of 0 leaves it nominal', () => {
  const { duration } = realise(shiftedExponential());
  expect(duration(1, draws, 8)).toBe(duration(1, draws, 8));
  expect(duration(1, draws, 8)).not.toBe(duration(1, draws, 9));
  expect(realise(shiftedExponential({ scale: 0 })).duration(7, draws, 8)).toBe(7);
});
