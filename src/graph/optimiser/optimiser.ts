import { sizeOf } from '../../math/shape.ts';
import { concatenate, reshape, slice } from '../primitive/layout.ts';
import { constant } from '../primitive/leaf.ts';
import type { Floats, Specs, Tensors, Vector } from '../tensor.ts';
import { isSpec, leaves, rebuilt } from '../trees.ts';

/** An optimiser sees one flat vector: w, its gradient g, and what it keeps for them. */
export interface Optimiser<S> {
  readonly state: (size: number) => S;
  readonly step: (at: { readonly w: Vector; readonly g: Vector; readonly state: Tensors<S> }) => {
    readonly w: Vector;
    readonly state: Tensors<S>;
  };
}

/** Blocks as the one vector that they are neighbours in. */
export const flat = (blocks: object): Vector =>
  concatenate(leaves(blocks).map((each) => reshape(each as Floats, [sizeOf(each.shape)])));

/** A vector as blocks of the shapes of others. */
export function unflat<T>(vector: Vector, like: T): T {
  let from = 0;
  return rebuilt(like, ({ shape }) => {
    const start = from;
    from += sizeOf(shape);
    return reshape(slice(vector, 0, start, from), shape);
  });
}

/** 1 for each number of the blocks whose paths pass, else 0: of matrices, say, and not of biases. */
export function blockMask(parameters: Specs, keep: (path: string) => boolean): Vector {
  const masks = (specs: Specs, path: string): number[] =>
    isSpec(specs)
      ? new Array<number>(sizeOf(specs.shape)).fill(Number(keep(path)))
      : Object.entries(specs).flatMap(([name, each]) => masks(each as Specs, path === '' ? name : `${path}/${name}`));
  const values = masks(parameters, '');
  return constant(values, values.length);
}
