import { describe, expect, test } from 'vitest';
import { channelMask, dropoutMask } from '../../../src/learning/backend/dropout.ts';
import type { Layer, Model, Shape } from '../../../src/learning/contract.ts';
import { cnnCifar10, cnnMcMahan, cnnMnist, leNet, vgg11 } from '../../../src/learning/models/convolutional.ts';
import { mlp, softmax } from '../../../src/learning/models/dense.ts';
import { initialParameters } from '../../../src/learning/models/initial.ts';
import { classifierLayout, layoutOf } from '../../../src/learning/models/layout.ts';
import { streams } from '../../../src/math/streams.ts';
import { modelOf } from '../../support/learning.ts';

const draws = (seed = 1) => streams(seed)('initial').at(0);
const made = (inputShape: Shape, ...layers: Layer[]): Model => ({ name: 'made', inputShape, layers });

describe('the layout', () => {
  test.each([
    ['softmax', softmax(), 7_850, 7_840],
    ['mlp', mlp(), 199_210, 198_800],
    ['cnn-mnist', cnnMnist(), 21_840, 487_540],
    ['lenet', leNet(), 44_426, 24 * 24 * 6 * 26 + 8 * 8 * 16 * 151 + 256 * 120 + 120 * 84 + 840],
    ['cnn-mcmahan', cnnMcMahan(), 1_663_370, 28 * 28 * 32 * 26 + 14 * 14 * 64 * 801 + 3136 * 512 + 5120],
  ])('of %s on MNIST has the published counts', (_, architecture, parameters, macs) => {
    const layout = layoutOf(modelOf(architecture));
    expect([layout.parameterCount, layout.macsPerSample]).toEqual([parameters, macs]);
    expect(layout.output).toEqual([1, 1, 10]);
  });

  test('of cnn-cifar10 has the published parameter count, and statistics behind the parameters', () => {
    const layout = layoutOf(modelOf(cnnCifar10(), [32, 32, 3]));
    expect([layout.parameterCount, layout.vectorLength]).toEqual([5_852_170, 5_852_170 + 832]);
    const statistics = layout.layers.flatMap((each) => each.statistics);
    expect(statistics.map(({ name, offset, length }) => [name, offset - 5_852_170, length])).toEqual([
      ['batchNormalization_1/movingMean', 0, 32],
      ['batchNormalization_1/movingVariance', 32, 32],
      ['batchNormalization_2/movingMean', 64, 128],
      ['batchNormalization_2/movingVariance', 192, 128],
      ['batchNormalization_3/movingMean', 320, 256],
      ['batchNormalization_3/movingVariance', 576, 256],
    ]);
  });

  test('of vgg-11 has the published parameter count', () => {
    expect(layoutOf(modelOf(vgg11(), [32, 32, 3])).parameterCount).toBe(9_750_922);
  });

  test('of cnn-cifar10 counts what the SD-FEEL papers do, but for ReLU and pooling', () => {
    const { layers, macsPerSample } = layoutOf(modelOf(cnnCifar10(), [32, 32, 3]));
    const counted = (kind: string) =>
      layers.filter(({ layer }) => layer.layer === kind).reduce((sum, { macs }) => sum + macs, 0);
    const inputs = layers.map(({ layer, input, output }) => {
      const isRelu = 'activation' in layer && layer.activation === 'relu';
      const size = ([height, width, channels]: Shape) => height * width * channels;
      return (isRelu ? size(output) : 0) + (layer.layer === 'maxPooling2d' ? size(input) : 0);
    });
    expect(['conv2d', 'dense', 'batchNormalization'].map(counted)).toEqual([133_201_920, 4_723_712, 163_840]);
    expect(macsPerSample + inputs.reduce((sum, each) => sum + each, 0)).toBe(138_402_304);
  });

  test('names blocks in order, without gap or overlap', () => {
    const blocks = layoutOf(modelOf(cnnMnist())).layers.flatMap((each) => each.blocks);
    expect(blocks.map(({ name, offset, length }) => [name, offset, length])).toEqual([
      ['conv2d_1/kernel', 0, 250],
      ['conv2d_1/bias', 250, 10],
      ['conv2d_2/kernel', 260, 5000],
      ['conv2d_2/bias', 5260, 20],
      ['dense_1/kernel', 5280, 16_000],
      ['dense_1/bias', 21_280, 50],
      ['dense_2/kernel', 21_330, 500],
      ['dense_2/bias', 21_830, 10],
    ]);
  });

  test.each<[string, Model, RegExp]>([
    ['a dense layer on an image', made([4, 4, 1], { layer: 'dense', units: 2 }), /put a flatten layer before it/],
    [
      'a kernel larger than its image',
      made([4, 4, 1], { layer: 'conv2d', filters: 1, kernelSize: 5 }),
      /5 × 5 on 4 × 4/,
    ],
    ['a pool larger than its image', made([2, 4, 1], { layer: 'maxPooling2d', poolSize: 3 }), /pool of 3 on 2 × 4/],
    ['no units', made([1, 1, 4], { layer: 'dense', units: 0 }), /units of 0/],
    ['half a filter', made([4, 4, 1], { layer: 'conv2d', filters: 0.5, kernelSize: 2 }), /filters of 0.5/],
    ['a stride of 0', made([4, 4, 1], { layer: 'conv2d', filters: 1, kernelSize: 2, strides: 0 }), /strides of 0/],
    ['a dropout of everything', made([1, 1, 4], { layer: 'dropout', rate: 1 }), /rate of 1/],
    ['a dropout of all channels', made([4, 4, 2], { layer: 'spatialDropout2d', rate: 1 }), /rate of 1/],
    ['a momentum over 1', made([1, 1, 4], { layer: 'batchNormalization', momentum: 1.1 }), /momentum of 1.1/],
    ['a variance without epsilon', made([1, 1, 4], { layer: 'batchNormalization', epsilon: 0 }), /epsilon of 0/],
    [
      'groups that do not divide the channels',
      made([2, 2, 4], { layer: 'groupNormalization', groups: 3 }),
      /3 groups of 4 channels/,
    ],
    ['no groups', made([2, 2, 4], { layer: 'groupNormalization', groups: 0 }), /groups of 0/],
    [
      'a group without epsilon',
      made([2, 2, 4], { layer: 'groupNormalization', groups: 2, epsilon: 0 }),
      /epsilon of 0/,
    ],
    ['an unknown layer', made([1, 1, 4], { layer: 'lstm' } as unknown as Layer), /lstm/],
  ])('refuses %s', (_, model, message) => {
    expect(() => layoutOf(model)).toThrow(message);
    expect(() => layoutOf(model)).toThrow('[MODEL_INVALID]');
  });

  test('of a classifier ends with one number for each class', () => {
    expect(() => classifierLayout(modelOf(softmax()), 9)).toThrow(/dense layer of 9 units.*MODEL_INVALID/);
    expect(() => classifierLayout(made([1, 1, 3], { layer: 'flatten' }), 3)).toThrow(/no parameters/);
  });

  test('of a "same" convolution pads as TensorFlow does, the odd row at the end', () => {
    const [layer] = layoutOf(
      made([5, 6, 1], { layer: 'conv2d', filters: 2, kernelSize: 3, strides: 2, padding: 'same' }),
    ).layers;
    expect([layer?.output, layer?.paddingBefore]).toEqual([
      [3, 3, 2],
      [1, 0],
    ]);
  });
});

