import { z } from 'zod';
import { normal } from '../../math/distributions.ts';
import { sharedFloats } from '../../math/shared.ts';
import type { Source } from '../../math/streams.ts';
import { part } from '../../part.ts';
import type { DatasetLoader, Samples } from '../contract.ts';

interface Blobs {
  readonly means: Float64Array;
  readonly classes: number;
  readonly features: number;
}

function drawMeans(classes: number, features: number, spread: number, draws: Source): Blobs {
  const means = Float64Array.from({ length: classes * features }, () => spread * normal(draws));
  return { means, classes, features };
}

/** Sample n is of class n mod classes, so that any leading part is balanced. */
function drawSamples({ means, classes, features }: Blobs, perClass: number, draws: Source): Samples {
  const count = classes * perClass;
  const values = sharedFloats(count * features);
  const labels = new Uint8Array(new SharedArrayBuffer(count));
  for (let sample = 0; sample < count; sample += 1) {
    const label = sample % classes;
    labels[sample] = label;
    for (let j = 0; j < features; j += 1) values[sample * features + j] = means[label * features + j]! + normal(draws);
  }
  return { count, shape: [1, 1, features], classes, features: values, labels };
}

/**
 * Gaussian classes, the cheap task on which claims about algorithms are checked.
 *
 *   μ_c ~ N(0, s² I),   x | c ~ N(μ_c, I)
 *
 * with s the `meanSpread`. With 10 classes, 20 features and s = 0.5 the best classifier reaches an accuracy near 0.68
 * and a loss near 0.93. The test set is balanced and does not depend on the size of the training set.
 */
export const gaussianBlobs = part(
  'dataset',
  'gaussian-blobs',
  z.strictObject({
    classes: z.int().min(2).max(256).default(10).describe('number of classes, 2 … 256'),
    features: z.int().positive().default(20).describe('numbers per sample'),
    meanSpread: z.number().nonnegative().default(0.5).describe('standard deviation of a class mean per feature'),
    trainPerClass: z.int().positive().default(1200).describe('training samples of each class'),
    testPerClass: z.int().positive().default(200).describe('test samples of each class'),
  }),
  (options): DatasetLoader =>
    async (draws) => {
      const blobs = drawMeans(options.classes, options.features, options.meanSpread, draws);
      const test = drawSamples(blobs, options.testPerClass, draws);
      const train = drawSamples(blobs, options.trainPerClass, draws);
      return { name: 'gaussian-blobs', train, test };
    },
);
