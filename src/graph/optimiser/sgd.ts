import { subtract } from '../piece/arithmetic.ts';
import { add, multiply } from '../primitive/elementwise.ts';
import { floats } from '../primitive/leaf.ts';
import type { Floats, Operand, Spec, Vector } from '../tensor.ts';
import type { Optimiser } from './optimiser.ts';

interface Options {
  /** η: a number, or a scalar of the graph where it follows a schedule. */
  readonly rate: Operand;
  /** μ, in [0, 1). */
  readonly momentum?: number;
  /** λ: g becomes g + λ w. */
  readonly decay?: number;
}

/**
 *   v ← μ v + g + λ w,   w ← w − η v
 *
 * Without momentum v stays as it is, and w ← w − η (g + λ w).
 *
 * Source: Sutskever et al., ICML 2013, in PyTorch's form.
 */
export const sgd = ({ rate, momentum = 0, decay = 0 }: Options): Optimiser<{ readonly v: Spec<1, 'float'> }> => ({
  state: (size) => ({ v: floats(size) }),
  step({ w, g, state }) {
    const kept = momentum === 0 ? [] : [multiply(momentum, state.v)];
    const pulled = decay === 0 ? [] : [multiply(decay, w)];
    const v = add(...kept, g, ...pulled) as Vector;
    return { w: subtract(w, multiply(rate as Floats<0>, v)), state: { v: momentum === 0 ? state.v : v } };
  },
});
