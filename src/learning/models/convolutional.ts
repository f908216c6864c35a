import { z } from 'zod';
import { part } from '../../part.ts';
import type { Architecture, Layer } from '../contract.ts';

/** The rate that PyTorch's layers take when none is given; that the papers use it is recalled, not verified. */
const DROPOUT_RATE = 0.5;

const dropoutAt = (rate: number, layer: 'dropout' | 'spatialDropout2d' = 'dropout'): Layer[] =>
  rate > 0 ? [{ layer, rate }] : [];

const rate = (usual: number) => z.number().min(0).lt(1).default(usual);

/**
 * The MNIST network of the SD-FEEL and HierFAVG experiments: 21,840 parameters, 487,540 multiply–accumulates.
 *
 *   conv 5×5 → 10, pool 2, ReLU, conv 5×5 → 20, dropout, pool 2, ReLU, flatten, dense 50, ReLU, dropout, dense 10
 *
 * Limits: both dropouts act on single numbers; the public code that the structure was read from may drop whole channels
 * after the second convolution.
 * Source: public code of HierFAVG (Liu et al., Client-edge-cloud hierarchical federated learning, ICC 2020).
 */
export const cnnMnist = part(
  'model',
  'cnn-mnist',
  z.strictObject({
    dropout: rate(DROPOUT_RATE).describe('rate of both dropout layers; 0 leaves them out'),
  }),
  ({ dropout }): Architecture =>
    ({ shape, classes }) => ({
      name: 'cnn-mnist',
      inputShape: shape,
      layers: [
        { layer: 'conv2d', filters: 10, kernelSize: 5 },
        { layer: 'maxPooling2d', poolSize: 2 },
        { layer: 'activation', activation: 'relu' },
        { layer: 'conv2d', filters: 20, kernelSize: 5 },
        ...dropoutAt(dropout),
        { layer: 'maxPooling2d', poolSize: 2 },
        { layer: 'activation', activation: 'relu' },
        { layer: 'flatten' },
        { layer: 'dense', units: 50, activation: 'relu' },
        ...dropoutAt(dropout),
        { layer: 'dense', units: classes },
      ],
    }),
);

/**
 * The MNIST network of FederatedAveraging: 1,663,370 parameters.
 *
 *   conv 5×5 → 32 same, ReLU, pool 2, conv 5×5 → 64 same, ReLU, pool 2, flatten, dense 512, ReLU, dense 10
 *
 * Source: McMahan et al., Communication-efficient learning of deep networks from decentralized data, 2017, §3; the
 * padding is the one that gives the paper's count.
 */
export const cnnMcMahan = part(
  'model',
  'cnn-mcmahan',
  z.strictObject({}),
  (): Architecture =>
    ({ shape, classes }) => ({
      name: 'cnn-mcmahan',
      inputShape: shape,
      layers: [
        { layer: 'conv2d', filters: 32, kernelSize: 5, padding: 'same', activation: 'relu' },
        { layer: 'maxPooling2d', poolSize: 2 },
        { layer: 'conv2d', filters: 64, kernelSize: 5, padding: 'same', activation: 'relu' },
        { layer: 'maxPooling2d', poolSize: 2 },
        { layer: 'flatten' },
        { layer: 'dense', units: 512, activation: 'relu' },
        { layer: 'dense', units: classes },
      ],
    }),
);

/** PyTorch's defaults, with which the network was published: what it calls a momentum of 0.1 keeps 0.9. */
const NORMALIZATION = { layer: 'batchNormalization', momentum: 0.9, epsilon: 1e-5 } as const satisfies Layer;

/** conv → from, normalised, ReLU, conv → to, ReLU, pool 2 */
const cifarBlock = (from: number, to: number): Layer[] => [
  { layer: 'conv2d', filters: from, kernelSize: 3, padding: 'same' },
  NORMALIZATION,
  { layer: 'activation', activation: 'relu' },
  { layer: 'conv2d', filters: to, kernelSize: 3, padding: 'same', activation: 'relu' },
  { layer: 'maxPooling2d', poolSize: 2 },
];

/**
 * The CIFAR-10 network of the SD-FEEL and HierFAVG experiments: 5,852,170 parameters, and 832 running statistics that
 * aggregation averages with them.
 *
 *   conv 3×3 → 32 same, BN, ReLU, conv → 64, ReLU, pool 2; conv → 128, BN, ReLU, conv → 128, ReLU, pool 2, dropout of
 *   channels; conv → 256, BN, ReLU, conv → 256, ReLU, pool 2; flatten, dropout, dense 1024, ReLU, dense 512, ReLU,
 *   dropout, dense 10
 *
 * 138,089,472 multiply–accumulates in the convention of `layoutOf`. The 138.4 M that the papers charge are 138,402,304:
 * the same, and one for each number that enters a ReLU (198,144) or a pool (114,688), which their count for MNIST
 * leaves out. (138.4 M is recalled from the papers; the breakdown is derived from the architecture.) To be timed as
 * they are, pass `macsPerSample: 138_402_304` to `classify`.
 *
 * Limits: a model on the air has 32 · 5,852,170 bits by default, as in the papers; the running statistics are free.
 * Source: public code of HierFAVG (Liu et al., Client-edge-cloud hierarchical federated learning, ICC 2020).
 */
