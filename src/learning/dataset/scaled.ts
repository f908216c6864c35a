import { z } from 'zod';
import { sharedFloats } from '../../math/shared.ts';
import { part, realise, slot } from '../../part.ts';
import type { DatasetLoader, Samples } from '../contract.ts';
import { mnist } from './mnist.ts';

const isFunction = (value: unknown): boolean => typeof value === 'function';
const BYTE = 255;

function scale({ features, ...samples }: Samples, factor: number): Samples {
  const unit = features instanceof Uint8Array ? factor / BYTE : factor;
  const values = sharedFloats(features.length);
  for (let i = 0; i < values.length; i += 1) values[i] = unit * features[i]!;
  return { ...samples, features: values };
}

/**
 * Another data set with all features multiplied by a factor, by default 1/√d with d the numbers of a sample: features of
 * unit variance then have about unit norm. Networks of squares need that to be stable.
 */
export const scaled = part(
  'dataset',
  'scaled',
  z.strictObject({
    of: slot<DatasetLoader>('dataset', isFunction)
      .default(() => mnist())
      .describe('the samples'),
    factor: z.number().positive().optional().describe('on features, those of bytes in [0, 1]; 1/√d by default'),
  }),
  ({ of, factor }): DatasetLoader =>
    async (draws) => {
      const { name, train, test } = await realise<DatasetLoader>(of)(draws);
      const by = factor ?? 1 / Math.sqrt(train.features.length / train.count);
      return { name: `${name}, scaled`, train: scale(train, by), test: scale(test, by) };
    },
);
