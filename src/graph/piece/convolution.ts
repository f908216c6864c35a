import { sizeOf } from '../../math/shape.ts';
import { fused } from '../fused.ts';
import { add } from '../primitive/elementwise.ts';
import { reshape, transpose } from '../primitive/layout.ts';
import { product } from '../primitive/product.ts';
import { top } from '../primitive/reduce.ts';
import { overlap, windows } from '../primitive/windows.ts';
import type { Floats, Tensor, Window } from '../tensor.ts';
import { affine } from './affine.ts';
import { mean, pick, squeeze } from './axes.ts';
import type { Filters } from './blocks.ts';

interface Sliding {
  readonly stride?: number;
  /** Zeros around the image, on each side. */
  readonly padding?: number;
}

const windowOf = ({ shape: [height = 1, width = 1] }: Tensor, { stride = 1, padding = 0 }: Sliding): Window => ({
  size: [height, width],
  stride,
  padding: [padding, padding, padding, padding],
});

type Sizes = readonly [number, number, number, number];

/** Images [n, height, width, in] by a kernel [rows, columns, in, out], not mirrored, as the field has it. */
export const conv2d = (x: Floats<4>, { kernel, bias }: Filters, options: Sliding = {}): Floats<4> =>
  fused('conv2d', [x, kernel, bias] as const, (own, w, b) => {
    const patches = windows(own, windowOf(w, options));
    const [n, rows, columns] = patches.shape as unknown as Sizes;
    const out = w.shape[3] as number;
    const depth = sizeOf(w.shape.slice(0, 3));
    const flat = reshape(patches, [n * rows * columns, depth]);
    return reshape(affine(flat, { kernel: reshape(w, [depth, out]), bias: b }), [n, rows, columns, out]);
  });

/** The adjoint of a convolution, from [height, width] back; kernel [rows, columns, out, in]. */
export const convTranspose2d = (
  x: Floats<4>,
  { kernel, bias }: Filters,
  { height, width, ...options }: Sliding & { readonly height: number; readonly width: number },
): Floats<4> =>
  fused('conv-transpose2d', [x, kernel, bias] as const, (own, w, b) => {
    const [n, rows, columns, into] = own.shape as unknown as Sizes;
    const [high, wide, out] = w.shape as unknown as Sizes;
    const spread = transpose(reshape(w, [high * wide * out, into]));
    const patches = product(reshape(own, [n * rows * columns, into]), spread);
    const placed = reshape(patches, [n, rows, columns, high, wide, out]);
    const made = overlap(placed, [n, height, width, out], windowOf(w, options));
    return add(made, reshape(b, [1, 1, 1, out]));
  });

/** Squares of pixels behind each channel: [n, rows, columns, channels, side²]. */
function squares(x: Floats<4>, side: number): Floats<5> {
  const own = windows(x, { size: [side, side], stride: side, padding: [0, 0, 0, 0] });
  const [n, rows, columns] = own.shape as unknown as Sizes;
  return reshape(transpose(own, [0, 1, 2, 5, 3, 4]), [n, rows, columns, own.shape[5] as number, side * side] as const);
}

/** The largest of each square of side × side pixels, of equals the first; a rest at the border is left out. */
export const maxPool = (x: Floats<4>, side: number): Floats<4> =>
  fused('max-pool', [x], (own) => {
    const flat = squares(own, side);
    return squeeze(pick(flat, top(flat, 1)) as Floats) as Floats as Floats<4>;
  });

/** The mean of each square. */
export const meanPool = (x: Floats<4>, side: number): Floats<4> =>
  fused('mean-pool', [x], (own) => squeeze(mean(squares(own, side) as Floats, -1)) as Floats as Floats<4>);
