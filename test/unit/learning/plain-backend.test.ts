import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { flaggedProducts } from '../../../src/learning/backend/matrix.ts';
import { makeProgram } from '../../../src/learning/backend/program.ts';
import type { Model } from '../../../src/learning/contract.ts';
import { layoutOf } from '../../../src/learning/models/layout.ts';
import { plainBatch, randomParameters, randomSamples, relativeError } from '../../support/learning.ts';
import { referenceGradient } from '../../support/reference-network.ts';

/** As for the wasm back end: a hundred roundings of 6e-8. */
const GRADIENT_ERROR = 5e-6;

const model: Model = {
  name: 'small',
  inputShape: [8, 8, 1],
  layers: [
    { layer: 'conv2d', filters: 3, kernelSize: 3, padding: 'same', activation: 'relu' },
    { layer: 'maxPooling2d', poolSize: 2 },
    { layer: 'conv2d', filters: 4, kernelSize: 2, activation: 'tanh' },
    { layer: 'flatten' },
    { layer: 'dense', units: 40, activation: 'relu' },
    { layer: 'dense', units: 3 },
  ],
};

// Goal: the way taken where wasm or its fast kernels aren't there. Method: the plain back end, in a file of its own,
// since the active back end is one for a whole thread.
beforeAll(async () => {
  tf.enableProdMode();
  await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
});

test('on the plain back end gradients are those of the reference network, and inputs stay as they were', () => {
  const program = makeProgram({ tf, products: flaggedProducts(tf), copies: false }, model);
  const samples = randomSamples({ count: 6, shape: model.inputShape, classes: 3 });
  const parameters = randomParameters(layoutOf(model).parameterCount, 0.3);
  const indices = Uint32Array.of(4, 1, 1, 5);
  const expected = referenceGradient(model, parameters, plainBatch(samples, indices));
  const measured = program.gradient({ parameters, samples, indices });
  expect(relativeError(measured.gradient, expected.gradient)).toBeLessThan(GRADIENT_ERROR);
  const before = parameters.slice();
  const job = { parameters, samples, indices, batch: 2, dropoutSeed: 1 };
  const optimizer = { learningRate: 0.5, momentum: 0.9, weightDecay: 0.1 };
  const first = program.train({ ...job, optimizer });
  expect(parameters).toEqual(before);
  expect(program.train({ ...job, optimizer })).toEqual(first);
  expect(first.parameters).not.toEqual(before);
});
