import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { assert, present } from '../../assert.ts';
import { square } from '../../math/power.ts';
import { sizeOf } from '../../math/shape.ts';
import type { Activation, Layer } from '../contract.ts';
import type { LayerLayout } from '../models/layout.ts';
import { activated, activationGradient } from './activation.ts';
import { channelMask, dropoutMask } from './dropout.ts';
import { groupNormalization } from './group-normalization.ts';
import type { LayerProgram, Toolkit, Weights } from './layer-program.ts';
import { fromArray, fromTensor, type Matrix } from './matrix.ts';
import { batchNormalization } from './normalization.ts';
import { averagePool, maxPool, spread, unpool } from './pooling.ts';
import { imagesOf, patchesOf, runsOf, windowOf } from './spatial.ts';

/** activation(rows · kernelᵀ + bias), and the product's share of the way back. */
function affine({ tf, products }: Toolkit, rows: Tensor2D, { kernel, bias }: Weights, activation: Activation) {
  const isFused = activation === 'linear' || activation === 'relu';
  const product = fromTensor(tf, products.affine(rows, kernel, bias, isFused ? activation : 'linear'));
  const output = isFused ? product : fromArray(tf, activated(product.array(), activation));
  const count = rows.shape[0];
  const backward = (gradient: Matrix) => {
    const values = { input: product.array, output: output.array() };
    const inward = () => fromArray(tf, activationGradient(gradient.array(), values, activation));
    const delta = (activation === 'linear' ? gradient : inward()).tensor(count, bias.size);
    const biasGradient = tf.reshape(tf.matMul(tf.ones([1, count]), delta), [bias.size]) as Tensor1D;
    return {
      parameters: { kernel: products.transposedFirst(delta, rows), bias: biasGradient },
      rows: () => tf.matMul(delta, kernel) as Tensor2D,
    };
  };
  return { output, backward };
}

function dense(toolkit: Toolkit, { layer, input }: LayerLayout): LayerProgram {
  const activation = (layer.layer === 'dense' && layer.activation) || 'linear';
  return (values, { batch }, weights) => {
    const rows = values.tensor(batch, sizeOf(input));
    const { output, backward } = affine(toolkit, rows, present(weights, 'weights of a dense layer'), activation);
    return {
      output,
      backward: (gradient) => {
        const back = backward(gradient);
        return { input: () => fromTensor(toolkit.tf, back.rows()), parameters: back.parameters };
      },
    };
  };
}

/**
 * Zeroed arrays to fill with patches. Fresh memory of some megabytes a step costs more in page faults than the filling,
 * so where tensors copy it, the last array is used again; padding stays zero, since no run ever touches it.
 */
function scratchFor(copies: boolean): (length: number) => Float32Array {
  let kept = new Float32Array(0);
  return (length) => {
    if (!copies) return new Float32Array(length);
    if (kept.length < length) kept = new Float32Array(length);
    return kept.length === length ? kept : kept.subarray(0, length);
  };
}

/**
 * A convolution as one product of patches and filters, so that the gradient of the filters is a product too: the wasm
 * back end has no kernel for it.
 */
function conv2d(toolkit: Toolkit, layout: LayerLayout): LayerProgram {
  const window = windowOf(layout);
  const runs = runsOf(window);
  const activation = (layout.layer.layer === 'conv2d' && layout.layer.activation) || 'linear';
  const area = square(window.kernel) * window.channels;
  const scratch = scratchFor(toolkit.copies);
  return (values, { batch }, weights) => {
    const count = batch * window.rows * window.columns;
    const patches = patchesOf(values.array(), batch, window, runs, scratch(count * area));
    const rows = toolkit.tf.tensor2d(patches, [count, area]);
    const { output, backward } = affine(toolkit, rows, present(weights, 'weights of a convolution'), activation);
    return {
      output,
      backward: (gradient) => {
        const back = backward(gradient);
        const images = () => imagesOf(back.rows().dataSync<'float32'>(), batch, window, runs);
        return { input: () => fromArray(toolkit.tf, images()), parameters: back.parameters };
      },
    };
  };
}

function maxPooling2d({ tf }: Toolkit, layout: LayerLayout, poolSize: number): LayerProgram {
  return (values, { batch }) => {
    const { values: pooled, places } = maxPool(values.array(), batch, poolSize, layout);
    return {
      output: fromArray(tf, pooled),
      backward: (gradient) => ({
        input: () => fromArray(tf, unpool(gradient.array(), places, batch * sizeOf(layout.input))),
      }),
    };
  };
}

function averagePooling2d({ tf }: Toolkit, layout: LayerLayout, poolSize: number): LayerProgram {
  return (values, { batch }) => ({
    output: fromArray(tf, averagePool(values.array(), batch, poolSize, layout)),
    backward: (gradient) => ({ input: () => fromArray(tf, spread(gradient.array(), batch, poolSize, layout)) }),
  });
}

function activate({ tf }: Toolkit, activation: Activation): LayerProgram {
  return (values) => {
    const output = activated(values.array(), activation);
    return {
      output: fromArray(tf, output),
      backward: (gradient) => ({
        input: () => fromArray(tf, activationGradient(gradient.array(), { input: values.array, output }, activation)),
      }),
    };
  };
}

type Mask = (key: { readonly seed: number; readonly step: number }, batch: number) => Float32Array;

/** Multiplies by a mask while training with dropout. */
function dropout({ tf }: Toolkit, rate: number, maskOf: Mask): LayerProgram {
  return (values, pass) => {
    if (!pass.dropout || rate === 0) return { output: values, backward: (gradient) => ({ input: () => gradient }) };
    const mask = maskOf(pass.dropout, pass.batch);
    const masked = (by: Float32Array) =>
      fromArray(
        tf,
        by.map((x, j) => x * mask[j]!),
      );
    return { output: masked(values.array()), backward: (gradient) => ({ input: () => masked(gradient.array()) }) };
  };
}

const same: LayerProgram = (values) => ({ output: values, backward: (gradient) => ({ input: () => gradient }) });

/** The program of one layer; `index` is its place in the model. */
export function layerProgram(toolkit: Toolkit, layout: LayerLayout, index: number): LayerProgram {
  const layer: Layer = layout.layer;
  const shape = layout.output;
  switch (layer.layer) {
    case 'dense':
      return dense(toolkit, layout);
    case 'conv2d':
      return conv2d(toolkit, layout);
    case 'maxPooling2d':
      return maxPooling2d(toolkit, layout, layer.poolSize);
    case 'averagePooling2d':
      return averagePooling2d(toolkit, layout, layer.poolSize);
    case 'activation':
      return activate(toolkit, layer.activation);
    case 'dropout':
      return dropout(toolkit, layer.rate, ({ seed, step }, batch) =>
        dropoutMask(seed, step, index, layer.rate, batch * sizeOf(shape)),
      );
    case 'spatialDropout2d':
      return dropout(toolkit, layer.rate, ({ seed, step }, batch) =>
        channelMask(seed, step, index, layer.rate, batch, shape),
      );
    case 'batchNormalization':
      return batchNormalization(toolkit, layout);
    case 'groupNormalization':
      return groupNormalization(toolkit, layout);
    case 'flatten':
      return same;
    case 'foreign':
      assert(false, 'a tf.LayersModel has a program of its own');
  }
}
