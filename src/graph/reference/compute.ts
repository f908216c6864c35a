import { sizeOf } from '../../math/shape.ts';
import type { Operation, Primitive, Window } from '../tensor.ts';
import { drawn, erfOf } from './functions.ts';
import { eachRow, eachWindow, stridesOf, type Values, walk } from './places.ts';

type Compute = (to: Values, x: readonly Values[], of: Operation) => void;
type Function = (...x: number[]) => number;

const elementwise =
  (each: Function): Compute =>
  (to, x) => {
    for (let j = 0; j < to.length; j += 1) to[j] = each(...x.map((own) => own[j]!));
  };

const shapeIn = ({ inputs }: Operation, index = 0) => inputs[index]!.shape;

function product(to: Values, [a, b]: readonly Values[], of: Operation): void {
  const [m, n] = of.shapes[0]!.slice(-2) as [number, number];
  const depth = shapeIn(of).at(-1)!;
  for (let j = 0; j < to.length; j += 1) {
    const [row, group] = [Math.floor(j / n), Math.floor(j / (m * n))];
    for (let p = 0; p < depth; p += 1) to[j]! += a![row * depth + p]! * b![(group * depth + p) * n + (j % n)]!;
  }
}

function concatenate(to: Values, x: readonly Values[], { shapes, inputs, attributes }: Operation): void {
  const strides = stridesOf(shapes[0]!);
  const axis = attributes.axes![0]!;
  let from = 0;
  inputs.forEach(({ shape }, k) => {
    walk(shape, strides, from * strides[axis]!, (j, place) => {
      to[place] = x[k]![j]!;
    });
    from += shape[axis]!;
  });
}

function top(to: Values, [a]: readonly Values[], of: Operation): void {
  const size = shapeIn(of).at(-1)!;
  const k = of.shapes[0]!.at(-1)!;
  for (let row = 0; row * size < a!.length; row += 1) {
    const own = a!.subarray(row * size, (row + 1) * size);
    const order = [...own.keys()].sort((p, q) => own[q]! - own[p]! || p - q);
    to.set(order.slice(0, k), row * k);
  }
}

/** Copies from places of the input, by strides. */
const copying =
  (
    strides: (of: Operation, own: readonly number[]) => readonly number[],
    offset?: (of: Operation) => number,
  ): Compute =>
  (to, [a], of) => {
    const own = stridesOf(shapeIn(of));
    walk(of.shapes[0]!, strides(of, own), offset?.(of) ?? 0, (j, place) => {
      to[j] = a![place]!;
    });
  };

const gathered = (of: Operation, index: Values) => ({
  index,
  shape: shapeIn(of, 1),
  batch: of.attributes.batch ?? 0,
});

/** What each primitive does in 64 bits, into zeros. Leaves, loops and fused operations are the evaluator's. */
export const COMPUTE: Partial<Record<Primitive, Compute>> = {
  add: elementwise((...x) => x.reduce((total, each) => total + each)),
  multiply: elementwise((...x) => x.reduce((total, each) => total * each)),
  divide: elementwise((a, b) => a! / b!),
  maximum: elementwise((a, b) => (a! < b! ? b! : a!)),
  less: elementwise((a, b) => Number(a! < b!)),
  select: elementwise((mask, a, b) => (mask === 0 ? b! : a!)),
  exp: elementwise(Math.exp as Function),
  log: elementwise(Math.log as Function),
  tanh: elementwise(Math.tanh as Function),
  sigmoid: elementwise((x) => 1 / (1 + Math.exp(-x!))),
  sqrt: elementwise(Math.sqrt as Function),
  erf: elementwise((x) => erfOf(x!)),
  stop: (to, [a]) => to.set(a!),
  reshape: (to, [a]) => to.set(a!),
  constant(to, _, { attributes: { values } }) {
    if (values!.length === 1) to.fill(values![0]!);
    else to.set(values!);
  },
  draw(to, [key, at]) {
    for (let j = 0; j < to.length; j += 1) to[j] = drawn(key!, j, at![0]!);
  },
  sum(to, [a], of) {
    const { axes } = of.attributes;
    const strides = stridesOf(of.shapes[0]!).map((stride, axis) => (axes!.includes(axis) ? 0 : stride));
    walk(shapeIn(of), strides, 0, (j, place) => {
      to[place]! += a![j]!;
    });
  },
  broadcast: copying((of, own) => {
    const shape = shapeIn(of);
    return of.shapes[0]!.map((_, axis) => (shape.length === 0 || shape[axis] === 1 ? 0 : own[axis]!));
  }),
  transpose: copying((of, own) => of.attributes.axes!.map((axis) => own[axis]!)),
  slice: copying(
    (_, own) => own,
    (of) => {
      const own = stridesOf(shapeIn(of));
      return of.attributes.starts!.reduce((sum, from, axis) => sum + from * own[axis]!, 0);
    },
  ),
  concatenate,
  product,
  top,
  gather: (to, [a, index], of) =>
    eachRow(shapeIn(of), gathered(of, index!), (row, from) => {
      to[row] = a![from]!;
    }),
  scatter: (to, [a, index], of) =>
    eachRow(of.shapes[0]!, gathered(of, index!), (row, from) => {
      to[from]! += a![row]!;
    }),
  windows: (to, [a], of) =>
    eachWindow(shapeIn(of), of.shapes[0]!, of.attributes.window as Window, (at, from) => {
      to[at] = a![from]!;
    }),
  overlap: (to, [a], of) =>
    eachWindow(of.shapes[0]!, shapeIn(of), of.attributes.window as Window, (at, from) => {
      to[from]! += a![at]!;
    }),
};

/** Numbers of an operation's one output. */
export function computed(of: Operation, x: readonly Values[]): Values {
  const to = new Float64Array(sizeOf(of.shapes[0]!));
  COMPUTE[of.name]!(to, x, of);
  return to;
}
