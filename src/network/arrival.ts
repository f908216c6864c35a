import type { Seconds } from '../units.ts';

/** A client's round as coded federated learning has it: download, computation, and an upload that may be lost. */
export interface CodedRound {
  /** T_dn + κ, before the first try of the upload can begin [s]. */
  readonly before: Seconds;
  /** t, one try of the upload [s]. */
  readonly attempt: Seconds;
  /** e, that a try is lost. */
  readonly probability: number;
  /** μ, rate of the exponential excess of the computing time [1/s]; none where absent. */
  readonly excessRate?: number;
}

/** Tries beyond which e^k counts for nothing in 64 bits. */
const TRIES_MAX = 10_000;

/**
 * Probability that a client's update has arrived by an instant, with x = T − before:
 *
 *   without an excess:  p(T) = 1 − e^⌊x / t⌋ for x ≥ t, else 0
 *   with one:           p(T) = Σ_{k ≥ 1, k t < x} (1 − e) e^(k − 1) (1 − e^(−μ (x − k t)))
 *
 * @param deadline T, after the round's opening [s]
 * Source: structure of Sun et al., Stochastic coded federated learning, ISIT 2022; formulas reconstructed.
 */
export function arrivalProbability(deadline: Seconds, round: CodedRound): number {
  const { before, attempt, probability, excessRate } = round;
  const slack = deadline - before;
  // A slack that is a whole number of tries but for rounding holds them all.
  const tries = Math.floor((slack / attempt) * (1 + 1e-12));
  if (tries < 1) return 0;
  if (excessRate === undefined) return 1 - probability ** tries;
  let sum = 0;
  for (let k = 1; k <= Math.min(tries, TRIES_MAX); k += 1) {
    sum += (1 - probability) * probability ** (k - 1) * -Math.expm1(-excessRate * Math.max(0, slack - k * attempt));
  }
  return sum;
}
