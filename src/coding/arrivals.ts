/**
 * How a server weighs its clients' gradients against its own coded one, and what that costs in variance.
 *
 *   ĝ = (1 − λ) Σ_{i ∈ A} ĝ_i / p_i + λ ĝ_s;   unbiased for every λ where all p_i > 0
 *
 * Source: Sun et al., ISIT 2022; λ = ½ is recalled.
 */

/** Variance over arrivals of Σ_A ∇_i / p_i: V_C = Σ (1 − p_i)/p_i ‖∇_i‖². */
export const arrivalVariance = (clients: readonly { readonly probability: number; readonly squaredNorm: number }[]) =>
  clients.reduce((sum, { probability: p, squaredNorm }) => sum + ((1 - p) / p) * squaredNorm, 0);

/** λ* = V_C / (V_C + V_S), the common weight of least variance. */
export const optimalCodeWeight = (clientVariance: number, codedVariance: number): number =>
  clientVariance + codedVariance === 0 ? 0 : clientVariance / (clientVariance + codedVariance);

/** λ_i and the weight of a client's own gradient when it arrives. */
export interface Coverage {
  /** λ_i, share of the client that the code stands for. */
  readonly coded: number;
  /** Factor on ĝ_i where it arrives in time. */
  readonly own: number;
}

/**
 * `unbiased`: (1 − λ)/p_i for those who can be in time, and the code alone (λ_i = 1) for those who hardly ever are.
 * `allocated`: both in full, since a code whose rows are weighted already stands for what the client's own rows lack.
 * `complementary`: λ_i = 1 − p_i and no division, as CFL and CodedFedL have it: unbiased too.
 */
export function coverageOf(
  probability: number,
  {
    rule,
    codeWeight,
    leastProbability,
  }: { rule: 'unbiased' | 'complementary' | 'allocated'; codeWeight: number; leastProbability: number },
): Coverage {
  if (rule === 'allocated') return { coded: 1, own: 1 };
  if (rule === 'complementary') return { coded: 1 - probability, own: 1 };
  if (probability < leastProbability) return { coded: 1, own: 0 };
  return { coded: codeWeight, own: (1 - codeWeight) / probability };
}
