import { square } from '../math/power.ts';
import type { Vector } from '../math/sum.ts';

/** How exposed single records of a data set are, by the extremes of its columns. */
export interface Exposure {
  /** h² = max_{j,k} x_{jk}², the largest signal of a record. */
  readonly signal: number;
  /** f² = min_k (Σ_j x_{jk}² − max_j x_{jk}²), the least that the other records hide it with. */
  readonly interference: number;
}

/** @param features X, flat by rows, [count × features] */
export function exposureOf(features: Vector, count: number): Exposure {
  const columns = features.length / count;
  let signal = 0;
  let interference = Number.POSITIVE_INFINITY;
  for (let k = 0; k < columns; k += 1) {
    let [sum, most] = [0, 0];
    for (let j = 0; j < count; j += 1) {
      const squared = square(features[j * columns + k] as number);
      sum += squared;
      most = Math.max(most, squared);
    }
    signal = Math.max(signal, most);
    interference = Math.min(interference, sum - most);
  }
  return { signal, interference };
}

/** ½ log₂(1 + s/n), capacity of a Gaussian channel [bit]. */
const capacity = (signal: number, noise: number): number => (signal === 0 ? 0 : 0.5 * Math.log2(1 + signal / noise));

/**
 * ε, the mutual-information budget of one coded row: no more than so many bits of a record leak to one who knows all others.
 *
 *   ε = ½ log₂(1 + h² / (f² + σ²))   [bit];   c released rows leak c ε at most
 *
 * Source: ε-MI-DP after Showkatbakhsh et al., 2018, as in Sun et al., ISIT 2022; the formula is reconstructed.
 */
export const leakage = ({ signal, interference }: Exposure, variance: number): number =>
  capacity(signal, interference + variance);

/** σ², the least noise that keeps a budget: max(0, h² / (2^{2ε} − 1) − f²). @param budget ε > 0 [bit] */
export const noiseFor = ({ signal, interference }: Exposure, budget: number): number =>
  Math.max(0, signal / Math.expm1(2 * budget * Math.LN2) - interference);

/** The tighter budget column by column: max_{j,k} ½ log₂(1 + x_{jk}² / (Σ_{j'≠j} x_{j'k}² + σ²)) [bit]. */
export function columnLeakage(features: Vector, count: number, variance: number): number {
  const columns = features.length / count;
  let most = 0;
  for (let k = 0; k < columns; k += 1) {
    let sum = 0;
    for (let j = 0; j < count; j += 1) sum += square(features[j * columns + k] as number);
    for (let j = 0; j < count; j += 1) {
      const squared = square(features[j * columns + k] as number);
      most = Math.max(most, capacity(squared, sum - squared + variance));
    }
  }
  return most;
}
