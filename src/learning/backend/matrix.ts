import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';

/** What the back end takes from TensorFlow.js. */
export type TensorFlow = typeof import('@tensorflow/tfjs-core');

/**
 * Numbers that live as an array, as a tensor, or as both: matrix products want tensors, loops over windows and masks
 * want arrays, and whatever stays on one side is never converted. Nobody writes to either once it is made.
 */
export interface Matrix {
  readonly array: () => Float32Array;
  readonly tensor: (rows: number, columns: number) => Tensor2D;
}

export function fromArray(tf: TensorFlow, values: Float32Array): Matrix {
  let made: Tensor2D | undefined;
  return {
    array: () => values,
    tensor: (rows, columns) => {
      if (made?.shape[0] !== rows) made = tf.tensor2d(values, [rows, columns]);
      return made;
    },
  };
}

export function fromTensor(tf: TensorFlow, tensor: Tensor2D): Matrix {
  let read: Float32Array | undefined;
  return {
    array: () => {
      read ??= tensor.dataSync<'float32'>();
      return read;
    },
    tensor: (rows, columns) => (tensor.shape[0] === rows ? tensor : tf.reshape(tensor, [rows, columns])),
  };
}

/** The matrix products of a layer y = activation(x Wᵀ + b), in the way that is fastest on the active back end. */
export interface Products {
  /** relu or identity of x Wᵀ + b, with x [rows × inputs], W [units × inputs], b [units]. */
  readonly affine: (x: Tensor2D, kernel: Tensor2D, bias: Tensor1D, activation: 'linear' | 'relu') => Tensor2D;
  /** aᵀ b */
  readonly transposedFirst: (a: Tensor2D, b: Tensor2D) => Tensor2D;
}

/** The back end's own products with flags. */
export const flaggedProducts = (tf: TensorFlow): Products => ({
  affine: (a, b, bias, activation) => tf.fused.matMul({ a, b, transposeB: true, bias, activation }) as Tensor2D,
  transposedFirst: (a, b) => tf.matMul(a, b, true, false),
});

/**
 * Products in which transposes are made first: the wasm back end has a fast kernel (XNNPACK) for plain products only
 * and falls back to one that is ten times slower for the others. That kernel packs its second factor anew at each call,
 * so of the equal forms x Wᵀ and (W xᵀ)ᵀ the one is taken that moves fewer numbers.
 */
export const plainProducts = (tf: TensorFlow): Products => ({
  affine: (x, kernel, bias, activation) => {
    if (kernel.size <= x.size) {
      return tf.fused.matMul({ a: x, b: tf.transpose(kernel), bias, activation }) as Tensor2D;
    }
    const sum = tf.add(tf.transpose(tf.matMul(kernel, tf.transpose(x))), bias) as Tensor2D;
    return activation === 'relu' ? tf.relu(sum) : sum;
  },
  transposedFirst: (a, b) => tf.matMul(tf.transpose(a), b),
});
