import { subtract } from '../piece/arithmetic.ts';
import { ones, starting } from '../piece/blocks.ts';
import { add, divide, multiply, sqrt } from '../primitive/elementwise.ts';
import { constant, floats } from '../primitive/leaf.ts';
import type { Floats, Operand, Spec, Vector } from '../tensor.ts';
import type { Optimiser } from './optimiser.ts';

interface Options {
  /** η: a number, or a scalar of the graph where it follows a schedule. */
  readonly rate: Operand;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** λ; Adam where it is 0. */
  readonly decay?: number;
  /** 1 where decay acts; everywhere by default. */
  readonly decays?: Vector;
}

/** An alias, since an interface is no record of specs. */
export type AdamState = {
  readonly m: Spec<1, 'float'>;
  readonly v: Spec<1, 'float'>;
  readonly power1: Spec<0, 'float'>;
  readonly power2: Spec<0, 'float'>;
};

/**
 *   m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,   w ← w − η (m̂ / (√v̂ + ε) + λ w),   m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ)
 *
 * β₁ᵗ and β₂ᵗ are kept, not made: a step needs neither a power nor a count.
 *
 * Limits: where a gradient is exactly 0 from the start there is no second derivative, by √0.
 * Source: Loshchilov and Hutter, Decoupled weight decay regularization, ICLR 2019.
 */
export const adamW = ({
  rate,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  decay = 0,
  decays = constant(1, 1),
}: Options): Optimiser<AdamState> => ({
  state: (size) => ({
    ...{ m: floats(size), v: floats(size) },
    ...{ power1: starting(floats(), ones), power2: starting(floats(), ones) },
  }),
  step({ w, g, state }) {
    const m = add(multiply(beta1, state.m), multiply(1 - beta1, g));
    const v = add(multiply(beta2, state.v), multiply(1 - beta2, g, g));
    const [power1, power2] = [multiply(beta1, state.power1), multiply(beta2, state.power2)];
    const [mean, deviation] = [divide(m, subtract(1, power1)), sqrt(divide(v, subtract(1, power2)))];
    const direction = add(divide(mean, add(deviation, epsilon)), multiply(decay, decays, w));
    return { w: subtract(w, multiply(rate as Floats<0>, direction)), state: { m, v, power1, power2 } };
  },
});
