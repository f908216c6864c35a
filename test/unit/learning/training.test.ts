import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { tensorflow } from '../../../src/learning/backend/tensorflow.ts';
import { cnnCifar10, cnnMnist } from '../../../src/learning/models/convolutional.ts';
import { mlp, softmax } from '../../../src/learning/models/dense.ts';
import { initialParameters } from '../../../src/learning/models/initial.ts';
import { layoutOf } from '../../../src/learning/models/layout.ts';
import { module, type TrainClassifierInput, trainClassifier } from '../../../src/learning/steps.ts';
import { streams } from '../../../src/math/streams.ts';
import { BACKENDS, job, normalized, STEP_ERROR } from '../../support/backends.ts';
import { modelOf, plainBatch, randomParameters, randomSamples } from '../../support/learning.ts';
import { referenceGradient } from '../../support/reference-network.ts';

describe.each(BACKENDS)('training on $name', (backend) => {
  test('has the same bits each time and leaves its input alone', async () => {
    const model = modelOf(cnnMnist());
    const program = await backend.compile(model);
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
    const program = await backend.compile(model);
    const first = program.train(job(model, 1));
    expect(program.train(job(model, 1, { dropoutSeed: 6 })).parameters).not.toEqual(first.parameters);
  });

  test('in one job equals training in two without momentum', async () => {
    const model = modelOf(softmax());
    const program = await backend.compile(model);
    const whole = job(model, 4);
    const half = program.train({ ...whole, indices: whole.indices.subarray(0, 16) });
    const rest = program.train({ ...whole, parameters: half.parameters, indices: whole.indices.subarray(16) });
    expect(rest.parameters).toEqual(program.train(whole).parameters);
  });

  test.each([
    ['two passes', 22, [8, 3, 8, 3]],
    ['a pass and a half', 17, [8, 3, 6]],
    ['less than a batch', 5, [5]],
  ])('of %s over 11 samples ends each pass with what is left over', async (_, count, sizes) => {
    const program = await backend.compile(modelOf(mlp({ hidden: [3] })));
    const whole = job(modelOf(mlp({ hidden: [3] })), 3);
    const work = { ...whole, indices: whole.indices.subarray(0, count), pass: 11, withNorms: true };
    let [from, loss, { parameters }] = [0, 0, work];
    for (const batch of sizes) {
      const made = program.train({ ...whole, parameters, batch, indices: whole.indices.subarray(from, from + batch) });
      parameters = made.parameters;
      loss += made.loss / sizes.length;
      from += batch;
    }
    const made = program.train(work);
    expect(made.parameters).toEqual(parameters);
    expect(made.loss).toBeCloseTo(loss, 12);
    expect(made.norms).toHaveLength(sizes.length);
  });

  test('in passes keeps its momentum from one batch to the next, whatever their sizes', async () => {
    const optimizer = { learningRate: 0.05, momentum: 0.9, weightDecay: 0.01 };
    const model = modelOf(softmax());
    const work = { ...job(model, 3, { optimizer }), pass: 11 };
    const [made, expected] = [
      (await backend.compile(model)).train(work),
      (await tensorflow.compile(model)).train(work),
    ];
    const furthest = made.parameters.reduce(
      (most, each, i) => Math.max(most, Math.abs(each - (expected.parameters[i] as number))),
      0,
    );
    expect(furthest).toBeLessThan(6 * STEP_ERROR);
    expect(made.parameters).not.toEqual((await backend.compile(model)).train({ ...work, pass: 24 }).parameters);
  });

  test('of no steps returns the parameters and loss 0', async () => {
    const model = modelOf(mlp({ hidden: [3] }));
    const work = job(model, 0);
    const result = (await backend.compile(model)).train(work);
    expect(result.parameters).toEqual(work.parameters);
    expect(result.loss).toBe(0);
  });

  test('moves running statistics towards the moments of each batch, by no optimiser', async () => {
    const { layers, parameterCount, vectorLength } = layoutOf(normalized);
    const undropped = { ...normalized, layers: normalized.layers.filter(({ layer }) => layer !== 'spatialDropout2d') };
    const program = await backend.compile(undropped);
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
    const { gradient } = program.gradient(work);
    expect(gradient.subarray(parameterCount).every((each) => each === 0)).toBe(true);
  });

  test('runs the CIFAR-10 network', async () => {
    const model = modelOf(cnnCifar10(), [32, 32, 3]);
    const program = await backend.compile(model);
    const samples = randomSamples({ count: 2, shape: [32, 32, 3], classes: 10, bytes: true });
    const parameters = initialParameters(model, streams(1)('initial').at(0));
    const indices = Uint32Array.of(0, 1);
    const { loss, parameters: trained } = program.train({ ...job(model, 0), parameters, samples, indices, batch: 2 });
    expect(Math.abs(loss - Math.log(10))).toBeLessThan(1.5);
    expect(trained.every(Number.isFinite)).toBe(true);
    expect(trained).toHaveLength(5_852_170 + 832);
  });
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

test.each(BACKENDS)('on $name two threads and the calling one get the same bits', async ({ name: backend }) => {
  const model = modelOf(cnnMnist());
  const samples = randomSamples({ count: 40, shape: model.inputShape, classes: 10, bytes: true });
  const input: TrainClassifierInput = {
    backend,
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
