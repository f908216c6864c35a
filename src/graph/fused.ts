import { bodyOf } from './body.ts';
import { input } from './primitive/leaf.ts';
import type { Shape, Spec, Tensor, Tree } from './tensor.ts';
import { leaves, rebuilt } from './trees.ts';
import { operation, tensor, within } from './write.ts';

export const hold = (label: string, { kind }: Tensor, shape: Shape): Tensor => input(label, { shape, kind } as Spec);

/**
 * Names a piece of graph, so that a back end may have one kernel for it; where it has none the piece stands for itself. Its
 * gradient is fused too, as NAME/gradient: of the same inputs, of its outputs, which a kernel may read though the piece
 * makes them again, and of the gradients of those. Names of this library's own pieces mean those.
 *
 * @example const affine = (x, w, b) => fused('affine', [x, w, b], (x, w, b) => add(product(x, w), expand(b, 0)))
 */
export function fused<A extends readonly Tensor[], T extends Tree<Tensor>>(
  name: string,
  inputs: A,
  body: (...inputs: A) => T,
): T {
  const held = inputs.map((like) => hold(name, like, like.shape));
  const written = within(name, () => body(...(held as unknown as A)));
  const outputs = leaves(written);
  const inside = bodyOf(held, outputs);
  const whole = operation(
    'fused',
    [...inputs, ...inside.free],
    outputs.map(({ shape }) => shape),
    { body: inside },
    { label: name, kinds: outputs.map(({ kind }) => kind) },
  );
  return rebuilt(written, (_, index) => tensor(whole, index));
}
