/** A convolutional network written by hand: blocks are data, the network is a function of them. */
import {
  affine,
  conv2d,
  crossEntropy,
  dense,
  dropout,
  type Floats,
  filters,
  floats,
  gradient,
  graph,
  integers,
  type Matrix,
  maxPool,
  type Network,
  relu,
  reshape,
  type Stream,
  type Tensors,
} from '../../../src/graph/index.ts';

const blocks = {
  first: filters(5, 5, 1, 10),
  second: filters(5, 5, 10, 20),
  hidden: dense(320, 50),
  head: dense(50, 10),
};
type Blocks = typeof blocks;

export const cnn: Network<Blocks, [images: Floats<4>, noise: Stream], Matrix> = {
  parameters: blocks,
  apply: (p: Tensors<Blocks>, images, noise) => {
    const once = relu(maxPool(conv2d(images, p.first), 2));
    const twice = relu(maxPool(conv2d(once, p.second), 2));
    const hidden = relu(affine(reshape(twice, [images.shape[0]!, 320]), p.hidden));
    return affine(dropout(hidden, 0.5, noise), p.head);
  },
};

/** The gradient alone, by parameters and by the images: what an attack that inverts gradients asks for. */
export const gradients = graph(
  {
    name: 'cnn-gradients',
    parameters: blocks,
    inputs: { x: floats(2, 28, 28, 1), y: integers(2) },
    draws: ['dropout'],
  },
  ({ parameters: p, inputs: { x, y }, draws }) => {
    const loss = crossEntropy(cnn.apply(p, x, draws.dropout), y);
    return { outputs: { loss, ...gradient(loss, { p, x }) } };
  },
);
