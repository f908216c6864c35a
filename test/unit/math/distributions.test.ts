import { mean, sampleVariance } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { dirichlet, exponential, gamma, integerBelow, normal, permutation } from '../../../src/math/distributions.ts';
import { type Source, streams } from '../../../src/math/streams.ts';

const SAMPLES = 50_000;
/** Five standard deviations of the statistic: a sound generator fails one check in 1.7 million. */
const SIGMAS = 5;
const stream = streams(11)('distributions');
const sample = <Value>(draw: (source: Source) => Value): Value[] =>
  Array.from({ length: SAMPLES }, (_, index) => draw(stream.at(index)));

/** Expects the mean and variance of a distribution with the given kurtosis E[(x − μ)⁴] / σ⁴. */
function expectMoments(values: number[], mu: number, variance: number, kurtosis: number): void {
  expect(Math.abs(mean(values) - mu)).toBeLessThan(SIGMAS * Math.sqrt(variance / SAMPLES));
  const error = variance * Math.sqrt((kurtosis - 1) / SAMPLES);
  expect(Math.abs(sampleVariance(values) - variance)).toBeLessThan(SIGMAS * error);
}

describe('moments', () => {
  test('of a normal number are its mean and squared deviation', () => {
    expectMoments(
      sample((source) => normal(source)),
      0,
      1,
      3,
    );
    expectMoments(
      sample((source) => normal(source, -3, 8)),
      -3,
      64,
      3,
    );
  });

  test('of an exponential number are its mean and the mean squared', () => {
    expectMoments(
      sample((source) => exponential(source)),
      1,
      1,
      9,
    );
    expectMoments(
      sample((source) => exponential(source, 40)),
      40,
      1600,
      9,
    );
  });

  test.each([
    [0.3, 1],
    [1, 2],
    [7.5, 0.5],
  ])('of a gamma number of shape %d and scale %d are shape · scale and shape · scale²', (shape, scale) => {
    const values = sample((source) => gamma(source, shape, scale));
    expectMoments(values, shape * scale, shape * scale ** 2, 3 + 6 / shape);
  });

  test('of Dirichlet proportions are those of its beta margins', () => {
    const alphas = [0.2, 1, 2.8];
    const draws = sample((source) => dirichlet(source, alphas));
    alphas.forEach((alpha, i) => {
      const [share, total] = [alpha / 4, 4];
      const variance = (share * (1 - share)) / (total + 1);
      const values = draws.map((proportions) => proportions[i] as number);
      expect(Math.abs(mean(values) - share)).toBeLessThan(SIGMAS * Math.sqrt(variance / SAMPLES));
      // A proportion lies in [0, 1], so (x − μ)² has at most the variance μ₂ (1 − μ₂).
      const error = Math.sqrt((variance * (1 - variance)) / SAMPLES);
      expect(Math.abs(sampleVariance(values) - variance)).toBeLessThan(SIGMAS * error);
    });
  });
});

describe('an exponential number', () => {
  test('exceeds x with probability e^(−x / mean)', () => {
    const values = sample((source) => exponential(source, 2));
    const tail = Math.exp(-3 / 2);
    const share = values.filter((value) => value > 3).length / SAMPLES;
    expect(Math.abs(share - tail)).toBeLessThan(SIGMAS * Math.sqrt((tail * (1 - tail)) / SAMPLES));
  });
});

describe('Dirichlet proportions', () => {
  test.each([1e-4, 0.01, 1, 1e4])('sum to 1 and are numbers at concentration %d', (alpha) => {
    for (let index = 0; index < 200; index += 1) {
      const proportions = dirichlet(stream.at(index), new Array(10).fill(alpha));
      expect(proportions.every((each) => each >= 0)).toBe(true);
      expect(proportions.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
    }
  });
});

describe('an integer below n', () => {
  test('takes each value equally often', () => {
    const n = 7;
    const counts = new Array(n).fill(0);
    for (const value of sample((source) => integerBelow(source, n))) counts[value] += 1;
    const error = Math.sqrt(((1 / n) * (1 - 1 / n)) / SAMPLES);
    for (const count of counts) expect(Math.abs(count / SAMPLES - 1 / n)).toBeLessThan(SIGMAS * error);
  });

  test('stays below n for the largest uniform, whatever n', () => {
    const almostOne = (): number => 1 - 2 ** -53;
    for (const n of [1, 2, 3, 10, 2 ** 31 + 1, 2 ** 52 + 1, 2 ** 53 - 1]) {
      expect(integerBelow(almostOne, n)).toBeLessThan(n);
    }
  });
});

describe('a permutation', () => {
  test('holds each of 0 … n − 1 once', () => {
    const order = permutation(stream.at(1), 1000);
    expect([...order].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect([...permutation(stream.at(1), 0)]).toEqual([]);
    expect([...permutation(stream.at(1), 1)]).toEqual([0]);
  });

  test('is each of the 24 orders of four equally often', () => {
    const counts = new Map<string, number>();
    for (const order of sample((source) => permutation(source, 4).join())) {
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const error = Math.sqrt(((1 / 24) * (23 / 24)) / SAMPLES);
    for (const count of counts.values()) expect(Math.abs(count / SAMPLES - 1 / 24)).toBeLessThan(SIGMAS * error);
  });
});
