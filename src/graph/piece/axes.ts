import { sizeOf } from '../../math/shape.ts';
import { add, divide, less, multiply, sqrt } from '../primitive/elementwise.ts';
import { broadcast, reshape } from '../primitive/layout.ts';
import { constant } from '../primitive/leaf.ts';
import { sum } from '../primitive/reduce.ts';
import { gather } from '../primitive/rows.ts';
import type { Floats, Higher, Integers, Lower, Matrix, Scalar, Vector } from '../tensor.ts';
import { axisOf } from '../write.ts';
import { square, subtract } from './arithmetic.ts';

/** A new axis of size 1. */
export const expand = <R extends number>(x: Floats<R>, axis: number): Floats<Higher<R>> =>
  reshape(x, x.shape.toSpliced(axis < 0 ? axis + x.rank + 1 : axis, 0, 1)) as Floats as Floats<Higher<R>>;
/** Without an axis of size 1, the last by default. */
export const squeeze = <R extends number>(x: Floats<R>, axis = -1): Floats<Lower<R>> =>
  reshape(x, x.shape.toSpliced(axisOf('squeeze', x, axis), 1)) as Floats as Floats<Lower<R>>;

/** Means over axes, which stay, of size 1; without axes the mean of all is a scalar. */
export function mean(x: Floats): Scalar;
export function mean<R extends number>(x: Floats<R>, ...axes: readonly number[]): Floats<R>;
export function mean(x: Floats, ...axes: readonly number[]): Floats {
  const total = axes.length === 0 ? sum(x) : sum(x, ...axes);
  return multiply(sizeOf(total.shape) / sizeOf(x.shape), total);
}

/** What a count of 0 is divided by. Source: Trinity-RFT's masked means. */
const COUNT_LEAST = 1e-8;

/** Mean over what the mask keeps; 0 where it keeps nothing. */
export const maskedMean = <R extends number>(x: Floats<R>, mask: Floats<NoInfer<R>>): Scalar =>
  divide(sum(multiply(x as Floats, mask as Floats)), add(sum(mask), COUNT_LEAST));

/** Entries of x [..., n] at places of the last axis: [...] or [..., k], as the index is. */
export const pick = <R extends number>(x: Floats, index: Integers<R>): Floats<R> =>
  gather(x, index, index.rank === x.rank ? x.rank - 1 : index.rank) as Floats<R>;

/** 0 … count − 1. */
export const places = (count: number): Vector =>
  constant(
    Array.from({ length: count }, (_, k) => k),
    count,
  );

/** 1 at the index of each row, else 0: [n, classes]. */
export function oneHot(index: Integers<1>, classes: number): Matrix {
  const [n = 0] = index.shape;
  const at = broadcast(reshape(index, [n, 1]), [n, classes]);
  const all = broadcast(expand(places(classes), 0), [n, classes]);
  return multiply(subtract(1, less(at, all)), subtract(1, less(all, at)));
}

/** ‖x‖, the Euclidean norm over all numbers. */
export const norm = (x: Floats): Scalar => sqrt(sum(square(x)));
