import { native } from '../../src/learning/backend/compiled/native.ts';
import { wasm } from '../../src/learning/backend/compiled/wasm.ts';
import { tensorflow } from '../../src/learning/backend/tensorflow.ts';
import type { Model, TrainJob } from '../../src/learning/contract.ts';
import { layoutOf } from '../../src/learning/models/layout.ts';
import { hasNative } from '../../src/learning/steps.ts';
import { randomParameters, randomSamples } from './learning.ts';

/** The back ends that are here: the native one only where it was built. */
export const BACKENDS = [tensorflow, wasm, ...(hasNative() ? [native] : [])];

/** 32-bit arithmetic has 6e-8 per operation; a gradient through thousands of sums stays within a hundred of those. */
export const GRADIENT_ERROR = 5e-6;
export const LOSS_ERROR = 1e-6;
/** One 32-bit step against 64 bits: rounding of the parameters themselves, 6e-8 relative, and of the gradient. */
export const STEP_ERROR = 1e-6;

export const strided: Model = {
  name: 'strided',
  inputShape: [9, 8, 3],
  layers: [
    { layer: 'conv2d', filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'tanh' },
    { layer: 'conv2d', filters: 5, kernelSize: 2, activation: 'sigmoid' },
    { layer: 'flatten' },
    { layer: 'dense', units: 6, activation: 'tanh' },
    { layer: 'dense', units: 3 },
  ],
};

export const oddPool: Model = {
  name: 'odd pool',
  inputShape: [7, 9, 2],
  layers: [{ layer: 'maxPooling2d', poolSize: 2 }, { layer: 'flatten' }, { layer: 'dense', units: 3 }],
};

/** Batch normalization before and after activations, on images and on features, and dropout of channels. */
export const normalized: Model = {
  name: 'normalized',
  inputShape: [9, 8, 3],
  layers: [
    { layer: 'batchNormalization' },
    { layer: 'conv2d', filters: 4, kernelSize: 3, padding: 'same' },
    { layer: 'batchNormalization', momentum: 0.8, epsilon: 1e-5 },
    { layer: 'activation', activation: 'relu' },
    { layer: 'spatialDropout2d', rate: 0.3 },
    { layer: 'maxPooling2d', poolSize: 2 },
    { layer: 'flatten' },
    { layer: 'dense', units: 6 },
    { layer: 'batchNormalization', epsilon: 0.01 },
    { layer: 'activation', activation: 'tanh' },
    { layer: 'dense', units: 3 },
  ],
};

/** Average pooling that leaves an edge out, group normalizations on images and on features, and squares. */
export const polynomial: Model = {
  name: 'polynomial',
  inputShape: [9, 8, 3],
  layers: [
    { layer: 'conv2d', filters: 6, kernelSize: 3, activation: 'square' },
    { layer: 'groupNormalization', groups: 3 },
    { layer: 'averagePooling2d', poolSize: 2 },
    { layer: 'activation', activation: 'square' },
    { layer: 'activation', activation: 'tanh' },
    { layer: 'flatten' },
    { layer: 'dense', units: 20, activation: 'square' },
    { layer: 'groupNormalization', groups: 4, epsilon: 0.01 },
    { layer: 'dense', units: 3 },
  ],
};

/** The network of `cnn_normalized` in test/golden/one-step/make.py. */
export const NORMALIZATION = { layer: 'batchNormalization', momentum: 0.9, epsilon: 1e-5 } as const;
export const cnnNormalized: Model = {
  name: 'cnn-normalized',
  inputShape: [28, 28, 1],
  layers: [
    { layer: 'conv2d', filters: 6, kernelSize: 5 },
    NORMALIZATION,
    { layer: 'activation', activation: 'relu' },
    { layer: 'maxPooling2d', poolSize: 2 },
    { layer: 'conv2d', filters: 8, kernelSize: 3, padding: 'same', activation: 'relu' },
    NORMALIZATION,
    { layer: 'maxPooling2d', poolSize: 2 },
    { layer: 'flatten' },
    { layer: 'dense', units: 20 },
    NORMALIZATION,
    { layer: 'activation', activation: 'relu' },
    { layer: 'dense', units: 10 },
  ],
};

/** A training job on forty samples of random bytes, in batches of eight. */
export const job = (model: Model, steps: number, more: Partial<TrainJob> = {}): TrainJob => ({
  parameters: randomParameters(layoutOf(model).vectorLength, 0.1),
  samples: randomSamples({ count: 40, shape: model.inputShape, classes: layoutOf(model).output[2], bytes: true }),
  indices: Uint32Array.from({ length: 8 * steps }, (_, i) => (i * 7) % 40),
  batch: 8,
  optimizer: { learningRate: 0.1, momentum: 0, weightDecay: 0 },
  dropoutSeed: 5,
  ...more,
});
