import type { RegressionRows } from '../coding/random-code.ts';
import { sharedDoubles } from '../math/shared.ts';
import type { Samples } from './contract.ts';

const BYTE = 255;

/**
 * Samples as rows of a regression, 64-bit and in shared memory: X as it is (bytes as value/255), Y 1 at the label and
 * else 0.
 *
 * @param chosen indices of the samples; all where it is left out
 */
export function regressionRows({ features, labels, classes, count }: Samples, chosen?: Uint32Array): RegressionRows {
  const width = features.length / count;
  const unit = features instanceof Uint8Array ? BYTE : 1;
  const indices = chosen ?? Uint32Array.from({ length: count }, (_, i) => i);
  const x = sharedDoubles(indices.length * width);
  const y = sharedDoubles(indices.length * classes);
  indices.forEach((sample, row) => {
    for (let k = 0; k < width; k += 1) x[row * width + k] = features[sample * width + k]! / unit;
    y[row * classes + labels[sample]!] = 1;
  });
  return { count: indices.length, features: x, labels: y };
}
