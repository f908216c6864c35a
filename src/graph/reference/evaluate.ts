import { assert } from '../../assert.ts';
import { sizeOf } from '../../math/shape.ts';
import type { Graph } from '../graph.ts';
import type { Operation, Tensor } from '../tensor.ts';
import { leaves, rebuilt } from '../trees.ts';
import { COMPUTE, computed } from './compute.ts';
import type { Values } from './places.ts';

type Known = Map<Operation, readonly (Values | undefined)[]>;

const valuesOf = (known: Known, { operation, output }: Tensor): Values => known.get(operation)![output]!;

/** What a body knows: placeholders, and behind them what it takes from outside. */
function bound({ attributes: { body } }: Operation, values: readonly Values[]): Known {
  const { placeholders, free } = body!;
  const known = new Map<Operation, (Values | undefined)[]>();
  [...placeholders, ...free].forEach((each, index) => {
    const own = known.get(each.operation) ?? [];
    own[each.output] = values[index];
    known.set(each.operation, own);
  });
  return known;
}

function repeat(of: Operation, x: readonly Values[]): Values[] {
  const { body, times = 0, isReversed = false } = of.attributes;
  const { carried, sliced, outputs } = body!;
  const stacked = of.shapes.slice(carried).map((shape) => new Float64Array(sizeOf(shape)));
  const [slices, free] = [x.slice(carried, carried + sliced), x.slice(carried + sliced)];
  let carry = x.slice(0, carried);
  for (let turn = 0; turn < times; turn += 1) {
    const at = isReversed ? times - 1 - turn : turn;
    const own = slices.map((each) => each.subarray((at * each.length) / times, ((at + 1) * each.length) / times));
    const made = evaluate(outputs, bound(of, [...carry, ...own, Float64Array.of(at), ...free]));
    [...made.slice(carried), ...carry].forEach((each, index) => stacked[index]!.set(each, at * each.length));
    carry = made.slice(0, carried);
  }
  return [...carry, ...stacked];
}

function outputsOf(of: Operation, x: readonly Values[]): readonly Values[] {
  if (of.name === 'fused') return evaluate(of.attributes.body!.outputs, bound(of, x));
  if (of.name === 'scan') return repeat(of, x);
  assert(COMPUTE[of.name] !== undefined, `a value for ${of.label} is given`);
  return [computed(of, x)];
}

/** Numbers of some tensors in 64 bits, from those of the leaves that they need. */
export function evaluate(outputs: readonly Tensor[], leavesKnown: Known): Values[] {
  const known: Known = new Map(leavesKnown);
  const needed = new Set<Operation>();
  const visit = (each: Operation): void => {
    if (known.has(each) || needed.has(each)) return;
    needed.add(each);
    for (const { operation } of each.inputs) visit(operation);
  };
  for (const { operation } of outputs) visit(operation);
  for (const each of [...needed].sort((a, b) => a.id - b.id)) {
    known.set(
      each,
      outputsOf(
        each,
        each.inputs.map((input) => valuesOf(known, input)),
      ),
    );
  }
  return outputs.map((each) => valuesOf(known, each));
}

/** Numbers in the tree of what a graph takes: nested lists as matrices are written, or flat ones. */
export interface Given {
  readonly parameters?: unknown;
  readonly state?: unknown;
  readonly inputs?: unknown;
  readonly draws?: unknown;
}
/** Flat numbers in the tree of what a graph gives. */
export type Made<T> = T extends Tensor ? Float64Array : { readonly [Name in keyof T]: Made<T[Name]> };

const flatOf = (numbers: unknown): number[] =>
  typeof numbers === 'number' ? [numbers] : Array.from(numbers as ArrayLike<unknown>, flatOf).flat();

/** Runs a graph in 64 bits, slowly: what back ends are held against. */
export function runReference<P, S, I, D extends string, O>(
  { takes, gives }: Graph<P, S, I, D, O>,
  given: Given,
): Made<typeof gives> {
  const known = new Map<Operation, readonly Values[]>();
  const bind = (tensors: object, numbers: unknown): void => {
    if ('operation' in tensors) known.set((tensors as Tensor).operation, [Float64Array.from(flatOf(numbers))]);
    else {
      for (const [name, each] of Object.entries(tensors)) bind(each, (numbers as Record<string, unknown>)?.[name]);
    }
  };
  bind(takes, given);
  const made = evaluate(leaves(gives), known);
  return rebuilt(gives, (_, index) => made[index]) as unknown as Made<typeof gives>;
}
