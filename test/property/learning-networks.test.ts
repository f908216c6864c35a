import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Layer, Model, Shape } from '../../src/learning/contract.ts';
import { layoutOf } from '../../src/learning/models/layout.ts';
import { BACKENDS, GRADIENT_ERROR, LOSS_ERROR } from '../support/backends.ts';
import { plainBatch, randomParameters, randomSamples } from '../support/learning.ts';
import { referenceGradient } from '../support/reference-network.ts';

/** Where all gradients vanish, what remains is rounding of the loss itself. */
const LEAST_ERROR = 1e-7;
const NETWORKS = 60;

const activation = fc.constantFrom(
  'linear' as const,
  'relu' as const,
  'tanh' as const,
  'sigmoid' as const,
  'square' as const,
);

const groupNormalization = fc.record({
  layer: fc.constant('groupNormalization' as const),
  groups: fc.integer({ min: 1, max: 3 }),
  epsilon: fc.constant(0.1),
});

const imageLayer: fc.Arbitrary<Layer> = fc.oneof(
  fc.record({
    layer: fc.constant('conv2d' as const),
    filters: fc.integer({ min: 1, max: 19 }),
    kernelSize: fc.integer({ min: 1, max: 4 }),
    strides: fc.integer({ min: 1, max: 3 }),
    padding: fc.constantFrom('same' as const, 'valid' as const),
    activation,
  }),
  fc.record({ layer: fc.constant('maxPooling2d' as const), poolSize: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ layer: fc.constant('averagePooling2d' as const), poolSize: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ layer: fc.constant('activation' as const), activation }),
  fc.constant({ layer: 'batchNormalization' as const, epsilon: 0.1 }),
  groupNormalization,
  fc.constant({ layer: 'spatialDropout2d' as const, rate: 0.4 }),
);

const flatLayer: fc.Arbitrary<Layer> = fc.oneof(
  fc.record({ layer: fc.constant('dense' as const), units: fc.integer({ min: 1, max: 37 }), activation }),
  fc.record({ layer: fc.constant('activation' as const), activation }),
  fc.constant({ layer: 'batchNormalization' as const, epsilon: 0.1 }),
  groupNormalization,
  fc.constant({ layer: 'dropout' as const, rate: 0.3 }),
);

const fits = (inputShape: Shape, layers: readonly Layer[]): boolean => {
  try {
    layoutOf({ name: 'tried', inputShape, layers });
    return true;
  } catch {
    return false;
  }
};

const network = fc
  .record({
    shape: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5 })),
    images: fc.array(imageLayer, { maxLength: 4 }),
    flats: fc.array(flatLayer, { maxLength: 3 }),
    classes: fc.integer({ min: 2, max: 21 }),
    batch: fc.integer({ min: 1, max: 13 }),
    bytes: fc.boolean(),
  })
  .map(({ shape, images, flats, classes, ...rest }) => {
    // Layers that don't fit what reaches them, such as a kernel wider than its image, are left out.
    const layers: Layer[] = [];
    for (const layer of images) if (fits(shape, [...layers, layer])) layers.push(layer);
    layers.push({ layer: 'flatten' });
    for (const layer of flats) if (fits(shape, [...layers, layer])) layers.push(layer);
    layers.push({ layer: 'dense', units: classes });
    const model: Model = { name: 'drawn', inputShape: shape, layers };
    return { model, classes, ...rest };
  });

test.each(BACKENDS.filter(({ name }) => name !== 'tensorflow'))(
  'on $name any network has the gradient of the reference network, and trains to the same bits again',
  { timeout: 120_000 },
  async (backend) => {
    await fc.assert(
      fc.asyncProperty(network, fc.nat(), async ({ model, classes, batch, bytes }, seed) => {
        const program = await backend.compile(model);
        const samples = randomSamples({ count: 15, shape: model.inputShape, classes, bytes }, seed);
        const indices = Uint32Array.from({ length: batch }, (_, i) => (i * 4) % 15);
        const parameters = randomParameters(layoutOf(model).vectorLength, 0.4, seed);
        const measured = program.gradient({ parameters, samples, indices });
        const expected = referenceGradient(model, parameters, plainBatch(samples, indices));
        // A loss is made of differences of logits: near 0 it keeps their rounding, which is of order 1.
        expect(Math.abs(measured.loss - expected.loss)).toBeLessThan(LOSS_ERROR * Math.max(1, expected.loss));
        const error = Math.hypot(...expected.gradient.map((each, j) => each - measured.gradient[j]!));
        expect(error).toBeLessThan(GRADIENT_ERROR * Math.hypot(...expected.gradient) + LEAST_ERROR);
        const optimizer = { learningRate: 0.1, momentum: 0.5, weightDecay: 0.01 };
        const work = { parameters, samples, indices, batch, optimizer, dropoutSeed: seed };
        const trained = program.train(work);
        program.evaluate(trained.parameters, samples, 0, 15);
        expect(program.train(work)).toEqual(trained);
      }),
      { numRuns: NETWORKS },
    );
  },
);
