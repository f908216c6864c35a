import type { Operation, Tensor } from '../tensor.ts';
import { operation, tensor } from '../write.ts';

export const keyOf = ({ operation: { id }, output }: Tensor): string => `${id}.${output}`;

/** Operations that outputs need and that lead down to some of `ends`, in their order. */
export function between(outputs: readonly Tensor[], ends: readonly Tensor[]): Operation[] {
  const keys = new Set(ends.map(keyOf));
  const first = ends.reduce((least, each) => Math.min(least, each.operation.id), Number.POSITIVE_INFINITY);
  const leads = new Map<Operation, boolean>();
  const visit = (each: Operation): boolean => {
    if (each.id < first) return false;
    const known = leads.get(each);
    if (known !== undefined) return known;
    const found = each.inputs.map((input) => visit(input.operation) || keys.has(keyOf(input))).includes(true);
    leads.set(each, found);
    return found;
  };
  for (const each of outputs) visit(each.operation);
  return [...leads]
    .filter(([, isLeading]) => isLeading)
    .map(([each]) => each)
    .sort((a, b) => a.id - b.id);
}

/** The same outputs with other tensors in some places: a copy of what lies between. */
export function substitute(
  outputs: readonly Tensor[],
  from: readonly Tensor[],
  to: readonly Tensor[],
): readonly Tensor[] {
  const known = new Map(from.map((each, index) => [keyOf(each), to[index] as Tensor]));
  const mapped = (each: Tensor): Tensor => known.get(keyOf(each)) ?? each;
  for (const each of between(outputs, from)) {
    const copy = operation(each.name, each.inputs.map(mapped), each.shapes, each.attributes, each);
    each.shapes.forEach((_, output) => {
      const key = `${each.id}.${output}`;
      if (!known.has(key)) known.set(key, tensor(copy, output));
    });
  }
  return outputs.map(mapped);
}
