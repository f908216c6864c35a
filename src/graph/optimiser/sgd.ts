import { subtract } from '../piece/arithmetic.ts';
import { add, multiply } from '../primitive/elementwise.ts';
import { floats } from '../primitive/leaf.ts';
import type { None } from '../scan.ts';
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

/** With momentum the velocity is kept; without, nothing is. */
type Sgd<O extends Options> = Optimiser<
  O extends { readonly momentum: number } ? { readonly v: Spec<1, 'float'> } : None
>;

/**
 *   v ← μ v + g + λ w,   w ← w − η v
 *
 * Source: Sutskever et al., ICML 2013, in PyTorch's form.
 */
export const sgd = <const O extends Options>({ rate, momentum, decay = 0 }: O): Sgd<O> => {
  const optimiser: Optimiser<{ readonly v?: Spec<1, 'float'> }> = {
    state: (size) => (momentum === undefined ? {} : { v: floats(size) }),
    step({ w, g, state: { v: before } }) {
      const kept = momentum === undefined ? [] : [multiply(momentum, before as Vector)];
      const pulled = decay === 0 ? [] : [multiply(decay, w)];
      const v = add(...kept, g, ...pulled) as Vector;
      return { w: subtract(w, multiply(rate as Floats<0>, v)), state: momentum === undefined ? {} : { v } };
    },
  };
  return optimiser as unknown as Sgd<O>;
};
