import { assert, present } from '../../assert.ts';
import { square } from '../../math/power.ts';
import type { LayerLayout } from '../models/layout.ts';
import { normalizationOf } from '../models/plan.ts';
import type { LayerProgram, Moments, Toolkit } from './layer-program.ts';
import { fromArray } from './matrix.ts';

/** Options of a layout's batch normalization. */
function optionsOf({ layer }: LayerLayout) {
  assert(layer.layer === 'batchNormalization', 'only a batch normalization has moments');
  return normalizationOf(layer);
}

/** Sums of `values` over all but the last axis, [channels]; with `factors`, of the products with them. */
function channelSums(values: Float32Array, channels: number, factors?: Float32Array): Float64Array {
  const sums = new Float64Array(channels);
  for (let j = 0; j < values.length; j += channels) {
    for (let c = 0; c < channels; c += 1) sums[c]! += values[j + c]! * (factors ? factors[j + c]! : 1);
  }
  return sums;
}

/** Moments of a batch, in two passes of 64 bits. */
function momentsOf(values: Float32Array, channels: number): Moments {
  const count = values.length / channels;
  const mean = channelSums(values, channels).map((sum) => sum / count);
  const squares = new Float64Array(channels);
  for (let j = 0; j < values.length; j += channels) {
    for (let c = 0; c < channels; c += 1) squares[c]! += square(values[j + c]! - mean[c]!);
  }
  return { mean, variance: squares.map((sum) => sum / count), count };
}

/** Running moments. Negative mixing weights or noise on the air can take a variance below 0: it counts as 0. */
function runningMoments({ statistics: [mean, variance] }: LayerLayout, flat: Float32Array): Moments {
  const take = (from: number, length: number) => Float64Array.from(flat.subarray(from, from + length));
  assert(mean !== undefined && variance !== undefined, 'a batch normalization has two running statistics');
  const spread = take(variance.offset, variance.length).map((each) => Math.max(each, 0));
  return { mean: take(mean.offset, mean.length), variance: spread, count: 0 };
}

/** factor[c] · (values − mean[c]) + summand[c] */
function affineByChannel(
  values: Float32Array,
  mean: Float64Array,
  factor: Float64Array,
  summand: ArrayLike<number>,
): Float32Array {
  const channels = mean.length;
  const changed = new Float32Array(values.length);
  for (let j = 0; j < values.length; j += channels) {
    for (let c = 0; c < channels; c += 1) changed[j + c] = factor[c]! * (values[j + c]! - mean[c]!) + summand[c]!;
  }
  return changed;
}

/** γ / σ · (g − (Σ g + x̂ Σ g x̂) / n), with `factor` = γ / σ. */
function inputGradient(
  gradient: Float32Array,
  normal: Float32Array,
  factor: Float64Array,
  sums: Float64Array,
  products: Float64Array,
): Float32Array {
  const channels = factor.length;
  const count = gradient.length / channels;
  const inward = new Float32Array(gradient.length);
  for (let j = 0; j < gradient.length; j += channels) {
    for (let c = 0; c < channels; c += 1) {
      inward[j + c] = factor[c]! * (gradient[j + c]! - (sums[c]! + normal[j + c]! * products[c]!) / count);
    }
  }
  return inward;
}

/**
 * Batch normalization of each channel, over the batch and the image.
 *
 *   x̂ = (x − μ) / √(σ² + ε),   y = γ x̂ + β
 *
 * with μ and σ² of the batch, through which gradients flow; in evaluation the running ones. σ² divides by the count.
 *
 * Limits: of a batch of one number for each channel, all that is left is β.
 * Source: Ioffe and Szegedy, Batch normalization: accelerating deep network training by reducing internal covariate
 * shift, ICML 2015, algorithms 1 and 2.
 */
export function batchNormalization({ tf }: Toolkit, layout: LayerLayout): LayerProgram {
  const { epsilon } = optionsOf(layout);
  const channels = layout.output[2];
  const zeros = new Float64Array(channels);
  return (input, { running }, weights) => {
    const { kernel, bias } = present(weights, 'weights of a batch normalization');
    const gamma = kernel.dataSync<'float32'>();
    const values = input.array();
    const moments = running ? runningMoments(layout, running) : momentsOf(values, channels);
    const inverse = moments.variance.map((variance) => 1 / Math.sqrt(variance + epsilon));
    const factor = inverse.map((each, c) => each * gamma[c]!);
    return {
      output: fromArray(tf, affineByChannel(values, moments.mean, factor, bias.dataSync<'float32'>())),
      moments: running ? undefined : moments,
      backward: (outward) => {
        assert(running === undefined, 'gradients flow through the statistics of a batch');
        const gradient = outward.array();
        const normal = affineByChannel(values, moments.mean, inverse, zeros);
        const sums = channelSums(gradient, channels);
        const products = channelSums(gradient, channels, normal);
        return {
          input: () => fromArray(tf, inputGradient(gradient, normal, factor, sums, products)),
          parameters: {
            kernel: tf.tensor2d(Float32Array.from(products), [channels, 1]),
            bias: tf.tensor1d(Float32Array.from(sums)),
          },
        };
      },
    };
  };
}

/**
 * Moves a layer's running statistics towards the moments of a batch of n numbers for each channel.
 *
 *   r ← m r + (1 − m) (μ, σ² n / (n − 1))
 *
 * The variance is the unbiased one, as in PyTorch, with which the published networks were trained; the TensorFlow.js
 * layers API takes σ² itself, which is the same but for n / (n − 1). m = 0.9 here is PyTorch's momentum of 0.1.
 *
 * @param flat the vector that holds them; written to
 */
export function moveStatistics(layout: LayerLayout, { mean, variance, count }: Moments, flat: Float32Array): void {
  const { momentum } = optionsOf(layout);
  const unbiased = count / Math.max(1, count - 1);
  const targets = [mean, variance.map((each) => each * unbiased)];
  for (const [which, { offset, length }] of layout.statistics.entries()) {
    const target = targets[which]!;
    for (let c = 0; c < length; c += 1) {
      flat[offset + c] = momentum * flat[offset + c]! + (1 - momentum) * target[c]!;
    }
  }
}
