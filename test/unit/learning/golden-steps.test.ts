import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Samples } from '../../../src/learning/contract.ts';
import { cnnMnist } from '../../../src/learning/models/convolutional.ts';
import { mlp, softmax } from '../../../src/learning/models/dense.ts';
import { type Layout, layoutOf } from '../../../src/learning/models/layout.ts';
import { BACKENDS, cnnNormalized, STEP_ERROR } from '../../support/backends.ts';
import { modelOf } from '../../support/learning.ts';

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

describe.each(BACKENDS)('training on $name', (backend) => {
  test.each(stored.cases)('$steps step(s) of $name end where PyTorch ends', async (expected) => {
    const model = {
      ...{ softmax: modelOf(softmax()), mlp: modelOf(mlp()), 'cnn-mnist': modelOf(cnnMnist({ dropout: 0 })) },
      'cnn-normalized': cnnNormalized,
    }[expected.name]!;
    const program = await backend.compile(model);
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
});
