import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { ScenarioError } from '../../errors.ts';
import { part, pathOption } from '../../part.ts';
import type { Dataset, DatasetLoader, Samples } from '../contract.ts';
import { readOnce } from './kept.ts';
import { sharedBytes } from './shared-bytes.ts';

/** Unsigned bytes of an IDX file in shared memory, with the sizes of its dimensions. */
export interface IdxArray {
  readonly dimensions: readonly number[];
  /** [dimension 0 × dimension 1 × …], row-major. */
  readonly values: Uint8Array;
}

/** The four files of a set in IDX format and how much of it to read. */
export interface IdxSource {
  readonly name: string;
  readonly folder: string;
  readonly classes: number;
  readonly trainLimit?: number | undefined;
  readonly testLimit?: number | undefined;
}

const UNSIGNED_BYTE = 0x08;
const BYTES_PER_DIMENSION = 4;

const invalid = (file: string, what: string, remedy = 'get the file again from its source') =>
  new ScenarioError({ what: `invalid IDX file: ${what}`, where: file, remedy, code: 'DATASET_INVALID' });

/** The file, or its gzipped twin; a gzipped one is unpacked in memory. */
function readBytes(file: string, wanted: (total: number, head: Uint8Array) => number): Uint8Array {
  if (!existsSync(file) && existsSync(`${file}.gz`)) return unpack(`${file}.gz`);
  if (!existsSync(file)) {
    throw new ScenarioError({
      what: 'missing IDX file',
      where: file,
      remedy: 'put the file there, plain or as .gz',
      code: 'DATASET_MISSING',
    });
  }
  const descriptor = openSync(file, 'r');
  try {
    const total = fstatSync(descriptor).size;
    const head = new Uint8Array(Math.min(total, 64));
    readSync(descriptor, head, 0, head.length, 0);
    const bytes = sharedBytes(wanted(total, head));
    let filled = 0;
    while (filled < bytes.length) {
      const got = readSync(descriptor, bytes, filled, bytes.length - filled, filled);
      if (got === 0) break; // The file shrank while it was read; the length check names it.
      filled += got;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(descriptor);
  }
}

/** Bytes that are unpacked at a time: all that a file says it holds, within reason, since Node copies pieces together. */
const CHUNK_LEAST = 2 ** 10;
const CHUNK_MOST = 2 ** 28;
const chunkFor = (packed: Buffer): number => {
  // A gzip file ends with its plain length, modulo 2³²; with one byte more, Node sees that nothing is left.
  const told = packed.length < 4 ? 0 : packed.readUInt32LE(packed.length - 4) + 1;
  return Math.min(Math.max(told, CHUNK_LEAST), CHUNK_MOST);
};

function unpack(file: string): Uint8Array {
  try {
    const packed = readFileSync(file);
    const plain = gunzipSync(packed, { chunkSize: chunkFor(packed) });
    const bytes = sharedBytes(plain.length);
    bytes.set(plain);
    return bytes;
  } catch (cause) {
    throw invalid(file, cause instanceof Error ? `can't be unpacked, ${cause.message}` : "can't be unpacked");
  }
}

/** Sizes of the dimensions, from the head: bytes 0, 0, type, rank, then one big-endian 32-bit size each. */
function readHead(file: string, head: Uint8Array, rank: number): number[] {
  if (head.length < 4) throw invalid(file, `${head.length} bytes, shorter than its head`);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const expected = (UNSIGNED_BYTE << 8) | rank;
  const magic = view.getUint32(0);
  const hex = (word: number) => `0x${word.toString(16).padStart(8, '0')}`;
  if (magic !== expected) throw invalid(file, `magic ${hex(magic)}, expected ${hex(expected)}`);
  if (head.length < 4 + BYTES_PER_DIMENSION * rank) throw invalid(file, `${head.length} bytes, shorter than its head`);
  const dimensions = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + BYTES_PER_DIMENSION * axis));
  const empty = dimensions.indexOf(0);
  if (empty >= 0) throw invalid(file, `dimension ${empty} is 0`);
  return dimensions;
}

const product = (sizes: readonly number[]): number => sizes.reduce((sum, each) => sum * each, 1);

