import { square } from '../../math/power.ts';
import type { Drawing, Drawn } from './sample.ts';

/**
 * K independent draws; who is drawn twice counts twice.
 *
 *   ω_i = (times drawn) ρ_i / (K p_i),   E‖Σ ω g − g‖² = (1/K) (Σ ρ_i² ‖g_i‖² / p_i − ‖g‖²)
 *
 * Source: mode A of the PO-FL dossier, reconstructed; unbiasedness is the paper's (Sun et al., IEEE Trans. Wireless Commun.
 * 23 (7), 2024), its sampler isn't known for sure.
 */
export function withReplacement({ probabilities, shares, norms, count, draw }: Drawing): Drawn {
  const times = probabilities.map(() => 0);
  for (let k = 0; k < count; k += 1) {
    const chosen = indexOf(probabilities, draw());
    times[chosen] = (times[chosen] as number) + 1;
  }
  const each = (i: number): number => (shares[i] as number) / (count * (probabilities[i] as number));
  const second = norms?.reduce((sum, norm, i) => {
    const moment = square((shares[i] as number) * norm);
    return moment === 0 ? sum : sum + moment / (probabilities[i] as number);
  }, 0);
  return {
    weights: times.map((drawn, i) => (drawn === 0 ? 0 : drawn * each(i))),
    probabilities,
    samplingError: second === undefined ? undefined : [second / count, 1 / count],
  };
}

/** Where a uniform number falls among chances, which sum to `total`. Only what has a chance is ever drawn. */
export function indexOf(chances: readonly number[], uniform: number, total = 1): number {
  let left = uniform * total;
  let last = 0;
  for (const [index, chance] of chances.entries()) {
    if (chance <= 0) continue;
    last = index;
    left -= chance;
    if (left < 0) return index;
  }
  return last;
}
