import { sizeOf } from '../../math/shape.ts';
import type { Shape, Window } from '../tensor.ts';

export type Values = Float64Array;

export const stridesOf = (shape: Shape): number[] => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));

/** Visits all places of a shape in order, and where each lies by other strides. */
export function walk(
  shape: Shape,
  strides: readonly number[],
  offset: number,
  visit: (index: number, place: number) => void,
): void {
  const at = shape.map(() => 0);
  let place = offset;
  for (let index = 0, count = sizeOf(shape); index < count; index += 1) {
    visit(index, place);
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      place += strides[axis]!;
      at[axis]! += 1;
      if (at[axis]! < shape[axis]!) break;
      place -= strides[axis]! * shape[axis]!;
      at[axis] = 0;
    }
  }
}

/** Pairs each number of windows with the one of the images; those beyond the border have none. */
export function eachWindow(
  [, h = 0, w = 0, c = 0]: Shape,
  windowed: Shape,
  { size: [height, width], stride, padding: [top, left] }: Window,
  visit: (window: number, image: number) => void,
): void {
  const [, rows = 0, columns = 0] = windowed;
  for (let index = 0, count = sizeOf(windowed); index < count; index += 1) {
    const pixel = Math.floor(index / (c * width * height));
    const y = (Math.floor(pixel / columns) % rows) * stride + (Math.floor(index / (c * width)) % height) - top;
    const x = (pixel % columns) * stride + (Math.floor(index / c) % width) - left;
    const image = Math.floor(pixel / (rows * columns));
    if (y >= 0 && y < h && x >= 0 && x < w) visit(index, ((image * h + y) * w + x) * c + (index % c));
  }
}

/** Pairs each number of gathered rows with the one of the table. */
export function eachRow(
  table: Shape,
  { index, shape, batch }: { readonly index: Values; readonly shape: Shape; readonly batch: number },
  visit: (row: number, from: number) => void,
): void {
  const width = sizeOf(table.slice(batch + 1));
  const each = sizeOf(shape.slice(batch));
  index.forEach((row, j) => {
    const from = (Math.floor(j / each) * table[batch]! + row) * width;
    for (let k = 0; k < width; k += 1) visit(j * width + k, from + k);
  });
}
