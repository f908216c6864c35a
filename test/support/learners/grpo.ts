/** GRPO: the clipped surrogate with a cap for negative advantages; groups are given as a matrix of who is with whom. */
import {
  add,
  clip,
  divide,
  exp,
  expand,
  less,
  type Matrix,
  maskedMean,
  maximum,
  minimum,
  multiply,
  negate,
  product,
  reshape,
  type Scalar,
  select,
  sqrt,
  square,
  subtract,
  sum,
  type Vector,
} from '../../../src/graph/index.ts';
import type { Tokens } from './rec.ts';

/** (r − mean) / (sd + 1e-6) within groups, sd unbiased; groups of one have mean 0 and sd 1. `together` [n, n] is 1 within a group. */
export function groupAdvantage(reward: Vector, together: Matrix): Vector {
  const r = expand(reward, 1);
  const count = sum(together, 1);
  const isAlone = less(count, 1.5);
  const away = subtract(r, select(isAlone, 0, divide(product(together, r), count)));
  // An own mean for each member: within a group they are one.
  const variance = divide(product(together, square(away)), maximum(subtract(count, 1), 1));
  return reshape(divide(away, add(select(isAlone, 1, sqrt(variance)), 1e-6)), reward.shape as readonly [number]);
}

/** max(−Aρ, −A clip(ρ)), for A < 0 at most −A c; ρ = exp(ℓ − ℓ^old), bounded at e^±20. */
export function surrogate(
  { l, old, advantage }: Tokens,
  { low = 0.2, high = 0.2, cap = 3 }: { low?: number; high?: number; cap?: number } = {},
): Matrix {
  const ratio = exp(clip(subtract(l, old), -20, 20));
  const charged = maximum(multiply(-1, advantage, ratio), multiply(-1, advantage, clip(ratio, 1 - low, 1 + high)));
  return select(less(advantage, 0), minimum(charged, multiply(negate(advantage), cap)), charged);
}

export const grpo = (tokens: Tokens, options: { low?: number; high?: number; cap?: number } = {}): Scalar =>
  maskedMean(surrogate(tokens, options), tokens.mask);
