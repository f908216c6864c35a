import { sizeOf } from '../../math/shape.ts';
import type { Shape } from '../tensor.ts';

/** Words that lie together; where is known once all are. */
export interface Buffer {
  readonly words: number;
  /** What lies there from the start, and stays. */
  readonly constant?: ArrayLike<number>;
  /** Given before the program runs. */
  readonly isGiven?: boolean;
  /** Never anyone else's: what its owner keeps, and what is read when the program has run. */
  isKept?: boolean;
  /** A part of another. */
  into?: Place;
}

/** A loop, as places that move with its turns name it. */
export interface LoopMark {
  readonly times: number;
}

/** Where numbers start: so many words into a buffer, and further with each turn of loops. */
export interface Place {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly turns: readonly Turn[];
}
export interface Turn {
  readonly loop: LoopMark;
  readonly stride: number;
}

/** How the numbers of a tensor lie: words from one index of each axis to the next. */
export interface View {
  readonly place: Place;
  readonly strides: readonly number[];
}

export const buffer = (words: number, more: Partial<Buffer> = {}): Buffer => ({ words, ...more });
export const startOf = (own: Buffer): Place => ({ buffer: own, offset: 0, turns: [] });
export const shifted = (place: Place, words: number): Place => ({ ...place, offset: place.offset + words });

export const stridesOf = (shape: Shape): number[] => {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis -= 1) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
};

/** Numbers that lie in order from a place on. */
export const inOrder = (place: Place, shape: Shape): View => ({ place, strides: stridesOf(shape) });

/** Whether numbers lie side by side in the order of their indices. */
export function isInOrder({ strides }: View, shape: Shape): boolean {
  const own = stridesOf(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === own[axis]);
}

/** Axes to walk: those of size 1 are left out, and neighbours that lie in line are one. */
export interface Axes {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
}

export function joined(shape: Shape, strides: readonly number[]): Axes {
  const axes: { size: number; stride: number }[] = [];
  shape.forEach((size, axis) => {
    const stride = strides[axis]!;
    const last = axes.at(-1);
    if (size === 1) return;
    if (last?.stride === stride * size) Object.assign(last, { size: last.size * size, stride });
    else axes.push({ size, stride });
  });
  return { sizes: axes.map(({ size }) => size), strides: axes.map(({ stride }) => stride) };
}

/** The same numbers by other axes, where strides can say so. */
export function reshapedView({ place, strides }: View, from: Shape, to: Shape): View | undefined {
  const axes = joined(from, strides);
  const own = to.map(() => 0);
  let axis = axes.sizes.length - 1;
  let left = axes.sizes[axis] ?? 1;
  let stride = axes.strides[axis] ?? 0;
  for (let k = to.length - 1; k >= 0; k -= 1) {
    const size = to[k]!;
    if (size === 1) continue;
    if (left === 1) {
      axis -= 1;
      left = axes.sizes[axis]!;
      stride = axes.strides[axis]!;
    }
    if (left % size !== 0) return undefined;
    own[k] = stride;
    stride *= size;
    left /= size;
  }
  return { place, strides: own };
}

/** Words that numbers of a shape take. */
export const wordsOf = (shape: Shape): number => sizeOf(shape);
