import type { Architecture, Model, Samples, Shape } from '../../src/learning/contract.ts';
import { type Source, streams } from '../../src/math/streams.ts';
import { type Part, realise } from '../../src/part.ts';

/** Samples of random bytes, or of random numbers, with labels n mod classes. */
export function randomSamples(
  { count, shape, classes, bytes = false }: { count: number; shape: Shape; classes: number; bytes?: boolean },
  seed = 1,
): Samples {
  const draws = streams(seed)('test samples').at(0);
  const size = count * shape[0] * shape[1] * shape[2];
  const features = bytes
    ? Uint8Array.from({ length: size }, () => Math.floor(256 * draws()))
    : Float32Array.from({ length: size }, () => 2 * draws() - 1);
  return { count, shape, classes, features, labels: Uint8Array.from({ length: count }, (_, i) => i % classes) };
}

/** Random parameters in (−scale, scale). */
export function randomParameters(count: number, scale = 0.3, seed = 2): Float32Array {
  const draws = streams(seed)('test parameters').at(0);
  return Float32Array.from({ length: count }, () => scale * (2 * draws() - 1));
}

/** Vectors of 32-bit numbers over many magnitudes and of both signs, and their weights, whose sum is not 0. */
export function vectorsWithWeights({ terms, length, draw }: { terms: number; length: number; draw: Source }) {
  const number = () => 1e6 * (draw() - 0.5) ** 9;
  const vectors = Array.from({ length: terms }, () => Float32Array.from({ length }, number));
  return { vectors, weights: vectors.map((_, i) => (i === 0 ? terms : draw() - 0.4)) };
}

/** The samples of a batch as plain numbers. */
export const plainBatch = (samples: Samples, indices: Uint32Array) =>
  Array.from(indices, (index) => {
    const size = samples.features.length / samples.count;
    const own = Array.from(samples.features.subarray(index * size, (index + 1) * size));
    const isBytes = samples.features instanceof Uint8Array;
    return { features: isBytes ? own.map((byte) => byte / 255) : own, label: samples.labels[index]! };
  });

export const modelOf = (architecture: Part<Architecture>, shape: Shape = [28, 28, 1], classes = 10): Model =>
  realise<Architecture>(architecture)({ shape, classes });

/** ‖a − b‖ / ‖b‖ */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let error = 0;
  let norm = 0;
  for (let j = 0; j < b.length; j += 1) {
    error += (a[j]! - b[j]!) ** 2;
    norm += b[j]! ** 2;
  }
  return Math.sqrt(error / norm);
}
