import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ScenarioError } from '../../errors.ts';
import { part, pathOption } from '../../part.ts';
import type { DatasetLoader, Samples, Shape } from '../contract.ts';
import { readOnce } from './kept.ts';
import { checkLabels, sharedSamples } from './labelled.ts';

const SHAPE: Shape = [32, 32, 3];
const PIXELS = 32 * 32;
const RECORD_BYTES = 1 + 3 * PIXELS;
const TRAIN_FILES = [1, 2, 3, 4, 5].map((file) => `data_batch_${file}.bin`);
const TEST_FILES = ['test_batch.bin'];

function readRecords(file: string): Uint8Array {
  if (!existsSync(file)) {
    const remedy = 'put the file there, unpacked';
    throw new ScenarioError({ what: 'missing CIFAR file', where: file, remedy, code: 'DATASET_MISSING' });
  }
  const bytes = readFileSync(file);
  if (bytes.length === 0 || bytes.length % RECORD_BYTES !== 0) {
    throw new ScenarioError({
      what: `invalid CIFAR file: ${bytes.length} bytes, expected a multiple of ${RECORD_BYTES}`,
      where: file,
      remedy: 'get the file again from its source',
      code: 'DATASET_INVALID',
    });
  }
  return bytes;
}

function readSamples(folder: string, names: readonly string[], classes: number): Samples {
  const files = names.map((name) => readRecords(join(folder, name)));
  const samples = sharedSamples(
    files.reduce((sum, { length }) => sum + length / RECORD_BYTES, 0),
    SHAPE,
    classes,
  );
  let sample = 0;
  for (const bytes of files) {
    for (let at = 0; at < bytes.length; at += RECORD_BYTES) addRecord(samples, sample++, bytes, at);
  }
  checkLabels(samples, join(folder, names[0] as string));
  return samples;
}

/** A record is a label and three planes, red, green and blue; samples keep the three colours of a pixel together. */
function addRecord({ labels, features }: Samples, sample: number, bytes: Uint8Array, at: number): void {
  labels[sample] = bytes[at]!;
  const to = sample * 3 * PIXELS;
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    for (let colour = 0; colour < 3; colour++) {
      features[to + 3 * pixel + colour] = bytes[at + 1 + colour * PIXELS + pixel]!;
    }
  }
}

/**
 * CIFAR-10 in its binary form, from a folder: `data_batch_1.bin` … `data_batch_5.bin` and `test_batch.bin`, records of
 * one label and 3 × 32 × 32 bytes.
 *
 * Source: the description of the binary version at Krizhevsky, The CIFAR-10 dataset.
 */
export const cifarBinary = part(
  'dataset',
  'cifar-binary',
  z.strictObject({
    folder: pathOption.describe('folder with the six files'),
    classes: z.int().min(2).max(256).default(10).describe('number of classes, 2 … 256'),
  }),
  ({ folder, classes }): DatasetLoader =>
    () =>
      readOnce(
        {
          name: 'cifar-binary',
          options: { classes },
          files: [...TRAIN_FILES, ...TEST_FILES].map((file) => join(folder, file)),
        },
        () => ({
          name: 'cifar-binary',
          train: readSamples(folder, TRAIN_FILES, classes),
          test: readSamples(folder, TEST_FILES, classes),
        }),
      ),
);
