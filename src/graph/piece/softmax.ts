import { fused } from '../fused.ts';
import { add, divide, exp, log, multiply } from '../primitive/elementwise.ts';
import { stop } from '../primitive/leaf.ts';
import { sum, top } from '../primitive/reduce.ts';
import type { Floats, Higher, Integers, Lower, Matrix, Scalar } from '../tensor.ts';
import { negate, subtract } from './arithmetic.ts';
import { mean, pick, squeeze } from './axes.ts';

/** Less the largest of each row, so that no exponential overflows. */
const shifted = (x: Floats): Floats => add(x, multiply(-1, stop(pick(x, top(x, 1)))));

/** xᵢ − log Σ eˣ over the last axis. */
export const logSoftmax = <R extends number>(x: Floats<R>): Floats<R> =>
  fused('log-softmax', [x], (own) => {
    const away = shifted(own);
    return subtract(away, log(sum(exp(away), -1))) as Floats<R>;
  });

/** eˣ / Σ eˣ over the last axis. */
export const softmax = <R extends number>(x: Floats<R>): Floats<R> =>
  fused('softmax', [x], (own) => {
    const raised = exp(shifted(own));
    return divide(raised, sum(raised, -1)) as Floats<R>;
  });

/** log π of tokens [...] under logits [..., vocabulary]. */
export const logProbabilities = <R extends number>(logits: Floats<Higher<R>>, tokens: Integers<R>): Floats<R> =>
  fused('log-probabilities', [logits as Floats, tokens as Integers] as const, (z, t) =>
    pick(logSoftmax(z), t),
  ) as Floats<R>;

/** Mean over rows of −log π of their labels. */
export const crossEntropy = (logits: Matrix, labels: Integers<1>): Scalar =>
  negate(mean(logProbabilities(logits, labels)));

/** −Σ π log π over the last axis. */
export function entropies<R extends number>(logits: Floats<R>): Floats<Lower<R>> {
  const l = logSoftmax(logits as Floats);
  return squeeze(negate(sum(multiply(exp(l), l), -1))) as Floats as Floats<Lower<R>>;
}
