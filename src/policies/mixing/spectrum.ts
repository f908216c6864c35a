import { assert, present } from '../../assert.ts';
import { type Rows, scale, spectralNorm } from '../../math/linear.ts';

/** Slack of the ceiling below: a quotient this close above an integer is that integer, rounded. */
const ROUNDING = 1e-9;

/**
 * How much one exchange with a mixing matrix shrinks disagreement, at worst.
 *
 *   ζ = ‖Ω^(−1/2) P Ω^(1/2) − √m̃ √m̃ᵀ‖₂,   so that   Σ_d m̃_d ‖(Y P^α)_d − ȳ‖² ≤ ζ^(2α) Σ_d m̃_d ‖y_d − ȳ‖²
 *
 * For a P where m̃_d p_{j,d} is symmetric, as all built-in ones, it is the second largest eigenvalue magnitude of P.
 *
 * @param mixing P with columns that sum to 1 and P m̃ = m̃, [nodes][nodes]
 * @param shares m̃, each > 0, sum 1, [nodes]
 * @returns ≥ 0, and below 1 for the built-in matrices of connected graphs; 0 for one node
 */
export function zeta(mixing: Rows, shares: readonly number[]): number {
  if (mixing.length === 1) return 0;
  const roots = shares.map(Math.sqrt);
  const inverseRoots = roots.map((root) => 1 / root);
  // Ω^(−1/2) (P − m̃ 1ᵀ) Ω^(1/2): the ideal average is taken off before scaling.
  const rest = shares.map((share, j) => present(mixing[j], 'row of a mixing matrix').map((weight) => weight - share));
  return spectralNorm(scale(rest, inverseRoots, roots));
}

/**
 * Exchanges R = ⌈ln ε / ln ζ⌉, at least 1, after which disagreement has shrunk by ε.
 *
 * @param epsilon 0 < ε < 1
 * @param contraction ζ, 0 ≤ ζ < 1
 */
export function exchangesFor(epsilon: number, contraction: number): number {
  assert(epsilon > 0 && epsilon < 1, 'a reduction of disagreement lies between 0 and 1');
  assert(contraction >= 0 && contraction < 1, 'a contraction is at least 0 and below 1');
  if (contraction === 0) return 1;
  return Math.max(1, Math.ceil(Math.log(epsilon) / Math.log(contraction) - ROUNDING));
}
