import { expect, test, vi } from 'vitest';
import { tensorflow } from '../../../src/learning/backend/tensorflow.ts';
import { cnnMnist } from '../../../src/learning/models/convolutional.ts';
import { softmax } from '../../../src/learning/models/dense.ts';
import { cnnNormalized, job, NORMALIZATION } from '../../support/backends.ts';
import { modelOf } from '../../support/learning.ts';

test('training and evaluation leave no tensors behind', async () => {
  const tf = await import('@tensorflow/tfjs-core');
  const model = { ...cnnNormalized, layers: [...modelOf(cnnMnist()).layers, NORMALIZATION] };
  const program = await tensorflow.compile(model);
  const momentum = { learningRate: 0.1, momentum: 0.5, weightDecay: 0.01 };
  const work = job(model, 3, { optimizer: momentum });
  const before = tf.memory().numTensors;
  program.train(work);
  program.gradient({ ...work, indices: work.indices.subarray(0, 4) });
  program.evaluate(work.parameters, work.samples, 0, 40);
  expect(tf.memory().numTensors).toBe(before);
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