describe('initial parameters', () => {
  test('of softmax are zeros, unless glorot is asked for', () => {
    expect(initialParameters(modelOf(softmax()), draws()).every((each) => each === 0)).toBe(true);
    expect(initialParameters(modelOf(softmax({ initial: 'glorot' })), draws()).some((each) => each !== 0)).toBe(true);
  });

  test('fill the Glorot range evenly and leave biases at zero', () => {
    const model = modelOf(mlp());
    const parameters = initialParameters(model, draws());
    for (const block of layoutOf(model).layers.flatMap((each) => each.blocks)) {
      const own = parameters.subarray(block.offset, block.offset + block.length);
      if (block.role === 'bias') {
        expect(own.every((each) => each === 0)).toBe(true);
        continue;
      }
      const bound = Math.sqrt(6 / (block.shape[0]! + block.shape[1]!));
      const square = own.reduce((sum, each) => sum + each ** 2, 0) / own.length;
      // u² of a uniform u has mean 1/3 and variance 4/45: five deviations of the mean.
      const error = 5 * Math.sqrt(4 / 45 / own.length);
      expect(Math.abs(square / bound ** 2 - 1 / 3)).toBeLessThan(error);
      expect(own.every((each) => Math.abs(each) <= Math.fround(bound))).toBe(true);
    }
  });

  test('normalise nothing: gammas and running variances are 1, betas and running means 0', () => {
    const normalization = { layer: 'batchNormalization' } as const;
    const model = made([2, 2, 3], normalization, { layer: 'conv2d', filters: 4, kernelSize: 2 }, normalization);
    const parameters = initialParameters(model, draws());
    const blocks = layoutOf(model).layers.flatMap((each) => [...each.blocks, ...each.statistics]);
    const own = blocks.filter(({ name }) => name.startsWith('batchNormalization'));
    expect(own).toHaveLength(8);
    for (const { role, offset, length } of own) {
      const value = role === 'gamma' || role === 'movingVariance' ? 1 : 0;
      expect(new Set(parameters.subarray(offset, offset + length))).toEqual(new Set([value]));
    }
  });

  test('are a function of the draws and lie in shared memory', () => {
    const model = modelOf(cnnMnist());
    expect(initialParameters(model, draws())).toEqual(initialParameters(model, draws()));
    expect(initialParameters(model, draws(2))).not.toEqual(initialParameters(model, draws()));
    expect(initialParameters(model, draws()).buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});

describe('dropout masks', () => {
  test.each([0.1, 0.5, 0.8])('of rate %s drop that share and keep the mean', (rate) => {
    const count = 100_000;
    const mask = dropoutMask(7, 3, 2, rate, count);
    const dropped = mask.filter((each) => each === 0).length / count;
    expect(Math.abs(dropped - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / count));
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
  });

  test('agree by chance alone for another seed, step or layer, and at neighbouring places', () => {
    const count = 20_000;
    const base = dropoutMask(7, 3, 2, 0.5, count);
    const others = [
      dropoutMask(8, 3, 2, 0.5, count),
      dropoutMask(7, 4, 2, 0.5, count),
      dropoutMask(7, 3, 3, 0.5, count),
      Float32Array.from(base, (_, j) => base[(j + 1) % count]!),
    ];
    for (const other of others) {
      const agreeing = base.filter((each, j) => each === other[j]).length / count;
      expect(Math.abs(agreeing - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / count));
    }
    expect(dropoutMask(7, 3, 2, 0.5, count)).toEqual(base);
  });

  test('of channels keep or drop a channel of a sample as a whole, each with its own draw', () => {
    const [batch, pixels, channels] = [500, 6, 8];
    const mask = channelMask(7, 3, 2, 0.3, batch, [2, 3, channels]);
    const drawn = dropoutMask(7, 3, 2, 0.3, batch * channels);
    const spread = Float32Array.from({ length: batch * pixels * channels }, (_, j) => {
      const sample = Math.floor(j / (pixels * channels));
      return drawn[sample * channels + (j % channels)]!;
    });
    expect(mask).toEqual(spread);
    const dropped = mask.filter((each) => each === 0).length / mask.length;
    expect(Math.abs(dropped - 0.3)).toBeLessThan(5 * Math.sqrt(0.21 / (batch * channels)));
    expect(channelMask(7, 3, 2, 0.3, batch, [2, 3, channels])).toEqual(mask);
    expect(channelMask(7, 4, 2, 0.3, batch, [2, 3, channels])).not.toEqual(mask);
  });
});
