/**
 * The public entry `fadelab/graph`: learners as graphs of typed operations on tensors. A graph is written by running a plain
 * function once; its gradients, by anything, are graphs as well.
 */

// What a graph is, its loops and its pieces.
export { fused } from './fused.ts';
export { type Gives, type Graph, graph, type Signature, type Takes } from './graph.ts';
export { type Loop, type None, scan } from './scan.ts';
export type * from './tensor.ts';
export { sizeOf } from '../math/shape.ts';
export { gradient } from './gradient/gradient.ts';
export { type Given, type Made, runReference } from './reference/evaluate.ts';
export { type Compiled, compile, type Filled } from './compile/compile.ts';

// Primitives.
export { constant, draw, floats, input, integers, stop, table } from './primitive/leaf.ts';
export {
  add,
  choose,
  divide,
  erf,
  exp,
  less,
  log,
  maximum,
  multiply,
  select,
  sigmoid,
  sqrt,
  tanh,
} from './primitive/elementwise.ts';
export { broadcast, concatenate, reshape, slice, transpose } from './primitive/layout.ts';
export { product } from './primitive/product.ts';
export { sum, top } from './primitive/reduce.ts';
export { gather, scatter } from './primitive/rows.ts';
export { overlap, windows } from './primitive/windows.ts';

// Pieces: compositions that a kernel may stand for.
export { affine, mlp, type Network } from './piece/affine.ts';
export { abs, clip, elu, gelu, minimum, negate, relu, square, subtract } from './piece/arithmetic.ts';
export { attention, gru, layerNorm, put } from './piece/attention.ts';
export { expand, maskedMean, mean, norm, oneHot, pick, places, squeeze } from './piece/axes.ts';
export {
  type Dense,
  dense,
  type Filters,
  fanIn,
  filters,
  type GruBlock,
  glorot,
  gruBlock,
  type Normal,
  normal,
  normalStart,
  ones,
  starting,
  upFilters,
} from './piece/blocks.ts';
export { conv2d, convTranspose2d, maxPool, meanPool } from './piece/convolution.ts';
export { dropout, sample } from './piece/luck.ts';
export { crossEntropy, entropies, logProbabilities, logSoftmax, softmax } from './piece/softmax.ts';

// Optimisers, and steps of them in one loop.
export { type AdamState, adamW } from './optimiser/adam-w.ts';
export { clipNorm } from './optimiser/clip-norm.ts';
export { blockMask, flat, type Optimiser, unflat } from './optimiser/optimiser.ts';
export { sgd } from './optimiser/sgd.ts';
export { type Training, training } from './optimiser/training.ts';
