import type { Spec, Specs, Tensor } from './tensor.ts';

const isTensor = (each: unknown): each is Tensor => typeof each === 'object' && each !== null && 'operation' in each;
export const isSpec = (each: unknown): each is Spec =>
  typeof each === 'object' && each !== null && 'kind' in each && 'shape' in each && !('operation' in each);

/** Tensors of a tree, in the order of its names. */
export const leaves = (tree: object): readonly Tensor[] =>
  isTensor(tree) ? [tree] : Object.values(tree).flatMap((each) => leaves(each as object));

/** The same tree with other tensors at its leaves. */
export function rebuilt<T>(tree: T, make: (leaf: Tensor, index: number) => unknown): T {
  let next = 0;
  const visit = (each: unknown): unknown => {
    if (isTensor(each)) return make(each, next++);
    if (Array.isArray(each)) return each.map(visit);
    return Object.fromEntries(Object.entries(each as object).map(([name, value]) => [name, visit(value)]));
  };
  return visit(tree) as T;
}

/** Specs of a tree, in the order of its names. */
export const specsOf = (specs: object): readonly Spec[] =>
  isSpec(specs) ? [specs] : Object.values(specs).flatMap((each) => specsOf(each as object));

/** The same tree with other specs at its leaves. */
export function mapSpecs(specs: Specs, change: (each: Spec) => Spec): Specs {
  if (isSpec(specs)) return change(specs);
  if (Array.isArray(specs)) return specs.map((each) => mapSpecs(each as Specs, change));
  return Object.fromEntries(Object.entries(specs).map(([name, each]) => [name, mapSpecs(each as Specs, change)]));
}
