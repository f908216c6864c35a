import { square } from '../../math/power.ts';
import type { LayerLayout } from '../models/layout.ts';

export interface Pooled {
  readonly values: Float32Array;
  /** Where in the input each maximum was; the first of equals. */
  readonly places: Int32Array;
}

/** Largest number of each pool × pool square, [batch × rows × columns × channels]; what fills no square is left out. */
export function maxPool(images: Float32Array, batch: number, pool: number, { input, output }: LayerLayout): Pooled {
  const [height, width, channels] = input;
  const [rows, columns] = output;
  const values = new Float32Array(batch * rows * columns * channels);
  const places = new Int32Array(values.length);
  let to = 0;
  for (let sample = 0; sample < batch; sample += 1) {
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const corner = ((sample * height + row * pool) * width + column * pool) * channels;
        for (let channel = 0; channel < channels; channel += 1) {
          let best = corner + channel;
          for (let y = 0; y < pool; y += 1) {
            for (let x = 0; x < pool; x += 1) {
              const place = corner + (y * width + x) * channels + channel;
              if (images[place]! > images[best]!) best = place;
            }
          }
          places[to] = best;
          values[to] = images[best]!;
          to += 1;
        }
      }
    }
  }
  return { values, places };
}

/** Sends each gradient to the place of its maximum. */
export function unpool(gradient: Float32Array, places: Int32Array, length: number): Float32Array {
  const images = new Float32Array(length);
  for (let j = 0; j < gradient.length; j += 1) images[places[j]!]! += gradient[j]!;
  return images;
}

/** Calls `visit` for each number of an average, with its place in the input and that of the average. */
function forEachShare(
  batch: number,
  pool: number,
  { input, output }: LayerLayout,
  visit: (from: number, to: number) => void,
): void {
  const [height, width, channels] = input;
  const [rows, columns] = output;
  for (let to = 0; to < batch * rows * columns * channels; to += 1) {
    const channel = to % channels;
    const column = Math.floor(to / channels) % columns;
    const row = Math.floor(to / (channels * columns)) % rows;
    const sample = Math.floor(to / (channels * columns * rows));
    const corner = ((sample * height + row * pool) * width + column * pool) * channels + channel;
    for (let y = 0; y < pool; y += 1) for (let x = 0; x < pool; x += 1) visit(corner + (y * width + x) * channels, to);
  }
}

/** Mean of each pool × pool square, [batch × rows × columns × channels]; what fills no square is left out. */
export function averagePool(images: Float32Array, batch: number, pool: number, layout: LayerLayout): Float32Array {
  const [rows, columns, channels] = layout.output;
  const values = new Float32Array(batch * rows * columns * channels);
  forEachShare(batch, pool, layout, (from, to) => {
    values[to]! += images[from]!;
  });
  return values.map((sum) => sum / square(pool));
}

/** Spreads each gradient evenly over its square. */
export function spread(gradient: Float32Array, batch: number, pool: number, layout: LayerLayout): Float32Array {
  const [height, width, channels] = layout.input;
  const images = new Float32Array(batch * height * width * channels);
  forEachShare(batch, pool, layout, (from, to) => {
    images[from] = gradient[to]! / square(pool);
  });
  return images;
}
