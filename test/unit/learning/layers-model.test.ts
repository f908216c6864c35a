import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { federation } from '../../../actors/index.ts';
import { fixedRates } from '../../../channels/index.ts';
import { fedAvg, scenario, simulate } from '../../../src/index.ts';
import { wasm } from '../../../src/learning/backend/compiled/wasm.ts';
import { tensorflow } from '../../../src/learning/backend/tensorflow.ts';
import type { Layer, Model } from '../../../src/learning/contract.ts';
import { classify, gaussianBlobs, layersModel, sgd } from '../../../src/learning/index.ts';
import { initialParameters } from '../../../src/learning/models/initial.ts';
import { classifierLayout, layoutOf } from '../../../src/learning/models/layout.ts';
import { streams } from '../../../src/math/streams.ts';
import { replay } from '../../../src/scenario/replay.ts';
import { openTrace } from '../../../src/trace/reader.ts';
import { GRADIENT_ERROR, job, LOSS_ERROR, STEP_ERROR } from '../../support/backends.ts';
import { relativeError } from '../../support/learning.ts';

const shape = [9, 8, 3] as const;
const classes = 3;
const described = (model: Parameters<typeof layersModel>[0]): Model => layersModel(model)({ shape, classes });

/** The same network twice: by TensorFlow.js, and as a description that the kernels take. */
const theirs = (dropout = 0) =>
  tf.sequential({
    layers: [
      tf.layers.conv2d({
        ...{ inputShape: [...shape], filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'tanh' },
      }),
      tf.layers.batchNormalization({ momentum: 0.8, epsilon: 0.01 }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.dropout({ rate: dropout }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 6, activation: 'relu' }),
      tf.layers.dense({ units: classes, activation: 'softmax' }),
    ],
  });
const layers: Layer[] = [
  { layer: 'conv2d', filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'tanh' },
  { layer: 'batchNormalization', momentum: 0.8, epsilon: 0.01 },
  { layer: 'maxPooling2d', poolSize: 2 },
  { layer: 'flatten' },
  { layer: 'dense', units: 6, activation: 'relu' },
  { layer: 'dense', units: classes },
];
const ours: Model = { name: 'ours', inputShape: shape, layers };

/** TensorFlow.js divides squares by n − 1 − ε for the running variance, here of 160 numbers below 1, instead of n − 1. */
const DEBIASING = 0.01 / 159;

