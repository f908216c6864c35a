import { describe, expect, test } from 'vitest';
import type { Model, OptimizerState, TrainJob } from '../../../src/learning/contract.ts';
import { descentOf } from '../../../src/learning/descent.ts';
import { layoutOf } from '../../../src/learning/models/layout.ts';
import { BACKENDS, job, LOSS_ERROR, STEP_ERROR } from '../../support/backends.ts';
import { plainBatch, randomParameters, relativeError } from '../../support/learning.ts';
import { referenceGradient } from '../../support/reference-network.ts';

const model: Model = {
  name: 'small',
  inputShape: [6, 6, 1],
  layers: [
    { layer: 'conv2d', filters: 4, kernelSize: 3, activation: 'tanh' },
    { layer: 'groupNormalization', groups: 2 },
    { layer: 'averagePooling2d', poolSize: 2 },
    { layer: 'flatten' },
    { layer: 'dense', units: 7, activation: 'sigmoid' },
    { layer: 'dense', units: 3 },
  ],
};
const layout = layoutOf(model);
const count = layout.parameterCount;
const STEPS = 3;
const plain: OptimizerState = { learningRate: 0.5, momentum: 0, weightDecay: 0 };
const anchor = randomParameters(count, 0.4, 11);
const correction = randomParameters(count, 0.05, 12);

/** The recursion of `OptimizerState` in 64 bits on the reference network's gradients, written without the engine. */
function expected({ parameters, optimizer, anchor: held = parameters, correction: added, ...work }: TrainJob) {
  const { learningRate, momentum, weightDecay, proximal = 0, clipNorm = Infinity, frozen = [] } = optimizer;
  const isFrozen = new Uint8Array(count);
  for (const { name, blocks } of layout.layers) {
    for (const { offset, length } of blocks) if (frozen.includes(name)) isFrozen.fill(1, offset, offset + length);
  }
  const w = Float64Array.from(parameters);
  const v = new Float64Array(count);
  const norms: number[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    const batch = plainBatch(work.samples, work.indices.subarray(step * work.batch, (step + 1) * work.batch));
    const gradient = referenceGradient(model, w, batch).gradient.map((g, j) => (isFrozen[j] ? 0 : g));
    const norm = Math.hypot(...gradient);
    norms.push(norm);
    for (let j = 0; j < count; j += 1) {
      const clipped = gradient[j]! * Math.min(1, clipNorm / norm);
      const g = clipped + proximal * (w[j]! - held[j]!) + (added?.[j] ?? 0) + weightDecay * w[j]!;
      v[j] = momentum * v[j]! + g;
      if (!isFrozen[j]) w[j]! -= learningRate * v[j]!;
    }
  }
  return { parameters: w, norms };
}

const cases: [string, Partial<TrainJob>][] = [
  ['norms asked for', { optimizer: plain }],
  ['a proximal term towards the start', { optimizer: { ...plain, proximal: 0.3 } }],
  ['a proximal term towards an anchor', { optimizer: { ...plain, proximal: 0.3 }, anchor }],
  ['a correction', { optimizer: plain, correction }],
  ['clipping of what is too long', { optimizer: { ...plain, clipNorm: 0.2 } }],
  ['clipping that never bites', { optimizer: { ...plain, clipNorm: 1e6 } }],
  ['frozen layers', { optimizer: { ...plain, weightDecay: 0.1, frozen: ['conv2d_1', 'dense_1'] } }],
  [
    'all of these, momentum and weight decay',
    {
      optimizer: {
        ...{ learningRate: 0.2, momentum: 0.8, weightDecay: 0.05 },
        ...{ proximal: 0.1, clipNorm: 0.3, frozen: ['groupNormalization_1'] },
      },
      ...{ anchor, correction },
    },
  ],
];

describe.each(BACKENDS)('descent on $name', (backend) => {
  test.each(cases)('with %s takes the steps of its formula', async (_, settings) => {
    const program = await backend.compile(model);
    const work = job(model, STEPS, { parameters: randomParameters(count, 0.5), withNorms: true, ...settings });
    const measured = program.train(work);
    const reference = expected(work);
    const most = Math.max(...measured.parameters.map((each, j) => Math.abs(each - reference.parameters[j]!)));
    expect(most).toBeLessThan(STEPS * STEP_ERROR);
    expect(relativeError(measured.norms!, reference.norms)).toBeLessThan(10 * LOSS_ERROR);
    const { norms: _norms, ...without } = measured;
    const quiet = program.train({ ...work, withNorms: false });
    expect(quiet.norms).toBeUndefined();
    expect(relativeError(quiet.parameters, without.parameters)).toBeLessThan(STEP_ERROR);
  });

  test('leaves frozen layers alone to the last bit, on the plain way too', async () => {
    const program = await backend.compile(model);
    const frozen = ['conv2d_1', 'groupNormalization_1', 'dense_1'];
    const optimizer = { learningRate: 0.5, momentum: 0.9, weightDecay: 0.1, frozen };
    const work = job(model, STEPS, { optimizer });
    const { parameters } = program.train(work);
    const head = layout.layers.at(-1)!.blocks[0]!.offset;
    expect(parameters.subarray(0, head)).toEqual(work.parameters.subarray(0, head));
    expect(parameters.subarray(head)).not.toEqual(work.parameters.subarray(head));
    const all = program.train({ ...work, optimizer: { ...optimizer, frozen: [...frozen, 'dense_2'] } });
    expect(all.parameters).toEqual(work.parameters);
    // What one job freezes moves again in the next.
    expect(program.train({ ...work, optimizer: plain }).parameters[0]).not.toBe(work.parameters[0]);
  });
});

test('a step tells the norm before clipping and moves by what is left of it', () => {
  const start = new Float32Array(count);
  const step = descentOf(layout, job(model, 1, { parameters: start, optimizer: { ...plain, clipNorm: 1 } }));
  const gradient = new Float32Array(count).fill(2);
  const moved = start.slice();
  expect(step(moved, gradient)).toBeCloseTo(2 * Math.sqrt(count), 10);
  expect(Math.hypot(...moved)).toBeCloseTo(0.5, 6);
});
