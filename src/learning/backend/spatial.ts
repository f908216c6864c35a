import { square } from '../../math/power.ts';
import type { LayerLayout } from '../models/layout.ts';

/** Numbers from which on one block copy beats a loop. */
const LONG_RUN = 32;

/** Sizes of a window that slides over an image, for the loops below. */
interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

/** The window of a convolution. */
export function windowOf({ layer, input, output, paddingBefore }: LayerLayout): Window {
  if (layer.layer !== 'conv2d') throw new TypeError('only a convolution has a window');
  const [height, width, channels] = input;
  const [rows, columns] = output;
  const [top, left] = paddingBefore;
  return { kernel: layer.kernelSize, stride: layer.strides ?? 1, top, left, height, width, channels, rows, columns };
}

/**
 * Calls `run` for each run of numbers that are neighbours both in the image and in its patch: one row of one patch,
 * clipped to the image. Offsets count from the start of one image and of its patches.
 */
function forEachRun(window: Window, run: (inImage: number, inPatches: number, length: number) => void): void {
  const { kernel, stride, top, left, height, width, channels, rows, columns } = window;
  const patch = kernel * kernel * channels;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const start = (row * columns + column) * patch;
      const x = column * stride - left;
      const from = Math.max(0, -x);
      const length = (Math.min(kernel, width - x) - from) * channels;
      for (let line = 0; line < kernel; line += 1) {
        const y = row * stride - top + line;
        if (y < 0 || y >= height) continue;
        run((y * width + x + from) * channels, start + (line * kernel + from) * channels, length);
      }
    }
  }
}

/**
 * The runs of one image as triples (offset in image, offset in patches, length), made once for a layer: the loops over
 * them then hold no geometry.
 */
export function runsOf(window: Window): Int32Array {
  const runs: number[] = [];
  forEachRun(window, (inImage, inPatches, length) => runs.push(inImage, inPatches, length));
  return Int32Array.from(runs);
}

/**
 * Patches of a batch of images, [batch × rows × columns, kernel² × channels], from [batch × height × width × channels].
 *
 * @param patches takes them; zero where a patch reaches over the edge
 */
export function patchesOf(
  images: Float32Array,
  batch: number,
  window: Window,
  runs: Int32Array,
  patches: Float32Array,
): Float32Array {
  const size = window.height * window.width * window.channels;
  const perImage = window.rows * window.columns * square(window.kernel) * window.channels;
  for (let sample = 0; sample < batch; sample += 1) {
    const image = sample * size;
    const base = sample * perImage;
    for (let r = 0; r < runs.length; r += 3) {
      const source = image + runs[r]!;
      const target = base + runs[r + 1]!;
      const length = runs[r + 2]!;
      if (length >= LONG_RUN) patches.set(images.subarray(source, source + length), target);
      else for (let j = 0; j < length; j += 1) patches[target + j] = images[source + j]!;
    }
  }
  return patches;
}

/** The transpose of `patchesOf`: each image number is the sum of the patch numbers that were copied from it. */
export function imagesOf(patches: Float32Array, batch: number, window: Window, runs: Int32Array): Float32Array {
  const size = window.height * window.width * window.channels;
  const perImage = window.rows * window.columns * square(window.kernel) * window.channels;
  const images = new Float32Array(batch * size);
  for (let sample = 0; sample < batch; sample += 1) {
    const image = sample * size;
    const base = sample * perImage;
    for (let r = 0; r < runs.length; r += 3) {
      const target = image + runs[r]!;
      const source = base + runs[r + 1]!;
      const length = runs[r + 2]!;
      for (let j = 0; j < length; j += 1) images[target + j]! += patches[source + j]!;
    }
  }
  return images;
}
