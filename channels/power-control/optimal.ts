import { z } from 'zod';
import { square } from '../../src/math/power.ts';
import type { AirSender, PowerControl } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import type { Watts } from '../../src/units.ts';
import { align } from './align.ts';
import { reach } from './mean-squared-error.ts';

/**
 * The control of least error for given channels: clients that are weak, by a threshold, transmit with all they have, and
 * the others invert their channels.
 *
 *   a_k = √(P_k g_k) / ω_k in ascending order,   √η̃_k = (σ² + Σ_{i ≤ k} ω_i² a_i²) / Σ_{i ≤ k} ω_i² a_i
 *   η = min_k η̃_k,   b_k = min(√P_k, ω_k √η / √g_k)
 *
 * The error is a convex, piecewise quadratic function of 1 / √η whose pieces' minima are the 1 / √η̃_k; the greatest of
 * them is its own minimum.
 *
 * Limits: the best for these channels and for symbols that are independent and of unit power, not over fading to come.
 * Source: Cao, Zhu, Xu and Huang, Optimized power control for over-the-air computation in fading channels, IEEE Trans.
 * Wireless Commun. 19 (11), 2020, Theorem 1 (recalled, derived again here with weights).
 */
export const optimal = part(
  'powerControl',
  'optimal',
  z.strictObject({}),
  (): PowerControl => ({
    control: (senders, noiseW) => align(senders, optimalRoot(senders, noiseW), noiseW),
  }),
);

/** √η = min_k √η̃_k. */
function optimalRoot(senders: readonly AirSender[], noiseW: Watts): number {
  const ascending = senders.map((sender) => ({ a: reach(sender), weight: square(sender.weight) }));
  ascending.sort((x, y) => x.a - y.a);
  let [squares, sum, least] = [noiseW, 0, Number.POSITIVE_INFINITY];
  for (const { a, weight } of ascending) {
    squares += weight * a * a;
    sum += weight * a;
    least = Math.min(least, squares / sum);
  }
  return least;
}
