import { z } from 'zod';
import { normals } from '../../math/distributions.ts';
import { sharedFloats } from '../../math/shared.ts';
import type { Source } from '../../math/streams.ts';
import { part, realise, slot } from '../../part.ts';
import type { DatasetLoader, Samples } from '../contract.ts';
import { mnist } from './mnist.ts';

const isFunction = (value: unknown): boolean => typeof value === 'function';

/** Ω by columns of the new features, [features × inputs], and φ. */
interface Projection {
  readonly omega: Float64Array;
  readonly phase: Float64Array;
}

function project({ features, count, shape, labels, classes }: Samples, { omega, phase }: Projection): Samples {
  const width = shape[0] * shape[1] * shape[2];
  const unit = features instanceof Uint8Array ? 1 / 255 : 1;
  const scale = Math.sqrt(2 / phase.length);
  const values = sharedFloats(count * phase.length);
  for (let sample = 0; sample < count; sample += 1) {
    for (let k = 0; k < phase.length; k += 1) {
      let sum = 0;
      for (let j = 0; j < width; j += 1) {
        const x = features[sample * width + j]!;
        if (x !== 0) sum += x * omega[k * width + j]!;
      }
      values[sample * phase.length + k] = scale * Math.cos(sum * unit + phase[k]!);
    }
  }
  return { count, classes, labels, shape: [1, 1, phase.length], features: values };
}

/** The first samples of a set: a view, not a copy. */
function firstOf(samples: Samples, count: number): Samples {
  const kept = Math.min(count, samples.count);
  const width = samples.features.length / samples.count;
  return {
    ...samples,
    ...{ count: kept, labels: samples.labels.subarray(0, kept), features: samples.features.subarray(0, kept * width) },
  };
}

function drawProjection(inputs: number, features: number, width: number, draws: Source): Projection {
  const draw = normals(draws);
  const omega = Float64Array.from({ length: features * inputs }, () => draw() / width);
  return { omega, phase: Float64Array.from({ length: features }, () => 2 * Math.PI * draws()) };
}

/**
 * Random Fourier features of another data set, in which a linear model is nearly a kernel machine.
 *
 *   x ↦ √(2/q) cos(Ω x + φ),   Ω ~ N(0, 1/s²),   φ ~ U[0, 2π),   x scaled to [0, 1]
 *
 * Source: Rahimi and Recht, NIPS 2007, as used by Prakash et al., CodedFedL, 2021 (q = 2000, s = 5, recalled).
 */
export const randomFeatures = part(
  'dataset',
  'random-features',
  z.strictObject({
    of: slot<DatasetLoader>('dataset', isFunction)
      .default(() => mnist())
      .describe('the samples'),
    features: z.int().min(1).max(100_000).default(200).describe('q, numbers per sample'),
    width: z.number().positive().default(5).describe('s of the kernel'),
    train: z
      .int()
      .min(1)
      .max(10_000_000)
      .default(10_000_000)
      .describe('training samples that are kept, the first ones'),
    test: z.int().min(1).max(10_000_000).default(10_000_000).describe('test samples that are kept'),
  }),
  ({ of, features, width, ...kept }): DatasetLoader =>
    async (draws) => {
      const { name, train, test } = await realise<DatasetLoader>(of)(draws);
      const projection = drawProjection(train.features.length / train.count, features, width, draws);
      return {
        name: `${name}, random features`,
        train: project(firstOf(train, kept.train), projection),
        test: project(firstOf(test, kept.test), projection),
      };
    },
);
