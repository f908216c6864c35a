import { philox } from '../../math/philox.ts';

/** Below this the series of erf converges before it cancels; above, its continued fraction. */
const SERIES_MOST = 2.5;
const TERMS = 60;

/** erf x, to some units in the last place. Source: Abramowitz and Stegun, 7.1.6 and 7.1.14. */
export function erfOf(x: number): number {
  if (Math.abs(x) > SERIES_MOST) {
    let tail = 0;
    for (let k = TERMS; k > 0; k -= 1) tail = k / 2 / (Math.abs(x) + tail);
    return Math.sign(x) * (1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / (Math.abs(x) + tail));
  }
  let [total, term] = [x, x];
  for (let k = 1; k < TERMS; k += 1) {
    term *= (-x * x) / k;
    total += term / (2 * k + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

const block = new Uint32Array(4);
const TWO_32 = 2 ** 32;

/** A draw of a stream: the first word of the block (place, at, 0, 0) under the stream's key, in the middle of its 2⁻³². */
export function drawn([key0 = 0, key1 = 0]: Float64Array, place: number, at: number): number {
  philox(place, at, 0, 0, key0, key1, block);
  return (block[0]! + 0.5) / TWO_32;
}
