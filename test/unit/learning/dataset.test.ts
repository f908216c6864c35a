import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { federation } from '../../../actors/index.ts';
import { fixedRates } from '../../../channels/index.ts';
import { fedAvg, scenario, simulate } from '../../../src/index.ts';
import type { DatasetLoader } from '../../../src/learning/contract.ts';
import { fashionMnist } from '../../../src/learning/dataset/fashion-mnist.ts';
import { gaussianBlobs } from '../../../src/learning/dataset/gaussian-blobs.ts';
import { idxFolder, readIdx } from '../../../src/learning/dataset/idx.ts';
import { mnist } from '../../../src/learning/dataset/mnist.ts';
import { pooled } from '../../../src/learning/dataset/pooled.ts';
import { scaled } from '../../../src/learning/dataset/scaled.ts';
import * as learning from '../../../src/learning/index.ts';
import { streams } from '../../../src/math/streams.ts';
import { type Part, realise } from '../../../src/part.ts';
import { catalogue, override, parseOverride } from '../../../src/scenario/override.ts';

const load = (dataset: Part<DatasetLoader>, seed = 1) =>
  realise<DatasetLoader>(dataset)(streams(seed)('dataset').at(0));

function idx(dimensions: number[], values: number[], magic = 0x0800 | dimensions.length): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * dimensions.length + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic);
  for (const [axis, length] of dimensions.entries()) view.setUint32(4 + 4 * axis, length);
  bytes.set(values, 4 + 4 * dimensions.length);
  return bytes;
}