export const cnnCifar10 = part(
  'model',
  'cnn-cifar10',
  z.strictObject({
    spatialDropout: rate(0.05).describe('rate of the dropout of whole channels; 0 leaves it out'),
    dropout: rate(0.1).describe('rate of the dropouts before and after the hidden dense layers; 0 leaves them out'),
  }),
  ({ spatialDropout, dropout }): Architecture =>
    ({ shape, classes }) => ({
      name: 'cnn-cifar10',
      inputShape: shape,
      layers: [
        ...cifarBlock(32, 64),
        ...cifarBlock(128, 128),
        ...dropoutAt(spatialDropout, 'spatialDropout2d'),
        ...cifarBlock(256, 256),
        { layer: 'flatten' },
        ...dropoutAt(dropout),
        { layer: 'dense', units: 1024, activation: 'relu' },
        { layer: 'dense', units: 512, activation: 'relu' },
        ...dropoutAt(dropout),
        { layer: 'dense', units: classes },
      ],
    }),
);

/**
 * LeNet-5 as it is used on MNIST today: 44,426 parameters.
 *
 *   conv 5×5 → 6, pool 2, conv 5×5 → 16, pool 2, flatten, dense 120, dense 84, dense 10
 *
 * Limits: activations, pooling and the full connection of the second convolution are today's; the original had trained
 * sub-sampling and radial basis outputs.
 * Source: LeCun et al., Gradient-based learning applied to document recognition, Proc. IEEE 1998, §II.B.
 */
export const leNet = part(
  'model',
  'lenet',
  z.strictObject({
    activation: z.enum(['relu', 'tanh', 'sigmoid', 'square']).default('relu').describe('of all hidden layers'),
    pooling: z.enum(['max', 'average']).default('max').describe('what is kept of each square of 2 × 2'),
  }),
  ({ activation, pooling }): Architecture => {
    const pool: Layer = { layer: pooling === 'max' ? 'maxPooling2d' : 'averagePooling2d', poolSize: 2 };
    return ({ shape, classes }) => ({
      name: 'lenet',
      inputShape: shape,
      layers: [
        { layer: 'conv2d', filters: 6, kernelSize: 5, activation },
        pool,
        { layer: 'conv2d', filters: 16, kernelSize: 5, activation },
        pool,
        { layer: 'flatten' },
        { layer: 'dense', units: 120, activation },
        { layer: 'dense', units: 84, activation },
        { layer: 'dense', units: classes },
      ],
    });
  },
);

/** Filters of each stage of VGG-11, pooled after each. */
const VGG_11 = [[64], [128], [256, 256], [512, 512], [512, 512]];

/**
 * VGG-11 for CIFAR-10, without batch normalization, with a narrow classifier: 9,750,922 parameters.
 *
 *   five stages of convolutions 3×3 same, ReLU, and pool 2; flatten; twice: dropout, dense 512, ReLU; dense 10
 *
 * Source: Simonyan and Zisserman, Very deep convolutional networks for large-scale image recognition, ICLR 2015, table 1,
 * column A; the classifier is the one of public CIFAR-10 code, which gives the count of the MimiC paper's model.
 */
export const vgg11 = part(
  'model',
  'vgg-11',
  z.strictObject({ dropout: rate(DROPOUT_RATE).describe('rate of both dropouts; 0 leaves them out') }),
  ({ dropout }): Architecture =>
    ({ shape, classes }) => ({
      name: 'vgg-11',
      inputShape: shape,
      layers: [
        ...VGG_11.flatMap((stage): Layer[] => [
          ...stage.map((filters): Layer => ({ ...VGG_CONVOLUTION, filters })),
          { layer: 'maxPooling2d', poolSize: 2 },
        ]),
        { layer: 'flatten' },
        ...[1, 2].flatMap((): Layer[] => [...dropoutAt(dropout), { layer: 'dense', units: 512, activation: 'relu' }]),
        { layer: 'dense', units: classes },
      ],
    }),
);

const VGG_CONVOLUTION = { layer: 'conv2d', kernelSize: 3, padding: 'same', activation: 'relu' } as const;
