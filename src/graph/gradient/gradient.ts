import { add } from '../primitive/elementwise.ts';
import { constant } from '../primitive/leaf.ts';
import type { Floats, Operation, Scalar, Tensor, Tree } from '../tensor.ts';
import { isFloat } from '../tensor.ts';
import { leaves, rebuilt } from '../trees.ts';
import { between, keyOf } from './between.ts';
import { fusedRule } from './fused.ts';
import { type Gradients, RULES, zeros } from './rules.ts';
import { scanRule } from './scan.ts';

/**
 * Σ seeds · ∂outputs/∂of. Where it is cut, nothing passes through a tensor of `of` to another: partial derivatives, else
 * total ones. Contributions are added in descending order of the operations that they come from.
 */
export function pullback(
  outputs: readonly Tensor[],
  seeds: Gradients,
  of: readonly Tensor[],
  { isCut = false } = {},
): Floats[] {
  const sums = new Map<string, Floats>();
  const give = (to: Tensor, g: Floats | undefined): void => {
    if (g === undefined || !isFloat(to)) return;
    const known = sums.get(keyOf(to));
    sums.set(keyOf(to), known === undefined ? g : add(known, g));
  };
  outputs.forEach((each, index) => give(each, seeds[index]));
  const cut = new Set(isCut ? of.map(keyOf) : []);
  for (const each of between(outputs, of).reverse()) {
    const keys = each.shapes.map((_, output) => `${each.id}.${output}`);
    const g = keys.map((key) => (cut.has(key) ? undefined : sums.get(key)));
    if (g.every((own) => own === undefined)) continue;
    inward(each, g).forEach((own, index) => give(each.inputs[index] as Tensor, own));
  }
  return of.map((each) => sums.get(keyOf(each)) ?? zeros(each.shape));
}

function inward(of: Operation, gradients: Gradients): Gradients {
  if (of.name === 'fused') return fusedRule(of, gradients, pullback);
  if (of.name === 'scan') return scanRule(of, gradients, pullback);
  return RULES[of.name]?.(gradients[0] as Floats, of) ?? [];
}

/**
 * Gradients of a loss by anything: a tree of tensors gives a tree of the same names and shapes. It is a graph as any other,
 * so that gradients of gradients are too.
 *
 * @example gradient(sum(multiply(w, w)), { w }) // { w: 2 w }
 */
export function gradient<T extends Tree<Floats>>(loss: Scalar, of: T): T {
  const made = pullback([loss], [constant(1)], leaves(of as object));
  return rebuilt(of, (_, index) => made[index]);
}
