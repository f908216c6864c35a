import { power } from '../math/power.ts';
import type { Source } from '../math/streams.ts';

/** Round(2^l z), the integer that stands for a real number. @param bits l, any integer */
export const quantise = (value: number, bits: number): bigint => BigInt(Math.round(value * power(2, bits)));

/** The real number that an integer stands for. */
export const dequantise = (integer: bigint, bits: number): number => Number(integer) * power(2, -bits);

/**
 * Stochastic rounding: ⌊z⌋ + Bernoulli(z − ⌊z⌋), so E Q(z) = z, |Q(z) − z| < 1 and Q(n) = n for whole n.
 *
 * Its variance is at most ¼, whatever z is (not at most γ² z², as the DReS-FL paper assumes).
 */
export function stochasticRound(value: number, source: Source): number {
  const below = Math.floor(value);
  return below + (source() < value - below ? 1 : 0);
}
