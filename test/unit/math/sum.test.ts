import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../src/errors.ts';
import { streams } from '../../../src/math/streams.ts';
import { type Vector, weightedMean, weightedSum } from '../../../src/math/sum.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('a weighted sum', () => {
  test('adds weight times vector', () => {
    const sum = weightedSum([new Float64Array([1, 2]), new Float64Array([10, 20])], [3, -0.5]);
    expect([...sum]).toEqual([-2, -4]);
  });

  test('lies in a new shared buffer of the same element type', () => {
    const narrow = weightedSum([new Float32Array(3)], [1]);
    const wide = weightedSum([new Float64Array(3)], [1]);
    expect(narrow).toBeInstanceOf(Float32Array);
    expect(wide).toBeInstanceOf(Float64Array);
    expect(narrow.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(wide.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test('accumulates in 64 bits and rounds once', () => {
    // 2²⁴ + 1 is no 32-bit number: adding 1 to 2²⁴ three times in 32 bits would stay at 2²⁴.
    const vectors = [2 ** 24, 1, 1, 1].map((x) => new Float32Array([x]));
    expect([...weightedSum(vectors, [1, 1, 1, 1])]).toEqual([2 ** 24 + 4]);
  });

  test('follows the given order, bit for bit', () => {
    const [large, small] = [new Float64Array([1e16]), new Float64Array([1])];
    const negative = new Float64Array([-1e16]);
    expect([...weightedSum([large, small, negative], [1, 1, 1])]).toEqual([0]);
    expect([...weightedSum([large, negative, small], [1, 1, 1])]).toEqual([1]);
  });

  test('covers vectors of any length, across strides', () => {
    for (const length of [0, 1, 2047, 2048, 2049, 5000]) {
      const vectors = [0, 1, 2].map((v) => Float64Array.from({ length }, (_, i) => v * 1000 + i));
      const sum = weightedSum(vectors, [1, 2, 4]);
      expect([...sum]).toEqual(Array.from({ length }, (_, i) => 2 * 1000 + 4 * 2000 + 7 * i));
    }
  });

  test.each([Float32Array, Float64Array])(
    'of few and of many vectors adds up one by one, signs of zeros included',
    (Kind) => {
      for (let count = 1; count <= 11; count += 1) {
        const draw = streams(count)('vectors').at(0);
        const vectors = range(count).map(() => Kind.from([-0, 0, ...range(40).map(() => 1e6 * (draw() - 0.5) ** 9)]));
        const weights = range(count).map(() => draw() - 0.4);
        const sums = range(42).map((i) => vectors.reduce((sum, vector, k) => sum + weights[k]! * vector[i]!, 0));
        expect(weightedSum<Vector>(vectors, weights)).toEqual(Kind.from(sums));
      }
    },
  );

  test('refuses vectors that do not belong together', () => {
    expect(() => weightedSum([], [])).toThrow(InvariantError);
    expect(() => weightedSum([new Float32Array(2)], [1, 2])).toThrow(InvariantError);
    expect(() => weightedSum([new Float32Array(2), new Float32Array(3)], [1, 1])).toThrow(InvariantError);
    const mixed: (Float32Array | Float64Array)[] = [new Float32Array(2), new Float64Array(2)];
    expect(() => weightedSum(mixed, [1, 1])).toThrow(InvariantError);
    expect(() => weightedSum([new Float32Array(2)], [Number.NaN])).toThrow(InvariantError);
  });
});

describe('a weighted mean', () => {
  test('is the textbook mean', () => {
    const mean = weightedMean([new Float64Array([1]), new Float64Array([4])], [10, 20]);
    expect(mean[0]).toBeCloseTo(3, 15);
  });

  test('of one vector is that vector, bit for bit, whatever its weight', () => {
    const vector = Float64Array.from({ length: 100 }, (_, i) => Math.sin(i) * 10 ** (i % 30));
    expect([...weightedMean([vector], [0.1])]).toEqual([...vector]);
  });

  test('takes negative weights, as mixing matrices have them', () => {
    const mean = weightedMean([new Float64Array([1]), new Float64Array([2])], [-0.5, 1.5]);
    expect(mean[0]).toBe(2.5);
  });

  test('refuses weights that sum to 0', () => {
    expect(() => weightedMean([new Float32Array(1), new Float32Array(1)], [1, -1])).toThrow(InvariantError);
  });
});
