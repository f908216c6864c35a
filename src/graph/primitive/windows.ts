import type { Floats, Shape, Window } from '../tensor.ts';
import { isSame } from '../tensor.ts';
import { made, need, say, sayShape } from '../write.ts';

/** Shape of the windows over images of a shape: [n, rows, columns, height, width, channels]. */
function windowed([n = 0, h = 0, w = 0, c = 0]: Shape, { size: [height, width], stride, padding }: Window): Shape {
  const [top, left, bottom, right] = padding;
  const count = (room: number, side: number) => Math.floor((room - side) / stride) + 1;
  return [n, count(h + top + bottom, height), count(w + left + right, width), height, width, c];
}

/** Windows that slide over images: [n, h, w, c] → [n, rows, columns, height, width, c]; 0 beyond the border. */
export function windows(x: Floats<4>, window: Window): Floats<6> {
  const shape = windowed(x.shape, window);
  const isThere = shape.every((size) => size >= 1);
  need(isThere, 'windows', () => `${window.size.join(' × ')} over ${say(x)}`, 'use smaller windows, or pad');
  return made('windows', [x], shape, { window });
}

/** The adjoint of `windows`: adds windows up where they overlap. A transposed convolution is a product and this. */
export function overlap(x: Floats<6>, shape: Shape, window: Window): Floats<4> {
  const isFitting = shape.length === 4 && isSame(windowed(shape, window), x.shape);
  need(isFitting, 'overlap', () => `${say(x)} to ${sayShape(shape)}`, 'pass the shape of images with such windows');
  return made('overlap', [x], shape, { window });
}
