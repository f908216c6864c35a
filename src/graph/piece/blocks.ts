import { sizeOf } from '../../math/shape.ts';
import { floats } from '../primitive/leaf.ts';
import type { Spec, Tensors } from '../tensor.ts';

type Start = NonNullable<Spec['start']>;

/** Uniform in ±bound, by how many numbers come into a unit and how many go out. */
const uniformBy =
  (bound: (into: number, out: number) => number): Start =>
  (shape, uniform) => {
    const receptive = sizeOf(shape.slice(0, -2));
    const most = bound(sizeOf(shape.slice(0, -1)), (shape.at(-1) ?? 1) * receptive);
    return Array.from({ length: sizeOf(shape) }, () => most * (2 * uniform() - 1));
  };
/** ±√(6 / (in + out)). Source: Glorot and Bengio, AISTATS 2010. */
export const glorot = uniformBy((into, out) => Math.sqrt(6 / (into + out)));
/** ±1/√in, PyTorch's default of linear layers. */
export const fanIn = uniformBy((into) => 1 / Math.sqrt(into));
export const ones: Start = (shape) => new Float64Array(sizeOf(shape)).fill(1);
/** Normal numbers of a deviation, by Box and Muller. */
export const normalStart =
  (deviation: number): Start =>
  (shape, uniform) =>
    Array.from(
      { length: sizeOf(shape) },
      () => deviation * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    );
/** A spec that starts so. */
export const starting = <S extends Spec>(spec: S, start: Start): S => ({ ...spec, start });

/** Of `affine`. */
export const dense = (inputs: number, units: number, start: Start = glorot) => ({
  kernel: starting(floats(inputs, units), start),
  bias: floats(units),
});
export type Dense = ReturnType<typeof dense>;
/** Of `layerNorm`. */
export const normal = (width: number) => ({ scale: starting(floats(width), ones), shift: floats(width) });
export type Normal = ReturnType<typeof normal>;
/** Of `gru`: its three gates r, z, n side by side, as PyTorch has them. */
export const gruBlock = (inputs: number, units: number) => ({
  into: dense(inputs, 3 * units, fanIn),
  across: dense(units, 3 * units, fanIn),
});
export type GruBlock = ReturnType<typeof gruBlock>;
/** Of `conv2d`. */
export const filters = (height: number, width: number, channels: number, count: number) => ({
  kernel: starting(floats(height, width, channels, count), glorot),
  bias: floats(count),
});
/** Of `convTranspose2d`: as those of the convolution back. */
export const upFilters = (height: number, width: number, from: number, to: number) => ({
  kernel: starting(floats(height, width, to, from), glorot),
  bias: floats(to),
});
export type Filters = Tensors<ReturnType<typeof filters>>;
