import { sizeOf } from '../../math/shape.ts';
import type { Floats, Kind, Shape, Spec, Stream, Tensor } from '../tensor.ts';
import { made, need, operation, sayShape, tensor } from '../write.ts';

/** Real numbers to be given, or trained. */
export const floats = <const S extends Shape>(...shape: S): Spec<S['length'], 'float'> => ({ shape, kind: 'float' });
/** Whole numbers to be given. */
export const integers = <const S extends Shape>(...shape: S): Spec<S['length'], 'integer'> => ({
  shape,
  kind: 'integer',
});
/** Rows that lie in shared memory, for `gather` alone. */
export const table = <const S extends Shape>(...shape: S): Spec<S['length'], 'float'> => ({
  shape,
  kind: 'float',
  isTable: true,
});

/** The tensor that a spec stands for, under a name. */
export function input<R extends number, K extends Kind>(label: string, { shape, kind }: Spec<R, K>): Tensor<R, K> {
  const isShape = shape.every((size) => Number.isInteger(size) && size >= 1);
  need(isShape, label, () => sayShape(shape), 'pass whole sizes of at least 1');
  return tensor(operation('input', [], [shape], {}, { label, kinds: [kind] }));
}

/** Numbers that are part of the graph: one for each place, or one for all. */
export function constant<const S extends Shape>(values: ArrayLike<number> | number, ...shape: S): Floats<S['length']> {
  const own = typeof values === 'number' ? [values] : values;
  const isEnough = own.length === 1 || own.length === sizeOf(shape);
  need(isEnough, 'constant', () => `${own.length} numbers for ${sayShape(shape)}`, `pass 1 or ${sizeOf(shape)}`);
  return made('constant', [], shape, { values: own });
}

/** Uniform numbers in (0, 1), a function of the stream's key, `at`, and the place in the shape. */
export const draw = <const S extends Shape>(
  stream: Stream,
  shape: S,
  at: Tensor<0> = constant(0),
): Floats<S['length']> => made('draw', [stream, at], shape);

/** The same numbers; no gradient passes. */
export const stop = <T extends Floats>(x: T): T => made('stop', [x], x.shape) as Floats as T;
