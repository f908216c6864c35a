import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describe, expect, test, vi } from 'vitest';
import { tensorflow } from '../../../src/learning/backend/tensorflow.ts';
import type { Model, Samples, TrainJob } from '../../../src/learning/contract.ts';
import { cnnCifar10, cnnMcMahan, cnnMnist } from '../../../src/learning/models/convolutional.ts';
import { mlp, softmax } from '../../../src/learning/models/dense.ts';
import { initialParameters } from '../../../src/learning/models/initial.ts';
import { type Layout, layoutOf } from '../../../src/learning/models/layout.ts';
import { module, type TrainClassifierInput, trainClassifier } from '../../../src/learning/steps.ts';
import { streams } from '../../../src/math/streams.ts';
import { modelOf, plainBatch, randomParameters, randomSamples, relativeError } from '../../support/learning.ts';
import { referenceGradient } from '../../support/reference-network.ts';

/** 32-bit arithmetic has 6e-8 per operation; a gradient through thousands of sums stays within a hundred of those. */
const GRADIENT_ERROR = 5e-6;
const LOSS_ERROR = 1e-6;
/** One 32-bit step against 64 bits: rounding of the parameters themselves, 6e-8 relative, and of the gradient. */
const STEP_ERROR = 1e-6;

const plain = { learningRate: 0.1, momentum: 0, weightDecay: 0 };

const strided: Model = {
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

const oddPool: Model = {
  name: 'odd pool',
  inputShape: [7, 9, 2],
  layers: [{ layer: 'maxPooling2d', poolSize: 2 }, { layer: 'flatten' }, { layer: 'dense', units: 3 }],
};

/** Batch normalization before and after activations, on images and on features, and dropout of channels. */
const normalized: Model = {
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

/** The network of `cnn_normalized` in test/golden/one-step/make.py. */
const NORMALIZATION = { layer: 'batchNormalization', momentum: 0.9, epsilon: 1e-5 } as const;
const cnnNormalized: Model = {
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

const models: [string, Model, number][] = [
  ['softmax', modelOf(softmax()), 12],
  ['mlp', modelOf(mlp({ hidden: [200, 200] })), 4],
  ['mlp with tanh', modelOf(mlp({ hidden: [30], activation: 'tanh' })), 7],
  ['cnn-mnist', modelOf(cnnMnist()), 3],
  ['cnn-mcmahan', modelOf(cnnMcMahan()), 1],
  ['strided convolutions', strided, 5],
  ['pooling that leaves an edge out', oddPool, 5],
  ['batch normalizations', normalized, 5],
];

describe('gradients', () => {
  test.each(models)('of %s are those of the reference network', async (_, model, count) => {
    const { inputShape } = model;
    const classes = layoutOf(model).output[2];
    const samples = randomSamples({ count: count + 2, shape: inputShape, classes, bytes: inputShape[2] === 1 });
    const indices = Uint32Array.from({ length: count }, (_, i) => i + 1);
    const parameters = randomParameters(layoutOf(model).vectorLength, 0.1);
    const program = await tensorflow.compile(model);
    const measured = program.gradient(parameters, samples, indices);
    const expected = referenceGradient(model, parameters, plainBatch(samples, indices));
    expect(Math.abs(measured.loss / expected.loss - 1)).toBeLessThan(LOSS_ERROR);
    expect(relativeError(measured.gradient, expected.gradient)).toBeLessThan(GRADIENT_ERROR);
  });
});

interface StoredCase {
  readonly name: string;
  readonly steps: number;
  readonly optimizer: { readonly lr: number; readonly momentum?: number; readonly weight_decay?: number };
  readonly parameterCount: number;
  readonly meanLoss: number;
  readonly norm: number;
  readonly changeNorm: number;
  readonly probes: readonly { readonly at: number; readonly value: number }[];
  readonly statistics?: readonly number[];
}

const stored = JSON.parse(readFileSync(new URL('../../golden/one-step/one-step.json', import.meta.url), 'utf8')) as {
  readonly batch: number;
  readonly cases: readonly StoredCase[];
};

/** The inputs of test/golden/one-step/make.py. */
function formulaSamples(count: number): Samples {
  const features = new Uint8Array(count * 784);
  for (let i = 0; i < count; i += 1)
    for (let p = 0; p < 784; p += 1) features[i * 784 + p] = (i * 37 + p * 7 + ((p * p) % 113)) % 256;
  const labels = Uint8Array.from({ length: count }, (_, i) => (3 * i + 1) % 10);
  return { count, shape: [28, 28, 1], classes: 10, features, labels };
}

/** The formula's numbers, and 1 more for gammas and running variances. */
function formulaParameters({ layers, vectorLength }: Layout): Float32Array {
  const parameters = Float32Array.from(
    { length: vectorLength },
    (_, j) => (((j * 7919 + 13) % 1009) / 1009 - 0.5) * 0.1,
  );
  for (const { role, offset, length } of layers.flatMap(({ blocks, statistics }) => [...blocks, ...statistics])) {
    const isScale = role === 'gamma' || role === 'movingVariance';
    for (let j = offset; isScale && j < offset + length; j += 1) parameters[j]! += 1;
  }
  return parameters;
}

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, each) => sum + each ** 2, 0));

