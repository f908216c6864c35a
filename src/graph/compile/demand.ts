import type { Operation, Tensor } from '../tensor.ts';

/** What a program must make, and where: of each loop, and of what lies outside of all (undefined), in order. */
export interface Demand {
  readonly operations: ReadonlyMap<Operation | undefined, readonly Operation[]>;
  /** The loop whose every turn makes it anew; what hangs on no turn is made outside. */
  readonly loopOf: (operation: Operation) => Operation | undefined;
  /** Outputs that somebody reads. */
  readonly outputs: ReadonlyMap<Operation, ReadonlySet<number>>;
}

/** A placeholder's loop, and which of its placeholders. */
type Held = ReadonlyMap<Operation, { readonly loop: Operation; readonly index: number }>;

/** Finds what outputs need; of loops only the carries and stacks that are read. */
export function demandOf(roots: readonly Tensor[]): Demand {
  const outputs = new Map<Operation, Set<number>>();
  const held = new Map<Operation, { loop: Operation; index: number }>();
  const stack = [...roots];

  const needOfLoop = (of: Operation, output: number): void => {
    const { outputs: next, carried, placeholders } = of.attributes.body!;
    placeholders.forEach(({ operation }, index) => held.set(operation, { loop: of, index }));
    const given = next.length - carried;
    const carry = output < carried ? output : output - carried - given;
    // Behind what a loop gives come its carries before each turn.
    if (carry >= 0) stack.push(of.inputs[carry]!, next[carry]!, tensorOf(of, carry));
    else stack.push(next[output]!);
  };
  const needOfHeld = ({ loop, index }: { loop: Operation; index: number }): void => {
    const { carried, sliced } = loop.attributes.body!;
    if (index < carried) stack.push(tensorOf(loop, index));
    else if (index < carried + sliced) stack.push(loop.inputs[index]!);
  };

  for (let each = stack.pop(); each !== undefined; each = stack.pop()) {
    const { operation: of, output } = each;
    const own = outputs.get(of) ?? new Set();
    if (own.has(output)) continue;
    own.add(output);
    outputs.set(of, own);
    if (of.name === 'scan') needOfLoop(of, output);
    else if (held.has(of)) needOfHeld(held.get(of)!);
    else stack.push(...of.inputs);
  }
  const loopOf = loopsOf(held);
  const operations = new Map<Operation | undefined, Operation[]>([[undefined, []]]);
  for (const each of [...outputs.keys()].sort((a, b) => a.id - b.id)) {
    const loop = loopOf(each);
    const own = operations.get(loop) ?? [];
    own.push(each);
    operations.set(loop, own);
  }
  return { operations, loopOf, outputs };
}

const tensorOf = (operation: Operation, output: number): Tensor => {
  const shape = operation.shapes[output]!;
  return { operation, output, shape, rank: shape.length, kind: operation.kinds[output] ?? operation.kinds[0]! };
};

/** The innermost loop that an operation hangs on a turn of. */
function loopsOf(held: Held): (operation: Operation) => Operation | undefined {
  const known = new Map<Operation, Operation | undefined>();
  const depth = (loop: Operation | undefined): number => (loop === undefined ? 0 : 1 + depth(loopOf(loop)));
  const loopOf = (each: Operation): Operation | undefined => {
    const own = held.get(each)?.loop;
    if (own !== undefined || known.has(each)) return own ?? known.get(each);
    let innermost: Operation | undefined;
    for (const input of each.inputs) {
      const loop = loopOf(input.operation);
      if (depth(loop) > depth(innermost)) innermost = loop;
    }
    known.set(each, innermost);
    return innermost;
  };
  return loopOf;
}
