import { sizeOf } from '../../math/shape.ts';
import type { Objective, Samples } from '../contract.ts';

/** value / 255 for each byte, rounded once to 32 bits. */
const UNIT = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

export interface Batch {
  /** [batch × height × width × channels] */
  readonly features: Float32Array;
  readonly labels: Uint8Array;
  /** What is charged, and wanted outputs where there are any, [batch × classes]. */
  readonly objective: Objective | undefined;
  readonly targets: Float32Array | undefined;
}

/** A mini-batch, gathered straight from the shared samples. */
export function gatherBatch(samples: Samples, indices: Uint32Array, objective?: Objective): Batch {
  const size = sizeOf(samples.shape);
  const features = new Float32Array(indices.length * size);
  const labels = new Uint8Array(indices.length);
  const source = samples.features;
  for (let row = 0; row < indices.length; row += 1) {
    const from = indices[row]! * size;
    const to = row * size;
    labels[row] = samples.labels[indices[row]!]!;
    if (source instanceof Float32Array) features.set(source.subarray(from, from + size), to);
    else for (let j = 0; j < size; j += 1) features[to + j] = UNIT[source[from + j]!]!;
  }
  const { classes } = samples;
  const wanted = objective?.targets;
  const targets = wanted && new Float32Array(indices.length * classes);
  for (const [row, index] of indices.entries()) {
    if (wanted) targets?.set(wanted.subarray(index * classes, (index + 1) * classes), row * classes);
  }
  return { features, labels, objective, targets };
}