describe('training', () => {
  test.each(stored.cases)('$steps step(s) of $name end where PyTorch ends', async (expected) => {
    const model = {
      ...{ softmax: modelOf(softmax()), mlp: modelOf(mlp()), 'cnn-mnist': modelOf(cnnMnist({ dropout: 0 })) },
      'cnn-normalized': cnnNormalized,
    }[expected.name]!;
    const program = await tensorflow.compile(model);
    expect(program.parameterCount).toBe(expected.parameterCount);
    const parameters = formulaParameters(layoutOf(model));
    const { lr: learningRate, momentum = 0, weight_decay: weightDecay = 0 } = expected.optimizer;
    const count = stored.batch * expected.steps;
    const result = program.train({
      parameters,
      samples: formulaSamples(count),
      indices: Uint32Array.from({ length: count }, (_, i) => i),
      batch: stored.batch,
      optimizer: { learningRate, momentum, weightDecay },
      dropoutSeed: 1,
    });
    expect(Math.abs(result.loss / expected.meanLoss - 1)).toBeLessThan(STEP_ERROR);
    const trained = result.parameters.subarray(0, expected.parameterCount);
    expect(Math.abs(norm(trained) / expected.norm - 1)).toBeLessThan(STEP_ERROR);
    const change = trained.map((after, j) => after - parameters[j]!);
    expect(Math.abs(norm(change) / expected.changeNorm - 1)).toBeLessThan(10 * STEP_ERROR);
    for (const { at, value } of expected.probes) {
      expect(Math.abs(result.parameters[at]! - value)).toBeLessThan(STEP_ERROR);
    }
    const tail = result.parameters.subarray(expected.parameterCount);
    expect(tail).toHaveLength(expected.statistics?.length ?? 0);
    tail.forEach((each, j) => {
      expect(Math.abs(each - expected.statistics![j]!)).toBeLessThan(STEP_ERROR);
    });
  });

  const job = (model: Model, steps: number, more: Partial<TrainJob> = {}): TrainJob => ({
    parameters: randomParameters(layoutOf(model).vectorLength, 0.1),
    samples: randomSamples({ count: 40, shape: model.inputShape, classes: layoutOf(model).output[2], bytes: true }),
    indices: Uint32Array.from({ length: 8 * steps }, (_, i) => (i * 7) % 40),
    batch: 8,
    optimizer: plain,
    dropoutSeed: 5,
    ...more,
  });

  test('has the same bits each time and leaves its input alone', async () => {
    const model = modelOf(cnnMnist());
    const program = await tensorflow.compile(model);
    const work = job(model, 3);
    const before = work.parameters.slice();
    const first = program.train(work);
    program.evaluate(work.parameters, work.samples, 0, 33);
    const second = program.train(work);
    expect(second).toEqual(first);
    expect(work.parameters).toEqual(before);
    expect(first.parameters.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test('changes with the dropout key where the model has dropout', async () => {
    const model = modelOf(cnnMnist());
    const program = await tensorflow.compile(model);
    const first = program.train(job(model, 1));
    expect(program.train(job(model, 1, { dropoutSeed: 6 })).parameters).not.toEqual(first.parameters);
  });

  test('in one job equals training in two without momentum', async () => {
    const model = modelOf(softmax());
    const program = await tensorflow.compile(model);
    const whole = job(model, 4);
    const half = program.train({ ...whole, indices: whole.indices.subarray(0, 16) });
    const rest = program.train({ ...whole, parameters: half.parameters, indices: whole.indices.subarray(16) });
    expect(rest.parameters).toEqual(program.train(whole).parameters);
  });

  test('of no steps returns the parameters and loss 0', async () => {
    const model = modelOf(mlp({ hidden: [3] }));
    const work = job(model, 0);
    const result = (await tensorflow.compile(model)).train(work);
    expect(result.parameters).toEqual(work.parameters);
    expect(result.loss).toBe(0);
  });

  test('moves running statistics towards the moments of each batch, by no optimiser', async () => {
    const { layers, parameterCount, vectorLength } = layoutOf(normalized);
    const undropped = { ...normalized, layers: normalized.layers.filter(({ layer }) => layer !== 'spatialDropout2d') };
    const program = await tensorflow.compile(undropped);
    const optimizer = { learningRate: 0, momentum: 0.9, weightDecay: 0.5 };
    const work = job(undropped, 1, { optimizer });
    const { moments } = referenceGradient(undropped, work.parameters, plainBatch(work.samples, work.indices));
    const expected = Float64Array.from(work.parameters);
    const normalizations = layers.filter(({ statistics }) => statistics.length > 0);
    for (const [which, { layer, statistics }] of normalizations.entries()) {
      const kept = ('momentum' in layer && layer.momentum) || 0.99;
      for (const { role, offset } of statistics) {
        const targets = role === 'movingMean' ? moments[which]!.mean : moments[which]!.variance;
        for (const [c, target] of targets.entries()) {
          expected[offset + c] = kept * expected[offset + c]! + (1 - kept) * target;
        }
      }
    }
    const { parameters } = program.train(work);
    expect(parameters.subarray(0, parameterCount)).toEqual(work.parameters.subarray(0, parameterCount));
    expect(parameters).toHaveLength(vectorLength);
    for (const [j, each] of expected.entries()) expect(Math.abs(parameters[j]! - each)).toBeLessThan(STEP_ERROR);
    const { gradient } = program.gradient(work.parameters, work.samples, work.indices);
    expect(gradient.subarray(parameterCount).every((each) => each === 0)).toBe(true);
  });

  test('runs the CIFAR-10 network', async () => {
    const model = modelOf(cnnCifar10(), [32, 32, 3]);
    const program = await tensorflow.compile(model);
    const samples = randomSamples({ count: 2, shape: [32, 32, 3], classes: 10, bytes: true });
    const parameters = initialParameters(model, streams(1)('initial').at(0));
    const indices = Uint32Array.of(0, 1);
    const { loss, parameters: trained } = program.train({ ...job(model, 0), parameters, samples, indices, batch: 2 });
    expect(Math.abs(loss - Math.log(10))).toBeLessThan(1.5);
    expect(trained.every(Number.isFinite)).toBe(true);
    expect(trained).toHaveLength(5_852_170 + 832);
  });

  test('and evaluation leave no tensors behind', async () => {
    const tf = await import('@tensorflow/tfjs-core');
    const model = { ...cnnNormalized, layers: [...modelOf(cnnMnist()).layers, NORMALIZATION] };
    const program = await tensorflow.compile(model);
    const momentum = { learningRate: 0.1, momentum: 0.5, weightDecay: 0.01 };
    const work = job(model, 3, { optimizer: momentum });
    const before = tf.memory().numTensors;
    program.train(work);
    program.gradient(work.parameters, work.samples, work.indices.subarray(0, 4));
    program.evaluate(work.parameters, work.samples, 0, 40);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('evaluation', () => {
  test('sums over its range, however the range is cut', async () => {
    const model = modelOf(softmax());
    const program = await tensorflow.compile(model);
    const samples = randomSamples({ count: 600, shape: [28, 28, 1], classes: 10, bytes: true });
    const parameters = randomParameters(7850, 0.05);
    const whole = program.evaluate(parameters, samples, 0, 600);
    const parts = [program.evaluate(parameters, samples, 0, 301), program.evaluate(parameters, samples, 301, 600)];
    expect(whole.correct).toBe(parts[0]!.correct + parts[1]!.correct);
    expect(Math.abs(whole.lossSum / (parts[0]!.lossSum + parts[1]!.lossSum) - 1)).toBeLessThan(1e-12);
    const all = Uint32Array.from({ length: 600 }, (_, i) => i);
    const { loss } = referenceGradient(model, parameters, plainBatch(samples, all));
    expect(Math.abs(whole.lossSum / 600 / loss - 1)).toBeLessThan(LOSS_ERROR);
  });
});

describe('evaluation of a normalized model', () => {
  // Goal: running statistics, not those of the batch. Method: a normalization with fixed statistics is affine, so it
  // folds into the dense layer behind it, and the folded model has no normalization left.
  test('is that of the model with its running statistics folded in, however the range is cut', async () => {
    const epsilon = 0.2;
    const [inputs, classes] = [5, 3];
    const head = { layer: 'dense', units: classes } as const;
    const inputShape = [1, 1, inputs] as const;
    const model: Model = { name: 'folding', inputShape, layers: [{ layer: 'batchNormalization', epsilon }, head] };
    const [normalization, dense] = layoutOf(model).layers;
    const parameters = randomParameters(layoutOf(model).vectorLength, 0.9).map(Math.abs);
    const part = (at: number, length: number) => parameters.subarray(at, at + length);
    const [gamma, beta] = normalization!.blocks.map(({ offset }) => part(offset, inputs));
    const [mean, variance] = normalization!.statistics.map(({ offset }) => part(offset, inputs));
    const folded = Float64Array.from(part(dense!.blocks[0]!.offset, inputs * classes + classes));
    for (let i = 0; i < inputs; i += 1) {
      const factor = gamma![i]! / Math.sqrt(variance![i]! + epsilon);
      for (let u = 0; u < classes; u += 1) {
        folded[inputs * classes + u]! += (beta![i]! - factor * mean![i]!) * folded[i * classes + u]!;
        folded[i * classes + u]! *= factor;
      }
    }
    const samples = randomSamples({ count: 300, shape: inputShape, classes });
    const all = plainBatch(
      samples,
      Uint32Array.from({ length: 300 }, (_, i) => i),
    );
    const plainModel = { ...model, layers: [head] };
    const program = await tensorflow.compile(model);
    const whole = program.evaluate(parameters, samples, 0, 300);
    const { loss } = referenceGradient(plainModel, folded, all);
    expect(Math.abs(whole.lossSum / 300 / loss - 1)).toBeLessThan(LOSS_ERROR);
    const parts = [program.evaluate(parameters, samples, 0, 7), program.evaluate(parameters, samples, 7, 300)];
    expect(Math.abs((parts[0]!.lossSum + parts[1]!.lossSum) / whole.lossSum - 1)).toBeLessThan(1e-12);
    expect(Math.abs(program.gradient(parameters, samples, Uint32Array.of(0, 1)).loss / loss - 1)).toBeGreaterThan(0.01);
  });
});

test('a running variance below 0, as noise on the air can leave it, counts as 0', async () => {
  const layers = [{ layer: 'batchNormalization' }, { layer: 'dense', units: 3 }] as const;
  const model: Model = { name: 'noisy', inputShape: [1, 1, 5], layers };
  const samples = randomSamples({ count: 9, shape: [1, 1, 5], classes: 3 });
  const parameters = randomParameters(layoutOf(model).vectorLength, 0.5);
  const program = await tensorflow.compile(model);
  const scoreAt = (variance: number) => program.evaluate(parameters.fill(variance, -5), samples, 0, 9);
  expect(scoreAt(-0.2)).toEqual(scoreAt(0));
  expect(scoreAt(0).lossSum).not.toBe(scoreAt(0.2).lossSum);
});

/** Trains in a thread of its own and sends the parameters back. */
const trainInThread = (input: TrainClassifierInput): Promise<Float32Array> =>
  new Promise((resolve, reject) => {
    const code = `
      const { parentPort, workerData } = require('node:worker_threads');
      import('tsx/esm/api')
        .then(({ register }) => register())
        .then(() => import(workerData.module))
        .then(({ trainClassifier }) => trainClassifier(workerData.input))
        .then(({ parameters }) => parentPort.postMessage(parameters));`;
    const worker = new Worker(code, { eval: true, workerData: { module, input } });
    worker.once('message', resolve);
    worker.once('error', reject);
  });

test('two threads and the calling one get the same bits', async () => {
  const model = modelOf(cnnMnist());
  const samples = randomSamples({ count: 40, shape: model.inputShape, classes: 10, bytes: true });
  const input: TrainClassifierInput = {
    backend: 'tensorflow',
    model,
    samples,
    own: Uint32Array.from({ length: 40 }, (_, i) => i),
    seed: 3,
    client: 1,
    firstStep: 4,
    steps: 3,
    batch: 8,
    batches: 'epoch',
    parameters: randomParameters(layoutOf(model).parameterCount, 0.1),
    optimizer: { learningRate: 0.1, momentum: 0.5, weightDecay: 0.001 },
  };
  const here = await trainClassifier(input);
  const there = await Promise.all([trainInThread(input), trainInThread(input)]);
  for (const parameters of there) expect(parameters).toEqual(here.parameters);
});

test('one model is compiled once, and nothing is printed', async () => {
  const spies = [vi.spyOn(console, 'log'), vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')];
  const first = tensorflow.compile(modelOf(softmax()));
  expect(tensorflow.compile(modelOf(softmax({ initial: 'glorot' })))).toBe(first);
  await first;
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  const listeners = ['uncaughtException', 'unhandledRejection'].flatMap((fatal) => process.rawListeners(fatal));
  expect(listeners.filter((each) => /throw (ex|reason);/.test(String(each)))).toEqual([]);
  expect(tensorflow.detail).toMatch(/tfjs/);
});
