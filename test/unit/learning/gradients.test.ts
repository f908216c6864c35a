import { describe, expect, test } from 'vitest';
import type { Model } from '../../../src/learning/contract.ts';
import { cnnMcMahan, cnnMnist } from '../../../src/learning/models/convolutional.ts';
import { mlp, softmax } from '../../../src/learning/models/dense.ts';
import { layoutOf } from '../../../src/learning/models/layout.ts';
import { BACKENDS, GRADIENT_ERROR, LOSS_ERROR, normalized, oddPool, strided } from '../../support/backends.ts';
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
];

describe.each(BACKENDS)('gradients on $name', (backend) => {
  test.each(models)('of %s are those of the reference network', async (_, model, count) => {
    const { inputShape } = model;
    const classes = layoutOf(model).output[2];
    const samples = randomSamples({ count: count + 2, shape: inputShape, classes, bytes: inputShape[2] === 1 });
    const indices = Uint32Array.from({ length: count }, (_, i) => i + 1);
    const parameters = randomParameters(layoutOf(model).vectorLength, 0.1);
    const program = await backend.compile(model);
    const measured = program.gradient(parameters, samples, indices);
    const expected = referenceGradient(model, parameters, plainBatch(samples, indices));
    expect(Math.abs(measured.loss / expected.loss - 1)).toBeLessThan(LOSS_ERROR);
    expect(relativeError(measured.gradient, expected.gradient)).toBeLessThan(GRADIENT_ERROR);
  });
});
