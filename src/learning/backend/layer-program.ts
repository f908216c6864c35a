import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { Matrix, Products, TensorFlow } from './matrix.ts';

/** One forward pass: a batch size, and what tells training from evaluation. */
export interface Pass {
  readonly batch: number;
  /** Where it trains with dropout, the key of its masks. */
  readonly dropout?: { readonly seed: number; readonly step: number } | undefined;
  /** Where it evaluates, the flat vector with the running statistics; without it a batch is normalised by its own. */
  readonly running?: Float32Array | undefined;
}

/**
 * Kernel [units × inputs], transposed for the products, and bias [units] of a layer with parameters. A batch
 * normalization is such a layer with one input for each unit: gamma [channels × 1] and beta [channels].
 */
export interface Weights {
  readonly kernel: Tensor2D;
  readonly bias: Tensor1D;
}

/** Mean and variance of each channel, both [channels]. */
export interface Moments {
  readonly mean: Float64Array;
  /** Mean squared distance from the mean. */
  readonly variance: Float64Array;
  /** Numbers of each channel that they were taken over. */
  readonly count: number;
}

export interface Forward {
  readonly output: Matrix;
  /** From ∂ℓ/∂output to ∂ℓ/∂input, made only when asked for, and the gradients of the parameters. */
  readonly backward: (gradient: Matrix) => { readonly input: () => Matrix; readonly parameters?: Weights };
  /** Of the batch, where the layer tracks running statistics of it. */
  readonly moments?: Moments | undefined;
}

/** A layer ready to run: from its input to its output and the way back. */
export type LayerProgram = (input: Matrix, pass: Pass, weights: Weights | undefined) => Forward;

/** What layers are made of on one back end. */
export interface Toolkit {
  readonly tf: TensorFlow;
  readonly products: Products;
  /** Whether a tensor copies the array that it is made from, so that the array can be used again. */
  readonly copies: boolean;
}
