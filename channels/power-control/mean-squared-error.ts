import { square } from '../../src/math/power.ts';
import type { AirSender } from '../../src/network/contract.ts';
import type { Watts } from '../../src/units.ts';

/**
 * Error of an over-the-air sum under perfect alignment and known channels, for independent symbols of unit power.
 *
 *   E(ŷ − Σ ω s)² = Σ_k (√g_k b_k / √η − ω_k)² + σ² / η
 *
 * @param amplitudes b, shape [senders]
 * @param denoisingFactor η > 0
 * @param noiseW σ² per real symbol
 * Source: Cao, Zhu, Xu and Huang, Optimized power control for over-the-air computation in fading channels, IEEE Trans.
 * Wireless Commun. 19 (11), 2020; weights are ours, theirs are all 1.
 */
export function meanSquaredError(
  senders: readonly AirSender[],
  amplitudes: readonly number[],
  denoisingFactor: number,
  noiseW: Watts,
): number {
  const misalignment = senders.reduce(
    (sum, { gain, weight }, k) => sum + square(Math.sqrt(gain / denoisingFactor) * amplitudes[k]! - weight),
    0,
  );
  return misalignment + noiseW / denoisingFactor;
}

/** √(P g) / ω: the largest √η at which a sender can still be aligned. */
export const reach = ({ gain, power, weight }: AirSender): number => Math.sqrt(gain * power) / weight;
