import type { Floats, Integers, Scalar } from '../tensor.ts';
import { axisOf, made, need, say } from '../write.ts';
import { reshape } from './layout.ts';

/** Sums in ascending order of the index. Axes that are summed stay, of size 1; without axes the sum of all is a scalar. */
export function sum(x: Floats): Scalar;
export function sum<R extends number>(x: Floats<R>, ...axes: readonly number[]): Floats<R>;
export function sum(x: Floats, ...axes: readonly number[]): Floats {
  if (axes.length === 0) return x.rank === 0 ? x : reshape(sum(x, ...x.shape.keys()), []);
  const over = axes.map((axis) => axisOf('sum', x, axis));
  const shape = x.shape.map((size, axis) => (over.includes(axis) ? 1 : size));
  return made('sum', [x], shape, { axes: over });
}

/** Places of the k largest along the last axis, largest first, of equals the lower; no gradient passes. */
export function top<R extends number>(x: Floats<R>, k: number): Integers<R> {
  const size = x.shape.at(-1) ?? 0;
  need(Number.isInteger(k) && k >= 1 && k <= size, 'top', () => `${k} of ${say(x)}`, `pass 1 … ${size}`);
  return made('top', [x], x.shape.with(-1, k), {}, 'integer');
}
