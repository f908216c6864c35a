import type { Body, Operation, Tensor } from './tensor.ts';

/** The body of a loop or a fused operation: what its outputs need of its placeholders, and what they take from outside. */
export function bodyOf(placeholders: readonly Tensor[], outputs: readonly Tensor[], carried = 0, sliced = 0): Body {
  const first = placeholders.reduce((least, { operation: { id } }) => Math.min(least, id), Number.POSITIVE_INFINITY);
  const isInside = new Map<Operation, boolean>(placeholders.map((each) => [each.operation, true]));
  const depends = (each: Operation): boolean => {
    const known = isInside.get(each);
    if (known !== undefined) return known;
    // What was written before the placeholders can't hang on them.
    const found = each.id > first && each.inputs.map((input) => depends(input.operation)).includes(true);
    if (each.id > first) isInside.set(each, found);
    return found;
  };
  const free = new Map<string, Tensor>();
  const keep = (each: Tensor): void => {
    if (depends(each.operation) || isLiteral(each.operation)) return;
    free.set(`${each.operation.id}.${each.output}`, each);
  };
  outputs.forEach(keep);
  for (const [each, inside] of isInside) if (inside) each.inputs.forEach(keep);
  return { placeholders, outputs, free: [...free.values()], carried, sliced };
}

/** Written again inside a body rather than taken from outside. */
const isLiteral = ({ name, inputs }: Operation): boolean =>
  name === 'constant' || (name === 'broadcast' && inputs.every((each) => isLiteral(each.operation)));
