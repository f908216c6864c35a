import { sharedFloats } from '../../math/shared.ts';
import type { Source } from '../../math/streams.ts';
import type { Model } from '../contract.ts';
import { layoutOf } from './layout.ts';

/**
 * Initial numbers of a model, one flat vector in shared memory, the same on every back end.
 *
 *   kernels ~ U(−a, a),  a = √(6 / (fan in + fan out));   biases, betas and running means 0;
 *   gammas and running variances 1
 *
 * A model that starts at `zeros` has kernels of 0.
 * Source: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010, eq. 16.
 */
export function initialParameters(model: Model, draws: Source): Float32Array {
  const layout = layoutOf(model);
  const parameters = sharedFloats(layout.vectorLength);
  for (const { role, offset, length, fanIn, fanOut } of layout.layers.flatMap((each) => [
    ...each.blocks,
    ...each.statistics,
  ])) {
    if (role === 'gamma' || role === 'movingVariance') parameters.fill(1, offset, offset + length);
    if (role !== 'kernel' || model.initial === 'zeros') continue;
    const bound = Math.sqrt(6 / (fanIn + fanOut));
    for (let j = 0; j < length; j += 1) parameters[offset + j] = bound * (2 * draws() - 1);
  }
  return parameters;
}
