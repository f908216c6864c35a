/** Goal: sums of models don't depend on what adds. Method: properties over vectors of every length, against the plain sums. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasNative, nativeSum } from '../../../src/learning/backend/compiled/native.ts';
import { meanOfModels, sumOfModels } from '../../../src/learning/sums.ts';
import { streams } from '../../../src/math/streams.ts';
import { type Vector, weightedMean, weightedSum } from '../../../src/math/sum.ts';
import { vectorsWithWeights } from '../../support/learning.ts';

const bitsOf = (vector: Vector): readonly number[] => [...new Uint32Array(vector.buffer)];

describe('the sum of models', () => {
  it('has the bits of the plain one, whatever the number, length and type of the vectors', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.nat(1100),
        fc.nat(),
        fc.boolean(),
        (terms, length, seed, isWide) => {
          const { vectors, weights } = vectorsWithWeights({ terms, length, draw: streams(seed)('vectors').at(0) });
          const own = isWide ? vectors.map((vector) => Float64Array.from(vector)) : vectors;
          expect(bitsOf(sumOfModels(own, weights))).toEqual(bitsOf(weightedSum<Vector>(own, weights)));
          expect(bitsOf(meanOfModels(own, weights))).toEqual(bitsOf(weightedMean<Vector>(own, weights)));
        },
      ),
    );
  });

  it('keeps signs of zeros, the smallest numbers, and what is no number', () => {
    const vectors = [Float32Array.of(-0, 0, 1e-45, Infinity, NaN, 3e38), Float32Array.of(-0, -0, 1e-45, 1, 1, 3e38)];
    for (const weights of [
      [1, 1],
      [0.5, 0.5],
      [-1, 2],
    ]) {
      expect(sumOfModels(vectors, weights)).toEqual(weightedSum(vectors, weights));
    }
  });

  it.skipIf(!hasNative())('comes from the native library where that is built', () => {
    const total = new Float32Array(2);
    expect(nativeSum(total, [Float32Array.of(1, 2), Float32Array.of(10, 20)], [3, -0.5])).toBe(true);
    expect([...total]).toEqual([-2, -4]);
  });
});
