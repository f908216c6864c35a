import { z } from 'zod';
import { ScenarioError } from '../../errors.ts';
import { sharedFloats } from '../../math/shared.ts';
import { part, realise, slot } from '../../part.ts';
import type { DatasetLoader, Samples } from '../contract.ts';
import { mnist } from './mnist.ts';

const isFunction = (value: unknown): boolean => typeof value === 'function';
const BYTE = 255;

function pool({ features, count, shape, labels, classes }: Samples, size: number): Samples {
  const [height, width, channels] = shape;
  if (size > Math.min(height, width)) {
    throw new ScenarioError({
      what: `invalid size: ${size}, of images of ${height} × ${width}`,
      where: 'task.dataset, pooled',
      remedy: 'pass no more than the images have on each side',
      code: 'DATASET_INVALID',
    });
  }
  const [rows, columns] = [Math.floor(height / size), Math.floor(width / size)];
  const unit = (features instanceof Uint8Array ? BYTE : 1) * size * size;
  const values = sharedFloats(count * rows * columns * channels);
  for (let sample = 0; sample < count; sample += 1) {
    for (let i = 0; i < rows * size; i += 1) {
      for (let j = 0; j < columns * size; j += 1) {
        const into = (sample * rows + Math.floor(i / size)) * columns + Math.floor(j / size);
        const from = (sample * height + i) * width + j;
        for (let c = 0; c < channels; c += 1) values[into * channels + c]! += features[from * channels + c]! / unit;
      }
    }
  }
  return { count, classes, labels, shape: [rows, columns, channels], features: values };
}

/** Images of another data set made smaller: each pixel is the mean of size × size old ones, in [0, 1]. */
export const pooled = part(
  'dataset',
  'pooled',
  z.strictObject({
    of: slot<DatasetLoader>('dataset', isFunction)
      .default(() => mnist())
      .describe('the samples'),
    size: z.int().min(1).max(1024).default(2).describe('pixels on each side that become one'),
  }),
  ({ of, size }): DatasetLoader =>
    async (draws) => {
      const { name, train, test } = await realise<DatasetLoader>(of)(draws);
      return { name: `${name}, pooled`, train: pool(train, size), test: pool(test, size) };
    },
);
