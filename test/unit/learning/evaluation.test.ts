import { describe, expect, test } from 'vitest';
import type { Model } from '../../../src/learning/contract.ts';
import { softmax } from '../../../src/learning/models/dense.ts';
import { layoutOf } from '../../../src/learning/models/layout.ts';
import { BACKENDS, LOSS_ERROR } from '../../support/backends.ts';
import { modelOf, plainBatch, randomParameters, randomSamples } from '../../support/learning.ts';
import { referenceGradient } from '../../support/reference-network.ts';

describe.each(BACKENDS)('evaluation on $name', (backend) => {
  test('sums over its range, however the range is cut', async () => {
    const model = modelOf(softmax());
    const program = await backend.compile(model);
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

describe.each(BACKENDS)('evaluation of a normalized model on $name', (backend) => {
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
    const program = await backend.compile(model);
    const whole = program.evaluate(parameters, samples, 0, 300);
    const { loss } = referenceGradient(plainModel, folded, all);
    expect(Math.abs(whole.lossSum / 300 / loss - 1)).toBeLessThan(LOSS_ERROR);
    const parts = [program.evaluate(parameters, samples, 0, 7), program.evaluate(parameters, samples, 7, 300)];
    expect(Math.abs((parts[0]!.lossSum + parts[1]!.lossSum) / whole.lossSum - 1)).toBeLessThan(1e-12);
    expect(
      Math.abs(program.gradient({ parameters, samples, indices: Uint32Array.of(0, 1) }).loss / loss - 1),
    ).toBeGreaterThan(0.01);
  });
});

test.each(BACKENDS)(
  'on $name a running variance below 0, as noise on the air can leave it, counts as 0',
  async (backend) => {
    const layers = [{ layer: 'batchNormalization' }, { layer: 'dense', units: 3 }] as const;
    const model: Model = { name: 'noisy', inputShape: [1, 1, 5], layers };
    const samples = randomSamples({ count: 9, shape: [1, 1, 5], classes: 3 });
    const parameters = randomParameters(layoutOf(model).vectorLength, 0.5);
    const program = await backend.compile(model);
    const scoreAt = (variance: number) => program.evaluate(parameters.fill(variance, -5), samples, 0, 9);
    expect(scoreAt(-0.2)).toEqual(scoreAt(0));
    expect(scoreAt(0).lossSum).not.toBe(scoreAt(0.2).lossSum);
  },
);
