import { sizeOf } from '../../math/shape.ts';
import { fused } from '../fused.ts';
import { add } from '../primitive/elementwise.ts';
import { reshape } from '../primitive/layout.ts';
import { product } from '../primitive/product.ts';
import type { Floats, Matrix, Tensors } from '../tensor.ts';
import { relu } from './arithmetic.ts';
import { expand } from './axes.ts';
import { type Dense, dense, glorot } from './blocks.ts';

/** x W + b over the last axis. */
export const affine = <R extends number>(x: Floats<R>, { kernel, bias }: Tensors<Dense>): Floats<R> =>
  fused('affine', [x as Floats, kernel, bias] as const, (own, w, b) => {
    const rows = reshape(own, [sizeOf(own.shape.slice(0, -1)), own.shape.at(-1) as number]);
    const moved = add(product(rows, w), expand(b, 0));
    return reshape(moved, own.shape.with(-1, w.shape[1] as number)) as Floats;
  }) as Floats<R>;

/** A network: its blocks, and a plain function of them. Whatever it needs besides comes behind x. */
export interface Network<P, A extends readonly unknown[], Y> {
  readonly parameters: P;
  readonly apply: (parameters: Tensors<P>, ...x: A) => Y;
}

/** Affine layers of these sizes with an activation between them. */
export function mlp(
  sizes: readonly number[],
  start = glorot,
  activate: (x: Floats) => Floats = relu,
): Network<{ readonly layers: readonly Dense[] }, [x: Matrix], Matrix> {
  const last = sizes.length - 2;
  return {
    parameters: { layers: sizes.slice(1).map((units, k) => dense(sizes[k] as number, units, start)) },
    apply: ({ layers }, x) =>
      layers.reduce((y, layer, k) => (k < last ? activate(affine(y, layer)) : affine(y, layer)) as Matrix, x),
  };
}
