import { type Adder, addPlainly, weightedMean, weightedSum } from '../math/sum.ts';
import { nativeSum } from './backend/compiled/native.ts';
import type { Parameters } from './contract.ts';

/** By the native library where that is here, and where models are of 32-bit numbers. */
const add: Adder = (total, vectors, weights) => {
  const isDone = total instanceof Float32Array && nativeSum(total, vectors as readonly Float32Array[], weights);
  if (!isDone) addPlainly(total, vectors, weights);
};

/** The weighted sum of models, as `math/sum` has it. */
export const sumOfModels = (models: readonly Parameters[], weights: readonly number[]): Parameters =>
  weightedSum<Parameters>(models, weights, add);

/** The weighted mean of models, as `math/sum` has it. */
export const meanOfModels = (models: readonly Parameters[], weights: readonly number[]): Parameters =>
  weightedMean<Parameters>(models, weights, add);
