import { expect, test } from 'vitest';
import type { Model } from '../../../src/learning/contract.ts';
import { layoutOf } from '../../../src/learning/models/layout.ts';
import { plainBatch, randomParameters, randomSamples } from '../../support/learning.ts';
import { referenceGradient } from '../../support/reference-network.ts';

/** Central differences in 64 bits are off by h² |f‴| / 6 + 10⁻¹⁶ / h, some 10⁻¹⁰ here. */
const STEP = 1e-5;
const MOST_ERROR = 1e-8;

const everyLayer: Model = {
  name: 'every layer',
  inputShape: [7, 7, 2],
  layers: [
    { layer: 'conv2d', filters: 3, kernelSize: 3, padding: 'same', activation: 'tanh' },
    { layer: 'conv2d', filters: 2, kernelSize: 2, strides: 2, padding: 'same' },
    { layer: 'activation', activation: 'sigmoid' },
    { layer: 'maxPooling2d', poolSize: 2 },
    { layer: 'flatten' },
    { layer: 'dense', units: 5, activation: 'relu' },
    { layer: 'dense', units: 3 },
  ],
};

const normalized: Model = {
  name: 'normalized',
  inputShape: [7, 7, 2],
  layers: [
    { layer: 'conv2d', filters: 3, kernelSize: 3 },
    { layer: 'batchNormalization', epsilon: 0.1 },
    { layer: 'activation', activation: 'tanh' },
    { layer: 'maxPooling2d', poolSize: 2 },
    { layer: 'flatten' },
    { layer: 'dense', units: 5 },
    { layer: 'batchNormalization', epsilon: 0.1 },
    { layer: 'activation', activation: 'sigmoid' },
    { layer: 'dense', units: 3 },
  ],
};

const polynomial: Model = {
  name: 'polynomial',
  inputShape: [7, 7, 2],
  layers: [
    { layer: 'conv2d', filters: 6, kernelSize: 3, activation: 'square' },
    { layer: 'groupNormalization', groups: 3, epsilon: 0.1 },
    { layer: 'averagePooling2d', poolSize: 2 },
    { layer: 'flatten' },
    { layer: 'dense', units: 3 },
    { layer: 'activation', activation: 'square' },
  ],
};

const squaredError = { loss: 'meanSquaredError' } as const;

test.each([
  [everyLayer, {}],
  [normalized, {}],
  [polynomial, {}],
  [polynomial, squaredError],
  [everyLayer, { temperature: 3 }],
] as const)('the reference network $name has its loss’s gradient by differences', (model, objective) => {
  checkGradient(model, objective, false);
  checkGradient(model, objective, true);
});

function checkGradient(model: Model, objective: { temperature?: number; loss?: 'meanSquaredError' }, isSoft: boolean) {
  const samples = randomSamples({ count: 3, shape: [7, 7, 2], classes: 3 });
  const labelled = plainBatch(samples, Uint32Array.of(0, 1, 2));
  const batch = isSoft ? labelled.map((each) => ({ ...each, wanted: [0.2, 0.5, 0.4] })) : labelled;
  const at = Float64Array.from(randomParameters(layoutOf(model).parameterCount, 0.5));
  const { gradient } = referenceGradient(model, at, batch, objective);
  const lossAt = (j: number, by: number) => {
    const moved = at.slice();
    moved[j]! += by;
    return referenceGradient(model, moved, batch, objective).loss;
  };
  expect(gradient.some((g) => Math.abs(g) > 0.01)).toBe(true);
  for (let j = 0; j < at.length; j += 1) {
    const slope = (lossAt(j, STEP) - lossAt(j, -STEP)) / (2 * STEP);
    expect(Math.abs(slope - gradient[j]!)).toBeLessThan(MOST_ERROR);
  }
}
