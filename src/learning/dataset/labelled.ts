import { ScenarioError } from '../../errors.ts';
import type { Samples, Shape } from '../contract.ts';
import { sharedBytes } from './shared-bytes.ts';

/** Empty samples in shared memory, to be filled: bytes of images, row by row with interleaved channels, and labels. */
export function sharedSamples(
  count: number,
  shape: Shape,
  classes: number,
): Samples & { readonly features: Uint8Array } {
  const [height, width, channels] = shape;
  const features = sharedBytes(count * height * width * channels);
  return { ...{ count, shape, classes, features }, labels: sharedBytes(count) };
}

/** @throws ScenarioError where a label is none of the classes */
export function checkLabels({ labels, classes }: Samples, where: string): void {
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong < 0) return;
  throw new ScenarioError({
    what: `invalid label: ${labels[wrong]} at ${wrong}, expected 0 … ${classes - 1}`,
    where,
    remedy: 'get the file again from its source',
    code: 'DATASET_INVALID',
  });
}
