import * as g from '../../src/graph/index.ts';
import { whole } from './graph.ts';

/** Makes a tensor of some. */
export type Make = (...x: g.Floats[]) => g.Floats;
const four = (x: g.Floats | undefined) => x as g.Floats<4>;
const vector = (x: g.Floats | undefined) => x as g.Vector;
const matrix = (x: g.Floats | undefined) => x as g.Matrix;

const STRIDED = { size: [3, 3], stride: 2, padding: [1, 1, 1, 1] } as const;
const GRU_SHAPES = [[3, 2], [2, 6], [6], [2, 6], [6]];

/** Every operation and piece, smooth in a range: shapes, what is made of them, and the range. */
export const CASES: Readonly<
  Record<string, readonly [readonly (readonly number[])[], Make, (readonly [number, number])?]>
> = {
  'sums, products and quotients, with scalars and sizes of 1': [
    [[2, 3], [2, 1], []],
    (a, b, c) => g.divide(g.multiply(a!, g.add(b!, c!), a!), g.add(2, g.square(b!))),
  ],
  'the larger of two, selection, bounds and absolute values': [
    [[7], [7]],
    (a, b) => g.select(g.less(a!, 0.1), g.maximum(g.square(a!), b!), g.clip(g.multiply(a!, g.abs(b!), b!), -0.5, 0.5)),
  ],
  'exp, log, tanh, sigmoid, sqrt and erf': [
    [[5]],
    (a) => g.add(g.log(g.add(1, g.exp(a!))), g.tanh(a!), g.sigmoid(a!), g.sqrt(g.add(2, a!)), g.erf(a!)),
  ],
  'erf in its tail': [[[4]], (a) => g.erf(a!), [2.4, 3.5]],
  'sums and means over axes': [[[2, 3, 2]], (a) => g.multiply(a!, g.mean(a!, 1), g.square(g.sum(a!, 0, 2)))],
  'reshaping, transposing, slicing and concatenating': [
    [
      [2, 6],
      [4, 3],
    ],
    (a, b) =>
      g.square(g.concatenate([g.transpose(g.reshape(a!, [3, 4])), g.slice(g.multiply(b!, b!), 0, 1, 3)] as g.Floats[])),
  ],
  'batched products': [
    [
      [2, 3, 4],
      [2, 4, 2],
    ],
    (a, b) => g.square(g.product(g.sigmoid(a!), b!)),
  ],
  'rows taken and added, with batches and repeated indices': [
    [[2, 4, 2]],
    (a) => {
      const added = g.scatter(g.square(a!), whole([0, 2, 2, 1, 0, 0, 1, 1], 2, 4), [2, 3, 2], 1);
      const taken = g.gather(added, whole([2, 0, 1, 0], 2, 2), 1);
      return g.multiply(g.gather(a!, whole([3, 0, 3, 1], 2, 2), 1), g.square(taken)) as g.Floats;
    },
  ],
  'windows and their overlap': [
    [[1, 4, 5, 2]],
    (a) => g.multiply(a!, g.overlap(g.square(g.windows(four(a), STRIDED)), [1, 4, 5, 2], STRIDED)),
  ],
  'convolution, pooling and transposed convolution': [
    [[1, 6, 6, 1], [3, 3, 1, 2], [2], [2, 2, 1, 2], [1]],
    (x, k, b, l, c) => {
      const y = g.maxPool(g.tanh(g.conv2d(four(x), { kernel: four(k), bias: vector(b) })), 2);
      const sizes = { height: 4, width: 4, stride: 2 };
      return g.sigmoid(g.convTranspose2d(y, { kernel: four(l), bias: vector(c) }, sizes));
    },
  ],
  'mean pooling': [[[1, 4, 4, 2]], (x) => g.square(g.meanPool(four(x), 2))],
  'softmax, log-softmax, layer normalisation, gelu and elu': [
    [[2, 4], [4], [4]],
    (x, s, b) =>
      g.multiply(g.softmax(g.elu(x!)), g.logSoftmax(g.layerNorm(g.gelu(x!), { scale: vector(s), shift: vector(b) }))),
  ],
  'attention with a mask': [
    [
      [1, 2, 3, 2],
      [1, 2, 3, 2],
      [1, 2, 3, 2],
    ],
    (q, k, v) => g.attention(four(q), four(k), four(v), g.constant([1, 0, 0, 1, 1, 0, 1, 1, 1], 1, 1, 3, 3)),
  ],
  'log-probabilities and entropies': [
    [[3, 4]],
    (x) => g.multiply(g.logProbabilities(matrix(x), whole([2, 0, 3], 3) as g.Integers<1>), g.entropies(matrix(x))),
  ],
  'a recurrent unit in a loop, with tensors from outside': [
    GRU_SHAPES,
    (x, wi, bi, wh, bh) => {
      const p = { into: { kernel: matrix(wi), bias: vector(bi) }, across: { kernel: matrix(wh), bias: vector(bh) } };
      const { carry, gives } = g.scan({
        times: 3,
        carry: { h: g.broadcast(g.constant(0.1), [1, 2]) },
        over: { x: matrix(x) },
        each: ({ h }, over) => {
          const next = g.gru(g.reshape(over.x, [1, 2]), h, p);
          return { carry: { h: next }, gives: { next } };
        },
      });
      return g.add(g.sum(gives.next, 1, 2), g.sum(carry.h));
    },
  ],
  'a loop from the last slice to the first': [
    [[4, 2], [2]],
    (x, start) =>
      g.scan({
        ...{ times: 4, carry: vector(start), over: matrix(x), isReversed: true },
        each: (carry, own) => ({ carry: g.tanh(g.add(g.multiply(carry, own), own)) }),
      }).carry,
  ],
  'a loop in a loop': [
    [[3], [3]],
    (a, b) =>
      g.scan({
        times: 2,
        carry: vector(a),
        each: (outer) => ({
          carry: g.scan({ times: 2, carry: outer, each: (x) => ({ carry: g.sigmoid(g.multiply(x, vector(b))) }) })
            .carry,
        }),
      }).carry,
  ],
  'steps of Adam inside a step': [
    [[3], [3]],
    (a, b) => {
      const adam = g.adamW({ rate: 0.1, decay: 0.1 });
      const none = g.multiply(0, vector(a));
      const { carry } = g.scan({
        times: 2,
        carry: { w: vector(a), state: { m: none, v: none, power1: g.constant(1), power2: g.constant(1) } },
        each({ w, state }) {
          const inner = g.gradient(g.sum(g.multiply(w, w, g.add(vector(b), 3))), w);
          return { carry: adam.step({ w, g: inner, state }) };
        },
      });
      return carry.w;
    },
    [0.5, 1.5],
  ],
};
