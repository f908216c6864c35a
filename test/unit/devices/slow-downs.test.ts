import { mean, median, sampleStandardDeviation } from 'simple-statistics';
import { expect, test } from 'vitest';
import { logNormalStragglers, pareto, transientSlowDown } from '../../../src/devices/slow-downs.ts';
import { streams } from '../../../src/math/streams.ts';
import { realise } from '../../../src/part.ts';

const TASKS = 50_000;
const SIGMAS = 5;
const draws = streams(6)('client-0/straggler');
const indices = Array.from({ length: TASKS }, (_, index) => index);
const shareOf = (times: readonly number[], holds: (time: number) => boolean) => times.filter(holds).length / TASKS;
const spread = (probability: number) => SIGMAS * Math.sqrt((probability * (1 - probability)) / TASKS);

test('Pareto times are never below nominal, with tail (t / x)^a and mean t a / (a − 1)', () => {
  const [nominal, shape] = [2, 4];
  const { duration } = realise(pareto({ shape }));
  const times = indices.map((index) => duration(nominal, draws, index));
  expect(times.every((time) => time >= nominal)).toBe(true);
  for (const x of [2.2, 3, 5]) {
    const tail = (nominal / x) ** shape;
    expect(Math.abs(shareOf(times, (time) => time > x) - tail)).toBeLessThan(spread(tail));
  }
  const variance = (nominal ** 2 * shape) / ((shape - 1) ** 2 * (shape - 2));
  expect(Math.abs(mean(times) - (nominal * shape) / (shape - 1))).toBeLessThan(SIGMAS * Math.sqrt(variance / TASKS));
});

test('log-normal times have the nominal one as median, and the mean t e^(σ²/2)', () => {
  const [nominal, deviation] = [3, 0.6];
  const { duration } = realise(logNormalStragglers({ deviation }));
  const times = indices.map((index) => duration(nominal, draws, index));
  // A sample median of ln T deviates by σ √(π / 2n).
  expect(Math.abs(Math.log(median(times) / nominal))).toBeLessThan(SIGMAS * deviation * Math.sqrt(Math.PI / 2 / TASKS));
  expect(Math.abs(sampleStandardDeviation(times.map(Math.log)) / deviation - 1)).toBeLessThan(
    SIGMAS / Math.sqrt(2 * TASKS),
  );
  const variance = nominal ** 2 * Math.expm1(deviation ** 2) * Math.exp(deviation ** 2);
  expect(Math.abs(mean(times) - nominal * Math.exp(deviation ** 2 / 2))).toBeLessThan(
    SIGMAS * Math.sqrt(variance / TASKS),
  );
  expect(realise(logNormalStragglers({ deviation: 0 })).duration(7, draws, 1)).toBe(7);
});

test('passing slow-downs last for spells of computations, each slow with its probability', () => {
  const [probability, factor, spell] = [0.2, 5, 4];
  const { duration } = realise(transientSlowDown({ probability, factor, spell }));
  const times = indices.map((index) => duration(1, draws, index));
  expect(new Set(times)).toEqual(new Set([1, factor]));
  indices.forEach((index) => expect(times[index]).toBe(times[index - (index % spell)]));
  const slow = times.filter((time, index) => index % spell === 0 && time === factor).length;
  const tolerance = SIGMAS * Math.sqrt((probability * (1 - probability)) / (TASKS / spell));
  expect(Math.abs(slow / (TASKS / spell) - probability)).toBeLessThan(tolerance);
});

test('times are a function of the computation’s index, and options have bounds', () => {
  for (const build of [pareto, logNormalStragglers, transientSlowDown]) {
    const { duration } = realise(build());
    expect(duration(1, draws, 8)).toBe(duration(1, draws, 8));
  }
  expect(pareto.schema.safeParse({ shape: 0 }).success).toBe(false);
  expect(transientSlowDown.schema.safeParse({ factor: 0.5 }).success).toBe(false);
});
