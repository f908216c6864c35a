import { subtract } from '../piece/arithmetic.ts';
import { add, multiply } from '../primitive/elementwise.ts';
import { floats } from '../primitive/leaf.ts';
import type { Floats, Operand, Spec } from '../tensor.ts';
import type { Optimiser } from './optimiser.ts';

interface Options {
  /** η: a number, or a scalar of the graph where it follows a schedule. */
  readonly rate: Operand;
  /** μ, in [0, 1). */
  readonly momentum?: number;
  /** λ: g becomes g + λ w. */
  readonly decay?: number;
}

/** v ← μ v + g + λ w,   w ← w − η v. Source: Sutskever et al., ICML 2013, in PyTorch's form. */
export const sgd = ({ rate, momentum = 0, decay = 0 }: Options): Optimiser<{ readonly v: Spec<1, 'float'> }> => ({
  state: (size) => ({ v: floats(size) }),
  step({ w, g, state }) {
    const v = add(multiply(momentum, state.v), g, multiply(decay, w));
    return { w: subtract(w, multiply(rate as Floats<0>, v)), state: { v } };
  },
});
