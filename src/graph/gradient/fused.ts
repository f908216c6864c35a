import { fused } from '../fused.ts';
import type { Body, Floats, Operation, Tensor } from '../tensor.ts';
import { isFloat } from '../tensor.ts';
import { tensor } from '../write.ts';
import { substitute } from './between.ts';
import type { Gradients } from './rules.ts';

/** Differentiates what lies between tensors, as the rules of composed operations need it. */
export type Pullback = (
  outputs: readonly Tensor[],
  seeds: Gradients,
  of: readonly Tensor[],
  options?: { readonly isCut?: boolean },
) => Floats[];

/** A piece's gradient is a piece: of its inputs, its outputs, and the gradients of those that have one. */
export function fusedRule(of: Operation, gradients: Gradients, pullback: Pullback): Gradients {
  const { inputs, label } = of;
  const { placeholders, free, outputs } = of.attributes.body as Body;
  const results = of.shapes.map((_, output) => tensor(of, output));
  const seeds = gradients.filter((each) => each !== undefined);
  const made = fused(`${label}/gradient`, [...inputs, ...results, ...seeds], (...held) => {
    const own = held.slice(0, inputs.length);
    const again = substitute(outputs, [...placeholders, ...free], own);
    const seeded = again.filter((_, index) => gradients[index] !== undefined);
    const behind = held.slice(inputs.length + results.length) as Floats[];
    return pullback(seeded, behind, own.filter(isFloat), { isCut: true });
  }) as Floats[];
  return inputs.map((each) => (isFloat(each) ? made.shift() : undefined));
}