/**
 * An IDX file of unsigned bytes: magic number, big-endian sizes, values.
 *
 * @param file  plain, or with `.gz` beside it when the plain one isn't there
 * @param rank  number of dimensions that the file must have: 3 for images, 1 for labels
 * @param limit keeps the first `limit` entries of dimension 0
 *
 * Source: the IDX format description of LeCun, Cortes and Burges, The MNIST database.
 */
export function readIdx(file: string, rank: number, limit = Number.POSITIVE_INFINITY): IdxArray {
  const headLength = 4 + BYTES_PER_DIMENSION * rank;
  const kept = (dimensions: readonly number[]) => [Math.min(dimensions[0] ?? 0, limit), ...dimensions.slice(1)];
  const check = (total: number, dimensions: readonly number[]) => {
    const expected = headLength + product(dimensions);
    if (total !== expected) throw invalid(file, `${total} bytes, expected ${expected} for ${dimensions.join(' × ')}`);
  };
  const bytes = readBytes(file, (total, head) => {
    const dimensions = readHead(file, head, rank);
    check(total, dimensions);
    return headLength + product(kept(dimensions));
  });
  const dimensions = readHead(file, bytes, rank);
  const part = kept(dimensions);
  if (bytes.length !== headLength + product(part)) check(bytes.length, dimensions);
  return { dimensions: part, values: bytes.subarray(headLength, headLength + product(part)) };
}

function readSamples(source: IdxSource, prefix: string, limit: number | undefined): Samples {
  const images = readIdx(join(source.folder, `${prefix}-${IMAGES}`), 3, limit);
  const labelFile = join(source.folder, `${prefix}-${LABELS}`);
  const labels = readIdx(labelFile, 1, limit);
  const [count = 0, height = 0, width = 0] = images.dimensions;
  if (labels.dimensions[0] !== count) throw invalid(labelFile, `${labels.dimensions[0]} labels for ${count} images`);
  const wrong = labels.values.findIndex((label) => label >= source.classes);
  if (wrong >= 0) {
    const what = `label ${labels.values[wrong]} at ${wrong}, expected 0 … ${source.classes - 1}`;
    throw invalid(labelFile, what, 'raise `classes`, or get the file again from its source');
  }
  return {
    count,
    shape: [height, width, 1],
    classes: source.classes,
    features: images.values,
    labels: labels.values,
  };
}

const IMAGES = 'images-idx3-ubyte';
const LABELS = 'labels-idx1-ubyte';

/** Reads a set from the four files that MNIST and its successors come in: `train-…` and `t10k-…`. */
export function readIdxFolder(source: IdxSource): Promise<Dataset> {
  const { name, ...options } = source;
  const plain = ['train', 't10k'].flatMap((prefix) => [`${prefix}-${IMAGES}`, `${prefix}-${LABELS}`]);
  const files = plain.flatMap((file) => [join(source.folder, file), join(source.folder, `${file}.gz`)]);
  return readOnce({ name, options, files }, () => readHalves(source));
}

function readHalves(source: IdxSource): Dataset {
  const train = readSamples(source, 'train', source.trainLimit);
  const test = readSamples(source, 't10k', source.testLimit);
  if (train.shape.join() !== test.shape.join()) {
    throw invalid(source.folder, `training images of ${train.shape.join('×')}, test images of ${test.shape.join('×')}`);
  }
  return { name: source.name, train, test };
}

const limit = () => z.int().positive().optional();

/**
 * Grey images from a folder of IDX files, such as Fashion-MNIST: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
 * `t10k-images-idx3-ubyte`, `t10k-labels-idx1-ubyte`, each plain or as `.gz`.
 */
export const idxFolder = part(
  'dataset',
  'idx',
  z.strictObject({
    folder: pathOption.describe('folder with the four files'),
    classes: z.int().min(2).max(256).default(10).describe('number of classes, 2 … 256'),
    trainLimit: limit().describe('keep the first n training samples; all by default'),
    testLimit: limit().describe('keep the first n test samples; all by default'),
  }),
  (options): DatasetLoader =>
    async () =>
      readIdxFolder({ name: 'idx', ...options }),
);
