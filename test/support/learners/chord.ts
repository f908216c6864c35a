/** CHORD: supervised expert tokens beside on-policy ones, weighted by how sure the policy is of them. */

import {
  add,
  exp,
  type Matrix,
  maskedMean,
  minimum,
  multiply,
  negate,
  type Scalar,
  stop,
  subtract,
} from '../../../src/graph/index.ts';
import { grpo } from './grpo.ts';
import type { Tokens } from './rec.ts';

/** The weight of an expert token by its probability; no gradient passes. */
export const weights = {
  plain: (p: Matrix): Matrix => add(1, multiply(0, p)),
  phi: (p: Matrix): Matrix => multiply(p, subtract(1, p)),
  importance: (p: Matrix): Matrix => p,
  focal: (p: Matrix): Matrix => multiply(subtract(1, p), subtract(1, p)),
};

/** Token mean of −w ℓ; above the cutoff c only ℓ is bounded, at log c. */
export const expertLoss = (l: Matrix, mask: Matrix, { weight = weights.phi, cutoff = 1 } = {}): Scalar =>
  maskedMean(negate(multiply(stop(weight(exp(l))), minimum(l, Math.log(cutoff)))), mask);

/** L = (1 − μ) L_GRPO + μ L_SFT; μ is an input of the step, so that its schedule is the world's. */
export const chord = (
  usual: Tokens,
  expert: { readonly l: Matrix; readonly mask: Matrix },
  mu: Scalar,
  { cap = 3, ...options }: { weight?: (p: Matrix) => Matrix; cutoff?: number; cap?: number } = {},
): Scalar =>
  add(multiply(subtract(1, mu), grpo(usual, { cap })), multiply(mu, expertLoss(expert.l, expert.mask, options)));
