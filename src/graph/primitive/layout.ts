import { sizeOf } from '../../math/shape.ts';
import type { Floats, Kind, Shape, Tensor } from '../tensor.ts';
import { isSame } from '../tensor.ts';
import { axisOf, made, need, say, sayShape } from '../write.ts';

// None of these computes; as views most cost nothing.

/** The same numbers in the same order, in another shape. */
export function reshape<const S extends Shape, K extends Kind>(x: Tensor<number, K>, shape: S): Tensor<S['length'], K> {
  const isAll = sizeOf(shape) === sizeOf(x.shape);
  need(isAll, 'reshape', () => `${say(x)} to ${sayShape(shape)}`, `pass a shape of ${sizeOf(x.shape)} numbers`);
  return made('reshape', [x], shape, {}, x.kind);
}

/** Axis j of the result is axis order[j] of x; by default the last two change places. */
export function transpose<R extends number>(x: Floats<R>, order?: readonly number[]): Floats<R> {
  const own = x.shape.map((_, axis) => axis);
  const axes = order ?? [...own.slice(0, -2), ...own.slice(-2).reverse()];
  const isOrder = axes.length === x.rank && own.every((axis) => axes.includes(axis));
  need(isOrder, 'transpose', () => `order ${sayShape(axes)} of ${say(x)}`, 'name each axis once');
  return made(
    'transpose',
    [x],
    axes.map((axis) => x.shape[axis] as number),
    { axes },
  );
}

/** Repeats a scalar, or axes of size 1. */
export function broadcast<const S extends Shape>(x: Tensor, shape: S): Floats<S['length']> {
  if (isSame(x.shape, shape) && x.kind === 'float') return x as Floats<S['length']>;
  const isFitting =
    x.rank === 0 || (x.rank === shape.length && x.shape.every((size, axis) => size === 1 || size === shape[axis]));
  need(isFitting, 'broadcast', () => `${say(x)} to ${sayShape(shape)}`, 'let only sizes of 1 differ');
  return made('broadcast', [x], shape);
}

/** Indices `from` … `to` − 1 of an axis. */
export function slice<R extends number, K extends Kind>(
  x: Tensor<R, K>,
  axis: number,
  from: number,
  to: number,
): Tensor<R, K> {
  const at = axisOf('slice', x, axis);
  const isInside = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= (x.shape[at] ?? 0);
  need(isInside, 'slice', () => `${from} … ${to} of axis ${at} of ${say(x)}`, 'stay inside the axis');
  const starts = x.shape.map((_, each) => (each === at ? from : 0));
  return made('slice', [x], x.shape.with(at, to - from), { starts }, x.kind);
}

/** Tensors one behind the other along an axis. */
export function concatenate<R extends number>(parts: readonly Floats<R>[], axis = 0): Floats<R> {
  const [first] = parts;
  need(first !== undefined, 'concatenate', () => 'no tensors', 'pass at least one');
  const head = first as Floats<R>;
  const at = axisOf('concatenate', head, axis);
  const isLike = ({ shape, rank }: Tensor) => rank === head.rank && isSame(shape.with(at, 0), head.shape.with(at, 0));
  need(parts.every(isLike), 'concatenate', () => parts.map(say).join(', '), `let all axes but ${at} agree`);
  const size = parts.reduce((sum, { shape }) => sum + (shape[at] as number), 0);
  return made('concatenate', parts, head.shape.with(at, size), { axes: [at] });
}
