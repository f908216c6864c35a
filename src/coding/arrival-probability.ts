import { power, square } from '../math/power.ts';
import type { Seconds } from '../units.ts';

/** A client's round as coded federated learning has it: computation, and transfers that may be lost and are tried again. */
export interface CodedRound {
  /** κ and all that is certain, before the first try can begin [s]. */
  readonly before: Seconds;
  /** t, one try of a transfer [s]. */
  readonly attempt: Seconds;
  /** e, that a try is lost. */
  readonly probability: number;
  /** μ, rate of the exponential excess of the computing time [1/s]; none where absent. */
  readonly excessRate?: number;
  /** Transfers that are tried so: the upload alone, which is the default, or the download too, on a link as good. */
  readonly transfers?: 1 | 2;
}

/** Tries beyond which e^k counts for nothing in 64 bits. */
const TRIES_MAX = 10_000;

/** P(ν = k), that so many tries in all get every transfer through. */
const triesTake = (k: number, lost: number, transfers: 1 | 2): number =>
  transfers === 1 ? (1 - lost) * power(lost, k - 1) : (k - 1) * square(1 - lost) * power(lost, k - 2);

/** Tries that a slack holds; a slack that is a whole number of them but for rounding holds them all. */
export const triesWithin = (slack: Seconds, attempt: Seconds): number =>
  Math.max(0, Math.floor((slack / attempt) * (1 + 1e-12)));

/**
 * Probability that a client's update has arrived by an instant, with x = T − before:
 *
 *   without an excess:  p(T) = 1 − e^⌊x / t⌋ for x ≥ t, else 0
 *   with one:           p(T) = Σ_{k ≥ 1, k t < x} (1 − e) e^(k − 1) (1 − e^(−μ (x − k t)))
 *
 * and with a download that is tried as well, P(ν = k) = (k − 1)(1 − e)² e^(k − 2) in place of (1 − e) e^(k − 1).
 *
 * @param deadline T, after the round's opening [s]
 * Source: structure of Sun et al., Stochastic coded federated learning, ISIT 2022; formulas reconstructed. With two
 * transfers as in Prakash et al., IEEE J. Sel. Areas Commun. 39 (1), 2021 (recalled).
 */
export function arrivalProbability(deadline: Seconds, round: CodedRound): number {
  const { before, attempt, probability: lost, excessRate, transfers = 1 } = round;
  const slack = deadline - before;
  const tries = triesWithin(slack, attempt);
  if (tries < transfers) return 0;
  if (excessRate === undefined) {
    const missing = transfers === 1 ? 0 : tries * (1 - lost) * power(lost, tries - 1);
    return 1 - power(lost, tries) - missing;
  }
  let sum = 0;
  for (let k: number = transfers; k <= Math.min(tries, TRIES_MAX); k += 1) {
    sum += triesTake(k, lost, transfers) * -Math.expm1(-excessRate * Math.max(0, slack - k * attempt));
  }
  return sum;
}
