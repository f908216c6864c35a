import { add, divide, exp, less, multiply, select } from '../primitive/elementwise.ts';
import { broadcast, concatenate, reshape, slice, transpose } from '../primitive/layout.ts';
import { constant } from '../primitive/leaf.ts';
import { product } from '../primitive/product.ts';
import { sum } from '../primitive/reduce.ts';
import { gather, scatter } from '../primitive/rows.ts';
import { overlap, windows } from '../primitive/windows.ts';
import type { Floats, Integers, Operation, Primitive, Shape, Window } from '../tensor.ts';
import { tensor } from '../write.ts';

/** Of each input, as far as one passes. */
export type Gradients = readonly (Floats | undefined)[];
/** The gradients of an operation's inputs, from that of its one output. */
type Rule = (g: Floats, of: Operation) => Gradients;

export const zeros = (shape: Shape): Floats => broadcast(constant(0), shape);

const operands = ({ inputs }: Operation) => inputs as unknown as readonly [Floats, Floats, Floats];
/** What the operation gave: some derivatives are cheapest by it. */
const given = (of: Operation): Floats => tensor(of);

function padded(x: Floats, axis: number, before: number, size: number): Floats {
  const after = size - before - (x.shape[axis] as number);
  const beside = (count: number) => (count > 0 ? [zeros(x.shape.with(axis, count))] : []);
  return before + after === 0 ? x : concatenate([...beside(before), x, ...beside(after)], axis);
}

function parted(g: Floats, { inputs, attributes: { axes = [] } }: Operation): Gradients {
  const axis = axes[0] as number;
  let from = 0;
  return inputs.map(({ shape }) => {
    const start = from;
    from += shape[axis] as number;
    return slice(g, axis, start, from);
  });
}

function repeated(g: Floats, of: Operation): Gradients {
  const [a] = operands(of);
  const axes = a.shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
  if (a.rank === 0) return [sum(g)];
  return [axes.length === 0 ? g : sum(g, ...axes)];
}

/**
 * All there is to know of the derivatives of primitives; inputs, constants, draws, `stop`, `less` and `top` pass none. Each
 * is written with primitives, so that gradients of gradients are these rules once more.
 */
export const RULES: Partial<Record<Primitive, Rule>> = {
  add: (g, { inputs }) => inputs.map(() => g),
  multiply: (g, { inputs }) => inputs.map((_, k) => multiply(g, ...(inputs.toSpliced(k, 1) as Floats[]))),
  divide: (g, of) => [divide(g, operands(of)[1]), multiply(-1, divide(multiply(g, given(of)), operands(of)[1]))],
  maximum(g, of) {
    const [a, b] = operands(of);
    return [select(less(a, b), 0, g), select(less(a, b), g, 0)];
  },
  select: (g, of) => [undefined, select(operands(of)[0], g, 0), select(operands(of)[0], 0, g)],
  exp: (g, of) => [multiply(g, given(of))],
  log: (g, of) => [divide(g, operands(of)[0])],
  tanh: (g, of) => [multiply(g, add(1, multiply(-1, given(of), given(of))))],
  sigmoid: (g, of) => [multiply(g, given(of), add(1, multiply(-1, given(of))))],
  sqrt: (g, of) => [divide(multiply(0.5, g), given(of))],
  erf(g, of) {
    const [a] = operands(of);
    return [multiply(g, 2 / Math.sqrt(Math.PI), exp(multiply(-1, a, a)))];
  },
  sum: (g, of) => [broadcast(g, operands(of)[0].shape)],
  broadcast: repeated,
  reshape: (g, of) => [reshape(g, operands(of)[0].shape)],
  transpose(g, { attributes: { axes = [] } }) {
    return [
      transpose(
        g,
        axes.map((_, axis) => axes.indexOf(axis)),
      ),
    ];
  },
  slice(g, of) {
    const { shape } = operands(of)[0];
    const { starts = [] } = of.attributes;
    return [starts.reduce((inner, from, axis) => padded(inner, axis, from, shape[axis] as number), g)];
  },
  concatenate: parted,
  product(g, of) {
    const [a, b] = operands(of);
    return [product(g, transpose(b)), product(transpose(a), g)];
  },
  gather: (g, { inputs, attributes: { batch } }) => [
    scatter(g, inputs[1] as Integers, operands({ inputs } as Operation)[0].shape, batch),
  ],
  scatter: (g, { inputs, attributes: { batch } }) => [gather(g, inputs[1] as Integers, batch)],
  windows: (g, of) => [overlap(g as Floats<6>, operands(of)[0].shape, of.attributes.window as Window)],
  overlap: (g, of) => [windows(g as Floats<4>, of.attributes.window as Window)],
};
