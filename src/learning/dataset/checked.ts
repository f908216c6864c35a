import { ScenarioError } from '../../errors.ts';
import { sizeOf } from '../../math/shape.ts';
import type { Dataset, Samples } from '../contract.ts';
import { sharedBytes } from './shared-bytes.ts';

/** Labels are bytes. */
const CLASSES_MAX = 256;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

/** What is wrong with samples, by field: shapes and lengths that kernels rely on, and numbers that they can compute with. */
function complaint(samples: Samples): { readonly field: string; readonly what: string } | undefined {
  const { count, shape, classes, features, labels } = samples;
  const say = (field: string, value: unknown, expected: string) => ({ field, what: `${value}, expected ${expected}` });
  if (!isCount(count)) return say('count', count, 'a whole number of at least 1');
  if (!(Array.isArray(shape) && shape.length === 3 && shape.every(isCount))) {
    return say('shape', `[${shape}]`, '[height, width, channels], whole numbers of at least 1');
  }
  if (!isCount(classes) || classes > CLASSES_MAX) return say('classes', classes, `1 … ${CLASSES_MAX}`);
  const isFloats = features instanceof Float32Array;
  if (!isFloats && !(features instanceof Uint8Array)) {
    return say('features', `a ${kindOf(features)}`, 'a Uint8Array or a Float32Array');
  }
  const numbers = count * sizeOf(shape);
  if (features.length !== numbers) return say('features', `${features.length} numbers`, `${numbers}, count × shape`);
  if (!(labels instanceof Uint8Array)) return say('labels', `a ${kindOf(labels)}`, 'a Uint8Array');
  if (labels.length !== count) return say('labels', `${labels.length} of them`, `${count}, one for each sample`);
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong >= 0) return say('labels', `${labels[wrong]} at ${wrong}`, `0 … ${classes - 1}`);
  const odd = isFloats ? features.findIndex((each) => !Number.isFinite(each)) : -1;
  return odd < 0 ? undefined : say('features', `${features[odd]} at ${odd}`, 'finite numbers');
}

const kindOf = (value: unknown): string => (value as object | undefined)?.constructor?.name ?? typeof value;

/** Samples that threads share: memory of a user's own that isn't shared would be copied with every step. */
function shared(samples: Samples): Samples {
  const { features, labels } = samples;
  if (features.buffer instanceof SharedArrayBuffer && labels.buffer instanceof SharedArrayBuffer) return samples;
  const bytes = sharedBytes(features.byteLength);
  bytes.set(new Uint8Array(features.buffer, features.byteOffset, features.byteLength));
  const own = features instanceof Float32Array ? new Float32Array(bytes.buffer) : bytes;
  const ownLabels = sharedBytes(labels.length);
  ownLabels.set(labels);
  return { ...samples, features: own, labels: ownLabels };
}

/**
 * A data set as a loader gave it, with everything in it that others rely on.
 *
 * @throws ScenarioError with the code DATASET_INVALID, which names the field
 */
export function checkedDataset(dataset: Dataset): Dataset {
  const refuse = (where: string, what: string): never => {
    const remedy = 'mend the loader, or what it reads';
    throw new ScenarioError({
      what: `invalid data set: ${what}`,
      where: `task.dataset, ${where}`,
      remedy,
      code: 'DATASET_INVALID',
    });
  };
  for (const part of ['train', 'test'] as const) {
    const samples = dataset?.[part];
    if (typeof samples !== 'object' || samples === null) refuse(part, `${samples}, expected samples`);
    const wrong = complaint(samples);
    if (wrong !== undefined) refuse(`${part}.${wrong.field}`, wrong.what);
  }
  const { train, test } = dataset;
  if (`${train.shape}` !== `${test.shape}`)
    refuse('test.shape', `[${test.shape}], expected that of train, [${train.shape}]`);
  if (train.classes !== test.classes)
    refuse('test.classes', `${test.classes}, expected those of train, ${train.classes}`);
  return { ...dataset, train: shared(train), test: shared(test) };
}
