import { existsSync } from 'node:fs';
import { z } from 'zod';
import { ScenarioError } from '../../errors.ts';
import { part, pathOption } from '../../part.ts';
import type { DatasetLoader } from '../contract.ts';
import { readIdxFolder } from './idx.ts';

const TRAIN_COUNT = 60_000;
const TEST_COUNT = 10_000;

/** Where the package `dataset-fashion-mnist` of Debian and Ubuntu puts the files. */
const PACKAGE_FOLDER = '/usr/share/datasets/fashion-mnist';

/**
 * Fashion-MNIST: 60,000 training and 10,000 test images of clothes, 28 × 28 grey bytes, 10 classes. No well-kept npm
 * package has them; Debian and Ubuntu have one, and `folder` names any other place of the four files.
 * Source: Xiao, Rasul and Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms,
 * 2017.
 */
export const fashionMnist = part(
  'dataset',
  'fashion-mnist',
  z.strictObject({
    folder: pathOption.default(PACKAGE_FOLDER).describe('folder with the four files'),
    trainLimit: z.int().positive().max(TRAIN_COUNT).optional().describe('keep the first n training samples'),
    testLimit: z.int().positive().max(TEST_COUNT).optional().describe('keep the first n test samples'),
  }),
  (options): DatasetLoader =>
    async () => {
      if (!existsSync(options.folder)) {
        const remedy = 'on Debian and Ubuntu `apt install dataset-fashion-mnist`, else name its `folder`';
        throw new ScenarioError({ what: `missing folder: ${options.folder}`, remedy, code: 'DATASET_MISSING' });
      }
      return readIdxFolder({ name: 'fashion-mnist', classes: 10, ...options });
    },
);
