import type { Floats, Integers, Operand, Primitive, Scalar, Tensor } from '../tensor.ts';
import { made, need, say } from '../write.ts';
import { broadcast } from './layout.ts';
import { constant } from './leaf.ts';

// Number by number: ranks are equal and sizes equal or 1; scalars and plain numbers go with everything. Nothing else
// broadcasts: [n] against [n, n] is the classic silent error of policy losses.

type RankOf<T> = Exclude<T extends Tensor<infer R> ? R : 0, 0>;
type IsUnion<T, U = T> = T extends U ? ([U] extends [T] ? false : true) : never;
/** Lets a list of operands pass if their ranks, scalars apart, are one. */
export type Alike<T extends readonly unknown[]> =
  true extends IsUnion<RankOf<T[number]>> ? 'ranks differ: say expand(x, axis)'[] : T;
/** The rank that operands have together. */
export type Joint<T extends readonly unknown[]> = [RankOf<T[number]>] extends [never] ? 0 : RankOf<T[number]>;

type Operands = readonly (Tensor | number)[];

function aligned(name: Primitive, operands: Operands): readonly [Tensor, ...Tensor[]] {
  need(operands.length > 0, name, () => 'nothing', 'pass at least one operand');
  const tensors = operands.map((each) => (typeof each === 'number' ? constant(each) : each));
  const rank = tensors.reduce((most, each) => Math.max(most, each.rank), 0);
  const full = tensors.filter((each) => each.rank === rank);
  const sizeAt = (axis: number) => full.find((each) => each.shape[axis] !== 1)?.shape[axis] ?? 1;
  const shape = Array.from({ length: rank }, (_, axis) => sizeAt(axis));
  const isFitting = (each: Tensor) =>
    each.rank === 0 || (each.rank === rank && each.shape.every((size, axis) => size === 1 || size === shape[axis]));
  const isAligned = tensors.every(isFitting);
  need(isAligned, name, () => tensors.map(say).join(' with '), 'give them one rank, and sizes that are equal or 1');
  return tensors.map((each) => broadcast(each, shape)) as unknown as readonly [Tensor, ...Tensor[]];
}

function elementwise<R extends number>(name: Primitive, operands: Operands): Floats<R> {
  const all = aligned(name, operands);
  return made(name, all, all[0].shape);
}

export const add = <T extends readonly Operand[]>(...terms: T & Alike<T>): Floats<Joint<T>> =>
  elementwise('add', terms as Operands);
export const multiply = <T extends readonly Operand[]>(...factors: T & Alike<T>): Floats<Joint<T>> =>
  elementwise('multiply', factors as Operands);
export const divide = <T extends readonly [Operand, Operand]>(...pair: T & Alike<T>): Floats<Joint<T>> =>
  elementwise('divide', pair as Operands);
/** Of equals the first is taken, and gets the gradient. */
export const maximum = <T extends readonly [Operand, Operand]>(...pair: T & Alike<T>): Floats<Joint<T>> =>
  elementwise('maximum', pair as Operands);
/** 1 where a < b, else 0; no gradient passes. */
export const less = <T extends readonly [Tensor | number, Tensor | number]>(...pair: T & Alike<T>): Floats<Joint<T>> =>
  elementwise('less', pair as Operands);
/**
 * a where the mask isn't 0, else b, whose infinities don't matter. The gradient of the one that isn't taken is 0 times its
 * slope: where that is infinite too, as of log at 0, put a harmless number in before the function as well.
 */
export const select = <T extends readonly [mask: Operand, a: Operand, b: Operand]>(
  ...three: T & Alike<T>
): Floats<Joint<T>> => elementwise('select', three as Operands);
/** The same of whole numbers of one shape. */
export const choose = <R extends number>(
  mask: Floats<NoInfer<R>> | Scalar,
  a: Integers<R>,
  b: Integers<NoInfer<R>>,
): Integers<R> => made('select', [broadcast(mask, a.shape), a, b], a.shape, {}, 'integer');

const map =
  (name: Primitive) =>
  <T extends Floats>(x: T): T =>
    made(name, [x], x.shape) as Floats as T;
export const exp = map('exp');
/** The natural logarithm. */
export const log = map('log');
export const tanh = map('tanh');
/** 1 / (1 + e⁻ˣ). */
export const sigmoid = map('sigmoid');
export const sqrt = map('sqrt');
/** 2/√π ∫₀ˣ e^(−t²) dt. */
export const erf = map('erf');
