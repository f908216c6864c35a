import { fused } from '../fused.ts';
import { add, divide, less, multiply, select, sigmoid, sqrt, tanh } from '../primitive/elementwise.ts';
import { broadcast, reshape, slice, transpose } from '../primitive/layout.ts';
import { product } from '../primitive/product.ts';
import type { Floats, Integers, Matrix, Tensors, Vector } from '../tensor.ts';
import { affine } from './affine.ts';
import { square, subtract } from './arithmetic.ts';
import { mean, places } from './axes.ts';
import type { GruBlock, Normal } from './blocks.ts';
import { softmax } from './softmax.ts';

/** γ (x − μ) / √(σ² + ε) + β over the last axis, σ² the biased variance. Source: Ba et al., Layer normalization, 2016. */
export const layerNorm = <R extends number>(
  x: Floats<R>,
  { scale, shift }: Tensors<Normal>,
  epsilon = 1e-5,
): Floats<R> =>
  fused('layer-norm', [x as Floats, scale, shift] as const, (own, gamma, beta) => {
    const wide = (v: Vector) =>
      reshape(
        v,
        own.shape.map((size, axis) => (axis === own.rank - 1 ? size : 1)),
      ) as Floats;
    const away = subtract(own, mean(own, -1));
    const scaled = divide(away, sqrt(add(mean(square(away), -1), epsilon)));
    return add(multiply(scaled, wide(gamma)), wide(beta));
  }) as Floats<R>;

/** A score that hides a key; finite, so that a row that sees nothing gives uniform weights and not NaN. */
const HIDDEN = -1e30;

/**
 * softmax(q kᵀ / √d + mask) v over [batch, heads, length, d]; a mask of 0 hides.
 * Source: Vaswani et al., Attention is all you need, 2017, §3.2.1.
 */
export const attention = (q: Floats<4>, k: Floats<4>, v: Floats<4>, mask: Floats<4>): Floats<4> =>
  fused('attention', [q, k, v, mask] as const, (ownQ, ownK, ownV, seen) => {
    const scores = multiply(product(ownQ, transpose(ownK)), 1 / Math.sqrt(ownQ.shape[3] as number));
    return product(softmax(select(seen, scores, HIDDEN)), ownV);
  });

/**
 * One step of a gated recurrent unit, rows of x and h side by side.
 *
 *   r = σ(x W_r + h U_r),   z = σ(x W_z + h U_z),   n = tanh(x W_n + r ⊙ (h U_n)),   h' = (1 − z) ⊙ n + z ⊙ h
 *
 * Source: Cho et al., EMNLP 2014, in PyTorch's form: r acts behind the product, and each affine map has its own bias.
 */
export const gru = (x: Matrix, h: Matrix, { into, across }: Tensors<GruBlock>): Matrix =>
  fused('gru', [x, h, into.kernel, into.bias, across.kernel, across.bias] as const, (ownX, ownH, wi, bi, wh, bh) => {
    const [a, b] = [affine(ownX, { kernel: wi, bias: bi }), affine(ownH, { kernel: wh, bias: bh })];
    const units = ownH.shape[1] as number;
    const gate = (of: Matrix, index: number) => slice(of, 1, index * units, (index + 1) * units);
    const [r, z] = [sigmoid(add(gate(a, 0), gate(b, 0))), sigmoid(add(gate(a, 1), gate(b, 1)))];
    const next = tanh(add(gate(a, 2), multiply(r, gate(b, 2))));
    return add(multiply(subtract(1, z), next), multiply(z, ownH));
  });

/** Puts a row at a place of the second last axis: a cache that grows. */
export const put = <R extends number>(x: Floats<R>, row: Floats<NoInfer<R>>, at: Integers<0>): Floats<R> =>
  fused('put', [x as Floats, row as Floats, at] as const, (own, next, place) => {
    const size = own.shape.at(-2) as number;
    const [here, all] = [broadcast(place, [size]), places(size)];
    const isHere = multiply(subtract(1, less(here, all)), subtract(1, less(all, here)));
    const shape = own.shape.map((_, axis) => (axis === own.rank - 2 ? size : 1));
    return select(reshape(isHere, shape) as Floats, next, own);
  }) as Floats<R>;
