import type { Drawing, Drawn } from './sample.ts';
import { indexOf } from './with-replacement.ts';

/**
 * K draws one after the other, each among those that are left, p renormalised; ordered weights of Des Raj:
 *
 *   ω_{i_k} = (1/K) (ρ q_k / p + (K − k) ρ) of i_k,   q_k = 1 − Σ_{l < k} p_{i_l}
 *
 * Fewer are drawn where fewer have a chance.
 *
 * Source: Des Raj, J. American Statistical Association 51, 1956; mode B of the PO-FL dossier.
 */
export function successive({ probabilities, shares, count, draw }: Drawing): Drawn {
  const chances = [...probabilities];
  const weights = probabilities.map(() => 0);
  const draws = Math.min(count, probabilities.filter((each) => each > 0).length);
  for (let k = 1; k <= draws; k += 1) {
    const left = chances.reduce((sum, each) => sum + each, 0);
    const chosen = indexOf(chances, draw(), left);
    const share = shares[chosen] as number;
    weights[chosen] = ((share * left) / (chances[chosen] as number) + (draws - k) * share) / draws;
    chances[chosen] = 0;
  }
  return { weights, probabilities, samplingError: undefined };
}
