import { square } from '../../math/power.ts';
import type { Candidate, RoundView } from '../policy.ts';
import { sharesOf } from './sample.ts';

/** Share of the uniform floor that is mixed in where a client without a gradient would never be drawn. */
const FLOOR = 1e-3;

/**
 * ‖g_i‖ of each candidate. Of those that have never reported it is the mean of the others', or 1 where nobody has.
 */
export function normsOf(idle: readonly Candidate[]): number[] {
  const known = idle.flatMap(({ gradientNorm }) => (gradientNorm === undefined ? [] : [gradientNorm]));
  const usual = known.length === 0 ? 1 : known.reduce((sum, norm) => sum + norm, 0) / known.length;
  return idle.map(({ gradientNorm }) => gradientNorm ?? usual);
}

/** D V_g: what the noise of a symbol of unit power costs in ŷ, V_g = Σ ρ_i V_i. Without reports, what unit norms come to. */
export function symbolEnergy({ idle, symbols }: RoundView): number {
  const shares = sharesOf(idle);
  const known = idle.every(({ gradientVariance }) => gradientVariance !== undefined);
  if (known)
    return symbols * idle.reduce((sum, each, i) => sum + (shares[i] as number) * (each.gradientVariance ?? 0), 0);
  return normsOf(idle).reduce((sum, norm, i) => sum + (shares[i] as number) * square(norm), 0);
}

/**
 * Q_i = (α D V_g σ² / (P |h_i|²) + ‖g_i‖²)^½ up to a factor: what a client adds to the error of a sum, by noise and by chance.
 *
 * Source: Sun et al., PO-FL, IEEE Trans. Wireless Commun. 23 (7), 2024, Eq. 35 as quoted by third-party code; there D V_g is
 * approximated by the mean of ‖g‖².
 */
export function qualities(view: RoundView, alpha: number): number[] {
  const energy = symbolEnergy(view);
  const norms = normsOf(view.idle);
  return view.idle.map(({ symbolSnr }, i) => Math.sqrt((alpha * energy) / symbolSnr + square(norms[i] as number)));
}

/** ρ_i Q_i as probabilities; a client without any quality keeps a small chance, so that no share is lost for good. */
export function scores(shares: readonly number[], quality: readonly number[]): number[] {
  const raw = quality.map((each, i) => each * (shares[i] as number));
  if (raw.every((score) => score > 0)) return raw;
  const total = raw.reduce((sum, score) => sum + score, 0);
  if (total === 0) return [...shares];
  return raw.map((score, i) => (1 - FLOOR) * (score / total) + FLOOR * (shares[i] as number));
}
