import type { Body, Operation, Tensor } from '../tensor.ts';
import { operation, tensor } from '../write.ts';
import { pieceOf } from './pieces.ts';
import { simplifier } from './simplify.ts';

/** What tensors of the graph as it was written have become. */
type Known = Map<Operation, (Tensor | undefined)[]>;

/**
 * The same outputs without fused operations, but for those that have a kernel: each stands for itself, and equal operations
 * are one. Conversions between
 * whole and real numbers are operations of their own: a `broadcast` that changes nothing but the kind.
 */
export function flattened(outputs: readonly Tensor[]): readonly Tensor[] {
  const simple = simplifier();
  const mapped = (each: Tensor, known: Known): Tensor => known.get(each.operation)![each.output]!;

  const inlined = (of: Operation, inputs: readonly Tensor[]): readonly Tensor[] => {
    const { placeholders, free, outputs: made } = of.attributes.body!;
    return visit(made, bound([...placeholders, ...free], inputs));
  };

  const looped = (of: Operation, inputs: readonly Tensor[]): readonly Tensor[] => {
    const { placeholders, free, outputs: made, carried, sliced } = of.attributes.body!;
    const own = placeholders.map((each) =>
      tensor(operation('input', [], [each.shape], {}, { label: each.operation.label, kinds: [each.kind] })),
    );
    const next = visit(made, bound([...placeholders, ...free], [...own, ...inputs.slice(carried + sliced)]));
    const body: Body = { placeholders: own, outputs: next, free: inputs.slice(carried + sliced), carried, sliced };
    const whole = operation('scan', inputs, of.shapes, { ...of.attributes, body }, of);
    return of.shapes.map((_, output) => tensor(whole, output));
  };

  const visit = (wanted: readonly Tensor[], known: Known): readonly Tensor[] => {
    for (const each of missing(wanted, known)) {
      const inputs = each.inputs.map((input) => mapped(input, known));
      if (pieceOf(each)) known.set(each, [simple(each, inputs)]);
      else if (each.name === 'fused') known.set(each, [...inlined(each, inputs)]);
      else if (each.name === 'scan') known.set(each, [...looped(each, inputs)]);
      else if (each.name === 'input') known.set(each, [tensor(each)]);
      else known.set(each, [simple(each, inputs)]);
    }
    return wanted.map((each) => mapped(each, known));
  };
  return visit(outputs, new Map());
}

/** What a body knows: placeholders, and what it takes from outside. */
function bound(held: readonly Tensor[], values: readonly Tensor[]): Known {
  const known: Known = new Map();
  held.forEach((each, index) => {
    const own = known.get(each.operation) ?? [];
    own[each.output] = values[index];
    known.set(each.operation, own);
  });
  return known;
}

/** Operations that outputs need and that aren't known, in the order that they were written in. */
function missing(outputs: readonly Tensor[], known: Known): readonly Operation[] {
  const needed = new Set<Operation>();
  const stack = outputs.map((each) => each.operation);
  for (let each = stack.pop(); each !== undefined; each = stack.pop()) {
    if (known.has(each) || needed.has(each)) continue;
    needed.add(each);
    for (const input of each.inputs) stack.push(input.operation);
  }
  return [...needed].sort((a, b) => a.id - b.id);
}
