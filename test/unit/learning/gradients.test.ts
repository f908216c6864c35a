import { describe, expect, test } from 'vitest';
import type { Model, Objective } from '../../../src/learning/contract.ts';
import { cnnMcMahan, cnnMnist } from '../../../src/learning/models/convolutional.ts';
import { mlp, softmax } from '../../../src/learning/models/dense.ts';
import { layoutOf } from '../../../src/learning/models/layout.ts';
import {
  BACKENDS,
  GRADIENT_ERROR,
  LOSS_ERROR,
  normalized,
  oddPool,
  polynomial,
  STEP_ERROR,
  strided,
} from '../../support/backends.ts';
import { modelOf, plainBatch, randomParameters, randomSamples, relativeError } from '../../support/learning.ts';
import { referenceGradient } from '../../support/reference-network.ts';

const models: [string, Model, number][] = [
  ['softmax', modelOf(softmax()), 12],
  ['mlp', modelOf(mlp({ hidden: [200, 200] })), 4],
  ['mlp with tanh', modelOf(mlp({ hidden: [30], activation: 'tanh' })), 7],
  ['cnn-mnist', modelOf(cnnMnist()), 3],
  ['cnn-mcmahan', modelOf(cnnMcMahan()), 1],
  ['strided convolutions', strided, 5],
  ['pooling that leaves an edge out', oddPool, 5],
  ['batch normalizations', normalized, 5],
  ['squares, averages and group normalizations', polynomial, 5],
];

describe.each(BACKENDS)('gradients on $name', (backend) => {
  test.each(models)('of %s are those of the reference network', async (_, model, count) => {
    const { inputShape } = model;
    const classes = layoutOf(model).output[2];
    const samples = randomSamples({ count: count + 2, shape: inputShape, classes, bytes: inputShape[2] === 1 });
    const indices = Uint32Array.from({ length: count }, (_, i) => i + 1);
    const parameters = randomParameters(layoutOf(model).vectorLength, 0.1);
    const program = await backend.compile(model);
    const measured = program.gradient({ parameters, samples, indices });
    const expected = referenceGradient(model, parameters, plainBatch(samples, indices));
    expect(Math.abs(measured.loss / expected.loss - 1)).toBeLessThan(LOSS_ERROR);
    expect(relativeError(measured.gradient, expected.gradient)).toBeLessThan(GRADIENT_ERROR);
  });

  // Goal: every loss, against labels and against targets of its own. Method: targets that sum to no 1, so that a
  // back end that takes softmax cross-entropy for granted shows.
  test.each<[string, Omit<Objective, 'targets'>]>([
    ['cross-entropy', {}],
    ['cross-entropy of a temperature', { temperature: 2.5 }],
    ['mean squared error', { loss: 'meanSquaredError' }],
  ])('of the %s are those of the reference network', async (_, objective) => {
    const classes = layoutOf(polynomial).output[2];
    const samples = randomSamples({ count: 7, shape: polynomial.inputShape, classes, bytes: true });
    const targets = randomParameters(7 * classes, 1).map(Math.abs);
    const indices = Uint32Array.of(5, 0, 3, 3, 6);
    const parameters = randomParameters(layoutOf(polynomial).vectorLength, 0.4);
    const program = await backend.compile(polynomial);
    const plain = plainBatch(samples, indices);
    const aimed = plain.map((each, i) => ({
      ...each,
      wanted: Array.from(targets.subarray(indices[i]! * classes, (indices[i]! + 1) * classes)),
    }));
    for (const [batch, own] of [
      [plain, objective],
      [aimed, { ...objective, targets }],
    ] as const) {
      const measured = program.gradient({ parameters, samples, indices, objective: own });
      const expected = referenceGradient(polynomial, parameters, batch, objective);
      expect(Math.abs(measured.loss / expected.loss - 1)).toBeLessThan(LOSS_ERROR);
      expect(relativeError(measured.gradient, expected.gradient)).toBeLessThan(GRADIENT_ERROR);
      const all = program.evaluate(parameters, samples, 0, 7, own).lossSum;
      const each = Array.from({ length: 7 }, (__, i) => program.evaluate(parameters, samples, i, i + 1, own).lossSum);
      expect(Math.abs(all / each.reduce((sum, loss) => sum + loss, 0) - 1)).toBeLessThan(LOSS_ERROR);
      const drawn = indices.reduce((sum, index) => sum + each[index]!, 0) / indices.length;
      expect(Math.abs(drawn / expected.loss - 1)).toBeLessThan(LOSS_ERROR);
    }
  });

  // More samples than a block of an evaluation holds, and no multiple of it.
  test('of many samples at once are the mean of theirs, and their norms are known one by one', async () => {
    const model = modelOf(mlp({ hidden: [9], activation: 'tanh' }), [5, 5, 1], 4);
    const samples = randomSamples({ count: 261, shape: [5, 5, 1], classes: 4 });
    const indices = Uint32Array.from({ length: 261 }, (_, i) => 260 - i);
    const parameters = randomParameters(layoutOf(model).vectorLength, 0.5);
    const program = await backend.compile(model);
    const expected = referenceGradient(model, parameters, plainBatch(samples, indices));
    const measured = program.gradient({ parameters, samples, indices });
    expect(Math.abs(measured.loss / expected.loss - 1)).toBeLessThan(LOSS_ERROR);
    expect(relativeError(measured.gradient, expected.gradient)).toBeLessThan(GRADIENT_ERROR);
    const some = indices.subarray(3, 9);
    const norms = Array.from(some, (index) =>
      Math.hypot(...referenceGradient(model, parameters, plainBatch(samples, Uint32Array.of(index))).gradient),
    );
    expect(relativeError(program.sampleNorms({ parameters, samples, indices: some }), norms)).toBeLessThan(
      GRADIENT_ERROR,
    );
  });

  test('are followed by outputs of any layer: logits give the loss, features the logits', async () => {
    const program = await backend.compile(polynomial);
    const samples = randomSamples({ count: 130, shape: polynomial.inputShape, classes: 3, bytes: true });
    const parameters = randomParameters(layoutOf(polynomial).vectorLength, 0.4);
    const indices = Uint32Array.from({ length: 115 }, (_, i) => 120 - i);
    const job = { parameters, samples, indices };
    const [logits, features] = [8, 7].map((layer) => program.outputs(job, layer));
    const [kernel, bias] = layoutOf(polynomial).layers[8]!.blocks;
    const score = program.evaluate(parameters, samples, 6, 121);
    let loss = 0;
    for (const [i, index] of indices.entries()) {
      const z = Array.from(logits!.subarray(3 * i, 3 * i + 3));
      loss += Math.log(z.reduce((sum, each) => sum + Math.exp(each), 0)) - z[samples.labels[index]!]!;
      const own = features!.subarray(20 * i, 20 * i + 20);
      z.forEach((each, u) => {
        const weigh = (sum: number, x: number, j: number) => sum + x * parameters[kernel!.offset + 3 * j + u]!;
        const expected = own.reduce(weigh, parameters[bias!.offset + u]!);
        expect(Math.abs(each - expected)).toBeLessThan(STEP_ERROR * 10);
      });
    }
    expect(Math.abs(loss / score.lossSum - 1)).toBeLessThan(LOSS_ERROR);
    const squares = program.outputs({ ...job, indices: indices.subarray(0, 2) }, 0);
    expect(squares).toHaveLength(2 * 7 * 6 * 6);
    expect(squares.every((each) => each >= 0)).toBe(true);
  });
});