describe('mnist', () => {
  test('has 60,000 and 10,000 images with the known class counts and first labels', async () => {
    const { train, test: held } = await load(mnist());
    expect([train.count, held.count, train.shape]).toEqual([60_000, 10_000, [28, 28, 1]]);
    expect(Array.from(train.labels.subarray(0, 10))).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect(Array.from(held.labels.subarray(0, 10))).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    const counts = new Array<number>(10).fill(0);
    for (const label of train.labels) counts[label]! += 1;
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    // The well-known mean of the training pixels, 0.1307.
    let sum = 0;
    for (const byte of train.features) sum += byte;
    expect(sum / train.features.length / 255).toBeCloseTo(0.1307, 4);
    expect(train.features.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(train.labels.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test('with limits is the beginning of the whole', async () => {
    const few = await load(mnist({ trainLimit: 50, testLimit: 20 }));
    const all = await load(mnist());
    expect([few.train.count, few.test.count]).toEqual([50, 20]);
    expect(few.train.features).toEqual(all.train.features.slice(0, 50 * 784));
    expect(few.test.labels).toEqual(all.test.labels.slice(0, 20));
    expect(few.train.features.buffer.byteLength).toBeLessThan(50 * 784 + 100);
  });
});

const FASHION = '/usr/share/datasets/fashion-mnist';

describe('fashion-mnist', () => {
  test.runIf(existsSync(FASHION))(
    'has 60,000 and 10,000 images, as many of each class, and the known mean',
    async () => {
      const { train, test: held } = await load(fashionMnist());
      expect([train.count, held.count, train.shape]).toEqual([60_000, 10_000, [28, 28, 1]]);
      expect(Array.from(train.labels.subarray(0, 10))).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
      expect(Array.from(held.labels.subarray(0, 10))).toEqual([9, 2, 1, 1, 6, 1, 4, 6, 5, 7]);
      const counts = new Array<number>(10).fill(0);
      for (const label of train.labels) counts[label]! += 1;
      expect(counts).toEqual(new Array(10).fill(6000));
      let sum = 0;
      for (const byte of train.features) sum += byte;
      expect(sum / train.features.length / 255).toBeCloseTo(0.286, 4);
    },
  );

  test('says where it comes from when its folder is missing', async () => {
    const missing = load(fashionMnist({ folder: '/nowhere' }));
    await expect(missing).rejects.toThrow(/\/nowhere.*apt install dataset-fashion-mnist.*\[DATASET_MISSING\]/);
  });
});

describe('a folder of IDX files', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fadelab-idx-'));
    put('train-images-idx3-ubyte', idx([3, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));
    put('train-labels-idx1-ubyte', idx([3], [0, 1, 9]));
    put('t10k-images-idx3-ubyte', idx([1, 2, 2], [9, 9, 9, 9]));
    put('t10k-labels-idx1-ubyte', idx([1], [3]));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const put = (name: string, bytes: Uint8Array) => writeFileSync(join(folder, name), bytes);

  test('is read whole', async () => {
    const { train, test: held } = await load(idxFolder({ folder }));
    expect([train.count, train.shape, train.classes]).toEqual([3, [2, 2, 1], 10]);
    expect(Array.from(train.features)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(Array.from(train.labels)).toEqual([0, 1, 9]);
    expect(Array.from(held.features)).toEqual([9, 9, 9, 9]);
  });

  test('may hold gzipped files', async () => {
    rmSync(join(folder, 'train-images-idx3-ubyte'));
    put('train-images-idx3-ubyte.gz', gzipSync(idx([3, 2, 2], [5, 5, 5, 5, 1, 1, 1, 1, 2, 2, 2, 2])));
    const { train } = await load(idxFolder({ folder, trainLimit: 2 }));
    expect(Array.from(train.features)).toEqual([5, 5, 5, 5, 1, 1, 1, 1]);
    expect(train.features.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test('is read once for all who need it in a row, and again once a file has changed', async () => {
    const first = await load(idxFolder({ folder }));
    expect(await load(idxFolder({ folder }))).toBe(first);
    expect((await load(idxFolder({ folder, trainLimit: 2 }))).train.count).toBe(2);
    expect(await load(idxFolder({ folder }))).toEqual(first);
    put('t10k-labels-idx1-ubyte', idx([1], [4]));
    expect([...(await load(idxFolder({ folder }))).test.labels]).toEqual([4]);
    put('t10k-labels-idx1-ubyte', idx([1], [40]));
    await expect(load(idxFolder({ folder }))).rejects.toThrow('[DATASET_INVALID]');
    put('t10k-labels-idx1-ubyte', idx([1], [5]));
    expect([...(await load(idxFolder({ folder }))).test.labels]).toEqual([5]);
  });

  test.each([
    [
      'another magic number',
      'train-images-idx3-ubyte',
      idx([3, 2, 2], [], 0x0d03),
      /magic 0x00000d03, expected 0x00000803/,
    ],
    ['labels for images', 'train-images-idx3-ubyte', idx([3], [1, 2, 3]), /magic 0x00000801/],
    ['a cut file', 'train-images-idx3-ubyte', idx([3, 2, 2], [1, 2, 3]), /19 bytes, expected 28 for 3 × 2 × 2/],
    ['a file that is too long', 't10k-labels-idx1-ubyte', idx([1], [3, 3]), /10 bytes, expected 9/],
    ['a cut head', 't10k-labels-idx1-ubyte', Uint8Array.of(0, 0, 8, 1, 0), /shorter than its head/],
    ['an empty file', 't10k-labels-idx1-ubyte', Uint8Array.of(), /0 bytes/],
    ['an empty dimension', 't10k-images-idx3-ubyte', idx([1, 0, 2], []), /dimension 1 is 0/],
    ['too few labels', 'train-labels-idx1-ubyte', idx([2], [1, 1]), /2 labels for 3 images/],
    ['a label out of range', 'train-labels-idx1-ubyte', idx([3], [1, 10, 1]), /label 10 at 1, expected 0 … 9/],
    ['test images of another size', 't10k-images-idx3-ubyte', idx([1, 1, 4], [1, 2, 3, 4]), /2×2×1.*1×4×1/],
  ])('is refused with %s, naming the file', async (_, name, bytes, message) => {
    put(name, bytes);
    await expect(load(idxFolder({ folder }))).rejects.toThrow(message);
    await expect(load(idxFolder({ folder }))).rejects.toThrow(folder);
    await expect(load(idxFolder({ folder }))).rejects.toThrow('[DATASET_INVALID]');
  });

  test('is refused when a file is missing or a gzipped one is damaged', async () => {
    rmSync(join(folder, 't10k-labels-idx1-ubyte'));
    await expect(load(idxFolder({ folder }))).rejects.toThrow(/t10k-labels-idx1-ubyte.*\[DATASET_MISSING\]/);
    put('t10k-labels-idx1-ubyte.gz', Uint8Array.of(1, 2, 3));
    await expect(load(idxFolder({ folder }))).rejects.toThrow(/can't be unpacked.*\[DATASET_INVALID\]/);
  });

  test.each([0, 1, 2 ** 32 - 1])(
    'is refused when a gzipped file claims to hold %d bytes and doesn’t',
    async (length) => {
      rmSync(join(folder, 't10k-labels-idx1-ubyte'));
      const packed = gzipSync(idx([1], [1]));
      packed.writeUInt32LE(length, packed.length - 4);
      put('t10k-labels-idx1-ubyte.gz', packed);
      await expect(load(idxFolder({ folder }))).rejects.toThrow(/can't be unpacked.*t10k-labels.*\[DATASET_INVALID\]/);
    },
  );

  test('takes the place of a scenario’s data set with --set', async () => {
    const study = scenario({
      ...{ name: 'few', topology: federation({ clients: 2, edgeServers: 1 }), channel: fixedRates() },
      ...{ task: learning.classify({ batchSize: 2 }), algorithm: fedAvg({ localSteps: 1 }), until: { rounds: 1 } },
    });
    const sets = ['task.dataset=idx', `task.dataset.folder=${folder}`, 'task.dataset.classes=10'].map(parseOverride);
    const { trace } = await simulate(override(study, sets, catalogue(learning)), { backend: 'wasm' });
    expect(JSON.parse(trace[0]!).task).toMatchObject({ dataset: 'idx', trainSamples: 3, testSamples: 1, classes: 10 });
  });

  test('keeps dimension 0 where the limit is larger', () => {
    expect(readIdx(join(folder, 'train-labels-idx1-ubyte'), 1, 100).dimensions).toEqual([3]);
  });
});

describe('gaussian blobs', () => {
  test('have the spread of means and the unit noise of their definition', async () => {
    const classes = 40;
    const features = 50;
    const perClass = 100;
    const { train } = await load(gaussianBlobs({ classes, features, trainPerClass: perClass, testPerClass: 1 }));
    const means = new Float64Array(classes * features);
    for (let i = 0; i < train.count; i += 1) {
      const label = train.labels[i]!;
      for (let j = 0; j < features; j += 1)
        means[label * features + j]! += train.features[i * features + j]! / perClass;
    }
    let noise = 0;
    for (let i = 0; i < train.count; i += 1) {
      const label = train.labels[i]!;
      for (let j = 0; j < features; j += 1)
        noise += (train.features[i * features + j]! - means[label * features + j]!) ** 2;
    }
    const noiseVariance = noise / (classes * features * (perClass - 1));
    const meanSquare = means.reduce((sum, each) => sum + each ** 2, 0) / means.length;
    // Sample variances of n normals have a relative deviation of √(2 / n); five of them are allowed.
    const within = (n: number) => 5 * Math.sqrt(2 / n);
    expect(Math.abs(noiseVariance - 1)).toBeLessThan(within(classes * features * (perClass - 1)));
    const expected = 0.25 + 1 / perClass;
    expect(Math.abs(meanSquare / expected - 1)).toBeLessThan(within(means.length));
  });

  test('are balanced, depend on the draws alone, and keep their test set when the training set grows', async () => {
    const small = await load(gaussianBlobs({ classes: 3, features: 2, trainPerClass: 4, testPerClass: 2 }));
    const large = await load(gaussianBlobs({ classes: 3, features: 2, trainPerClass: 40, testPerClass: 2 }));
    expect(Array.from(small.test.labels)).toEqual([0, 1, 2, 0, 1, 2]);
    expect(large.test.features).toEqual(small.test.features);
    const again = await load(gaussianBlobs({ classes: 3, features: 2, trainPerClass: 4, testPerClass: 2 }));
    expect(again.train.features).toEqual(small.train.features);
    const other = await load(gaussianBlobs({ classes: 3, features: 2, trainPerClass: 4, testPerClass: 2 }), 2);
    expect(other.train.features).not.toEqual(small.train.features);
  });
});

describe('pooled images', () => {
  test('have the mean of each block of pixels, in [0, 1], and leave out a border that fills none', async () => {
    const bytes = Uint8Array.from({ length: 2 * 5 * 4 }, (_, i) => i);
    const samples = { count: 2, classes: 2, shape: [5, 4, 1] as const, features: bytes, labels: Uint8Array.of(0, 1) };
    const of = async () => ({ name: 'counting', train: samples, test: samples });
    const { name, train } = await load(pooled({ of, size: 2 }));
    expect(name).toBe('counting, pooled');
    expect(train.shape).toEqual([2, 2, 1]);
    // (0 + 1 + 4 + 5) / 4 and so on.
    const first = [2.5, 4.5, 10.5, 12.5];
    const expected = [...first, ...first.map((value) => value + 20)].map((value) => value / 255);
    expect(Array.from(train.features)).toEqual(expected.map((value) => expect.closeTo(value, 6)));
    expect(train.labels).toBe(samples.labels);
  });
});

describe('scaled features', () => {
  test('are the old ones times a factor, bytes taken as [0, 1], and of unit norm by default where they had unit variance', async () => {
    const bytes = {
      count: 1,
      classes: 1,
      shape: [1, 1, 4] as const,
      features: Uint8Array.of(0, 51, 102, 255),
      labels: new Uint8Array(1),
    };
    const { name, train } = await load(
      scaled({ of: async () => ({ name: 'bytes', train: bytes, test: bytes }), factor: 0.5 }),
    );
    expect(name).toBe('bytes, scaled');
    expect(Array.from(train.features)).toEqual([0, 0.1, 0.2, 0.5].map((value) => expect.closeTo(value, 6)));
    const floats = { ...bytes, features: Float32Array.of(1, -1, 1, -1) };
    const plain = await load(scaled({ of: async () => ({ name: 'floats', train: floats, test: floats }) }));
    expect(Array.from(plain.train.features)).toEqual([0.5, -0.5, 0.5, -0.5]);
  });
});
