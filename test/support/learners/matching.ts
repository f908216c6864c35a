/** HFMDS: images whose features match a target, by Adam on the inputs; the extractor is frozen. All steps are one call. */
import {
  abs,
  adamW,
  add,
  affine,
  dense,
  type Floats,
  floats,
  gradient,
  graph,
  type Matrix,
  mean,
  multiply,
  relu,
  reshape,
  type Scalar,
  scan,
  sigmoid,
  slice,
  square,
  subtract,
  sum,
  type Tensors,
  type Vector,
} from '../../../src/graph/index.ts';

export const extractorBlocks = (sizes: readonly number[]) => ({
  layers: sizes.slice(1).map((units, k) => dense(sizes[k]!, units)),
});
type Extractor = Tensors<ReturnType<typeof extractorBlocks>>;
const features = ({ layers }: Extractor, x: Matrix): Matrix => layers.reduce((y, layer) => relu(affine(y, layer)), x);

/** Mean |horizontal| + mean |vertical difference| of each of n square images, [n, 1]. */
export function variation(x: Matrix, side: number): Matrix {
  const image = reshape(x, [x.shape[0]!, side, side]);
  const along = (axis: 1 | 2) => {
    const away = subtract(slice(image, axis, 1, side), slice(image, axis, 0, side - 1));
    return mean(abs(away), 1, 2);
  };
  return reshape(add(along(1) as Floats<3>, along(2) as Floats<3>), [x.shape[0]!, 1]);
}

/** L(u) of each image, summed over images, so that the batch is only a way of computing. */
export function matchingLoss(
  phi: Extractor,
  u: Matrix,
  target: Matrix,
  { side, tv, energy }: { side: number; tv: number; energy: number },
): Scalar {
  const x = sigmoid(u);
  const away = mean(square(subtract(features(phi, x), target)), 1);
  return sum(add(away, multiply(tv, variation(x, side)), multiply(energy, mean(square(x), 1))));
}

export const synthesis = ({
  sizes,
  count,
  side,
  steps,
  tv = 0.05,
  energy = 0,
  rate = 0.1,
}: {
  sizes: readonly number[];
  count: number;
  side: number;
  steps: number;
  tv?: number;
  energy?: number;
  rate?: number;
}) => {
  const adam = adamW({ rate });
  const [d, features] = [sizes[0]!, sizes.at(-1)!];
  return graph(
    {
      name: 'synthesis',
      parameters: extractorBlocks(sizes),
      state: adam.state(count * d),
      inputs: { u: floats(count, d), target: floats(count, features) },
    },
    ({ parameters, state, inputs: { u, target } }) => {
      const { carry, gives } = scan({
        times: steps,
        carry: { w: reshape(u, [count * d]) as Vector, state },
        each: ({ w, state }) => {
          const now = reshape(w, [count, d]);
          const loss = matchingLoss(parameters, now, target, { side, tv, energy });
          const next = adam.step({ w, g: reshape(gradient(loss, now), [count * d]), state });
          return { carry: next, gives: { loss } };
        },
      });
      return { outputs: { images: sigmoid(reshape(carry.w, [count, d])), u: carry.w, losses: gives.loss } };
    },
  );
};
