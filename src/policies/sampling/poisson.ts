import { square } from '../../math/power.ts';
import type { Drawing, Drawn } from './sample.ts';

/** Bisection ends here: its bounds are then next to each other in 64 bits. */
const HALVINGS = 200;

/**
 * Independent draws with inclusion probabilities π that sum to K: as many are drawn as luck has it, nobody at times.
 *
 *   ω_i = ρ_i / π_i,   E‖Σ ω g − g‖² = Σ ρ_i² ‖g_i‖² (1 − π_i) / π_i
 *
 * Source: mode C of the PO-FL dossier; Horvitz and Thompson, J. American Statistical Association 47, 1952.
 */
export function poisson({ probabilities, shares, norms, count, draw }: Drawing): Drawn {
  const inclusion = inclusions(probabilities, count);
  const weights = inclusion.map((pi, i) => (draw() < pi ? (shares[i] as number) / pi : 0));
  const error = norms?.reduce((sum, norm, i) => {
    const pi = inclusion[i] as number;
    const moment = square((shares[i] as number) * norm);
    return moment === 0 ? sum : sum + (moment * (1 - pi)) / pi;
  }, 0);
  return { weights, probabilities: inclusion, samplingError: error === undefined ? undefined : [error, 0] };
}

/**
 * π_i = min(1, x_i / ν) with Σ π_i = K, by bisection on ν: the inclusion probabilities that minimise Σ x_i² / π_i.
 *
 * @param scores x ≥ 0, not all 0; those of 0 are never included
 * @param count K; all that have a score are included for certain where there aren't more
 */
export function inclusions(scores: readonly number[], count: number): number[] {
  const total = scores.reduce((sum, score) => sum + score, 0);
  if (scores.filter((score) => score > 0).length <= count) return scores.map((score) => (score > 0 ? 1 : 0));
  const at = (level: number): number[] => scores.map((score) => Math.min(1, score / level));
  // At the upper end the sum is K where nothing is clipped, and less where something is.
  let [low, high] = [0, total / count];
  for (let halving = 0; halving < HALVINGS && low < high; halving += 1) {
    const middle = low + (high - low) / 2;
    if (middle === low || middle === high) break;
    if (at(middle).reduce((sum, pi) => sum + pi, 0) > count) low = middle;
    else high = middle;
  }
  return at(high);
}
