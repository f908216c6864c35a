/** What the bound on a training's gradients is made of. */
export interface DecodedTraining {
  /** L, that the loss is smooth by. */
  readonly smoothness: number;
  /** σ², variance of one row's gradient. */
  readonly gradientVariance: number;
  /** γ², by which rounding errs: E|Q(z) − z|² ≤ γ² z². */
  readonly roundingVariance: number;
  /** η */
  readonly learningRate: number;
  /** b K, rows of all shards in a round. */
  readonly rows: number;
  /** ℓ(w⁰) − ℓ(w*). */
  readonly gap: number;
}

/** Ψ = 1 − η L/2 − η γ² L/2, which must be above 0 for a step to go down. */
export const descentFactor = ({ smoothness, roundingVariance, learningRate }: DecodedTraining): number =>
  1 - (learningRate * smoothness * (1 + roundingVariance)) / 2;

/**
 * Bound on the mean squared gradient over so many rounds that decode; Infinity where the rate is too high for one.
 *
 *   (1/τ) Σ_t E‖∇ℓ(w_t)‖² ≤ (ℓ(w⁰) − ℓ(w*)) / (η τ Ψ) + η L σ² (γ² + 1) / (2 b K Ψ)
 *
 * Its second term follows from E ℓ(w_{t+1}) ≤ ℓ(w_t) − η Ψ ‖∇ℓ‖² + η² L (1 + γ²) σ²/(2 b K): with η, where the paper prints
 * η². At η ∝ 1/√τ both terms fall as 1/√τ.
 *
 * @param rounds τ, rounds that decode; others leave the model as it was
 * Source: Shao et al., DReS-FL, NeurIPS 2022, with its usual derivation.
 */
export function gradientBound(training: DecodedTraining, rounds: number): number {
  const { smoothness, gradientVariance, roundingVariance, learningRate, rows, gap } = training;
  const psi = descentFactor(training);
  if (!(psi > 0)) return Number.POSITIVE_INFINITY;
  const noise = (learningRate * smoothness * gradientVariance * (1 + roundingVariance)) / (2 * rows * psi);
  return gap / (learningRate * rounds * psi) + noise;
}