describe('a tf.LayersModel', () => {
  test('lies in the flat vector as its description does, and starts from the same numbers', () => {
    const [layout, expected] = [layoutOf(described(theirs())), classifierLayout(ours, classes)];
    const { parameterCount, vectorLength, macsPerSample, output } = layout;
    expect([parameterCount, vectorLength, macsPerSample, output]).toEqual([
      ...[expected.parameterCount, expected.vectorLength, expected.macsPerSample, expected.output],
    ]);
    const draws = () => streams(1)('initial').at(0);
    expect(initialParameters(described(theirs()), draws())).toEqual(initialParameters(ours, draws()));
  });

  // TensorFlow.js differentiates here by itself: nothing but loss and descent is shared with the kernels.
  test('has the gradient, steps, scores and outputs that the kernels have', async () => {
    const [program, kernels] = [await tensorflow.compile(described(theirs())), await wasm.compile(ours)];
    const work = job(ours, 3, { optimizer: { learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 } });
    const [measured, expected] = [program.gradient(work), kernels.gradient(work)];
    expect(Math.abs(measured.loss / expected.loss - 1)).toBeLessThan(LOSS_ERROR);
    expect(relativeError(measured.gradient, expected.gradient)).toBeLessThan(GRADIENT_ERROR);
    const [trained, reference] = [program.train(work), kernels.train(work)];
    expect(Math.abs(trained.loss / reference.loss - 1)).toBeLessThan(LOSS_ERROR);
    const apart = reference.parameters.map((each, j) => Math.abs(each - trained.parameters[j]!));
    const { parameterCount } = layoutOf(ours);
    expect(Math.max(...apart.subarray(0, parameterCount))).toBeLessThan(STEP_ERROR);
    expect(Math.max(...apart.subarray(parameterCount))).toBeLessThan(DEBIASING);
    const scores = [program, kernels].map((each) => each.evaluate(reference.parameters, work.samples, 2, 40));
    expect(scores[0]!.correct).toBe(scores[1]!.correct);
    expect(Math.abs(scores[0]!.lossSum / scores[1]!.lossSum - 1)).toBeLessThan(LOSS_ERROR);
    const fixed = { ...work, parameters: reference.parameters };
    expect(relativeError(program.sampleNorms(fixed), kernels.sampleNorms(fixed))).toBeLessThan(GRADIENT_ERROR);
    // Features: a dropout stands before them in the one, none in the other.
    expect(relativeError(program.outputs(fixed, 5), kernels.outputs(fixed, 4))).toBeLessThan(GRADIENT_ERROR);
  });

  test('drops by the key of the job, and not in a full gradient', async () => {
    const [program, plain] = await Promise.all([0.5, 0].map((rate) => tensorflow.compile(described(theirs(rate)))));
    const work = job(ours, 3);
    const { random } = Math;
    expect(program!.train(work)).toEqual(program!.train(work));
    expect(program!.train({ ...work, dropoutSeed: 6 }).loss).not.toBe(program!.train(work).loss);
    expect(program!.gradient(work)).toEqual(plain!.gradient(work));
    expect(Math.random).toBe(random);
  });

  // Goal: layers that the kernels lack. Method: the loss along the gradient, against its slope there.
  test('may be a graph of any layers', async () => {
    const input = tf.input({ shape: [...shape] });
    const separable = tf.layers.separableConv2d({ filters: 4, kernelSize: 3 }).apply(input) as typeof input;
    const mean = tf.layers.globalAveragePooling2d({}).apply(separable) as typeof input;
    const rows = tf.layers.reshape({ targetShape: [9, 24] }).apply(input) as typeof input;
    const state = tf.layers.gru({ units: 5, recurrentInitializer: 'zeros' }).apply(rows) as typeof input;
    const both = tf.layers.concatenate().apply([mean, state]) as typeof input;
    const output = tf.layers.dense({ units: classes, name: 'head' }).apply(both) as typeof input;
    const model = described(tf.model({ inputs: input, outputs: output }));
    const program = await tensorflow.compile(model);
    const parameters = initialParameters(model, streams(1)('initial').at(0));
    const work = job(model, 1, { parameters });
    const { gradient } = program.gradient(work);
    const square = gradient.reduce((sum, g) => sum + g * g, 0);
    const reach = 1e-2 / Math.sqrt(square);
    const lossAt = (by: number) =>
      program.gradient({ ...work, parameters: parameters.map((w, j) => w + by * gradient[j]!) }).loss;
    const slope = (lossAt(reach) - lossAt(-reach)) / (2 * reach);
    expect(Math.abs(slope / square - 1)).toBeLessThan(1e-3);
    const optimizer = { learningRate: 0.1, momentum: 0, weightDecay: 0 };
    const kept = program.train({ ...work, optimizer: { ...optimizer, frozen: ['head'] } }).parameters;
    const { blocks } = layoutOf(model).layers.find(({ name }) => name === 'head')!;
    expect(kept.subarray(blocks[0]!.offset)).toEqual(parameters.subarray(blocks[0]!.offset));
    expect(kept[0]).not.toBe(parameters[0]);
  });

  test('that does not fit is refused', () => {
    expect(() => layersModel(theirs())({ shape: [8, 8, 3], classes })).toThrow(/216 numbers.*MODEL_INVALID/);
    const input = tf.input({ shape: [4] });
    const ends = [1, 2].map((units) => tf.layers.dense({ units }).apply(input) as typeof input);
    expect(() => layersModel(tf.model({ inputs: input, outputs: ends }))).toThrow(/2 outputs.*MODEL_INVALID/);
  });
});

describe('a scenario with a tf.LayersModel', () => {
  // Made anew each time: TensorFlow.js then gives its layers other names.
  const study = () =>
    scenario({
      name: 'layers-model',
      topology: federation({ clients: 3, edgeServers: 1 }),
      channel: fixedRates(),
      task: classify({
        dataset: gaussianBlobs({ classes, features: 6, meanSpread: 2, trainPerClass: 100, testPerClass: 20 }),
        model: layersModel(
          tf.sequential({
            layers: [
              tf.layers.dense({ inputShape: [6], units: 8, activation: 'relu' }),
              tf.layers.dropout({ rate: 0.2 }),
              tf.layers.dense({ units: classes, activation: 'softmax' }),
            ],
          }),
        ),
        optimizer: sgd({ learningRate: 0.1 }),
      }),
      algorithm: fedAvg({ localSteps: 20 }),
      until: { rounds: 3 },
    });

  test('learns, and leaves the same trace again', async () => {
    const [first, second] = [
      await simulate(study(), { backend: 'tensorflow' }),
      await simulate(study(), { backend: 'tensorflow' }),
    ];
    expect(second.trace).toEqual(first.trace);
    expect(first.summary.accuracy.final).toBeGreaterThan(0.8);
  });

  test('is replayed, by training again too', async () => {
    const { trace } = await simulate(study(), { backend: 'tensorflow' });
    for (const recompute of [false, true]) {
      const { divergence, events } = await replay(openTrace(trace), { scenario: study(), recompute });
      expect([divergence, events]).toEqual([undefined, trace.length - 1]);
    }
  });

  test('needs TensorFlow.js to run', async () => {
    await expect(simulate(study(), { backend: 'wasm' })).rejects.toThrow(/--backend tensorflow.*BACKEND_UNAVAILABLE/);
  });
});
