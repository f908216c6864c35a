import { square } from '../../src/math/power.ts';
import type { Vector } from '../../src/math/sum.ts';

/** What all senders agree on, so that symbols have about zero mean and unit power. */
export interface Normalisation {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * The scale that all senders share: weighted means of their entries' means and variances.
 *
 *   M = Σ ρ_k M_k,   V = Σ ρ_k V_k,   ρ = ω / Σ ω
 *
 * Source: global statistics of Sun et al., PO-FL, IEEE Trans. Wireless Commun. 23 (7), 2024 (recalled).
 */
export function normalisation(updates: readonly Vector[], weights: readonly number[]): Normalisation {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let [mean, variance] = [0, 0];
  updates.forEach((update, k) => {
    const { mean: own, variance: spread } = moments(update);
    mean += (weights[k]! / total) * own;
    variance += (weights[k]! / total) * spread;
  });
  return { mean, deviation: Math.sqrt(variance) };
}

function moments(update: Vector): { readonly mean: number; readonly variance: number } {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < update.length; i += 1) sum += update[i]!;
  const mean = sum / update.length;
  for (let i = 0; i < update.length; i += 1) squares += square(update[i]! - mean);
  return { mean, variance: squares / update.length };
}
