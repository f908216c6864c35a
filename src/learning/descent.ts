import { square } from '../math/power.ts';
import type { TrainJob } from './contract.ts';
import type { Layout } from './models/layout.ts';

/** The clipping that clips nothing. */
export const NO_LIMIT = Number.POSITIVE_INFINITY;

/**
 * Whether a job is plain gradient descent, with momentum and weight decay at most: then a back end may add gradients to
 * the parameters where they are made, instead of collecting them first.
 */
export const isPlain = ({ optimizer, correction, withNorms = false }: TrainJob): boolean =>
  !withNorms &&
  correction === undefined &&
  (optimizer.proximal ?? 0) === 0 &&
  (optimizer.clipNorm ?? NO_LIMIT) === NO_LIMIT;

/** Which parts of the flat vector move: those of layers that aren't frozen. */
const movingSpans = ({ layers }: Layout, frozen: readonly string[]) =>
  layers.flatMap(({ name, blocks }) =>
    frozen.includes(name) ? [] : blocks.map(({ offset, length }) => ({ from: offset, to: offset + length })),
  );

/**
 * The steps of a job, in 64 bits: the reference for the kernels.
 *
 *   g = clip(∇ℓ) + μ (w − anchor) + correction + λ w,   v ← m v + g,   w ← w − η v
 *
 * @returns a step, which moves parameters by a gradient ∇ℓ and returns its norm
 */
export function descentOf(layout: Layout, { optimizer, parameters, anchor = parameters, correction }: TrainJob) {
  const { learningRate, momentum, weightDecay, proximal = 0, clipNorm = NO_LIMIT, frozen = [] } = optimizer;
  const spans = movingSpans(layout, frozen);
  const velocity = new Float64Array(layout.parameterCount);
  return (w: Float32Array, gradient: Float32Array): number => {
    let squares = 0;
    for (const { from, to } of spans) for (let j = from; j < to; j += 1) squares += square(gradient[j]!);
    const norm = Math.sqrt(squares);
    const shrink = norm > clipNorm ? clipNorm / norm : 1;
    for (const { from, to } of spans) {
      for (let j = from; j < to; j += 1) {
        const pull = proximal * (w[j]! - anchor[j]!) + weightDecay * w[j]! + (correction?.[j] ?? 0);
        velocity[j] = momentum * velocity[j]! + shrink * gradient[j]! + pull;
        w[j]! -= learningRate * velocity[j]!;
      }
    }
    return norm;
  };
}
