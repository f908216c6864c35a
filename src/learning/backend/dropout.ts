import type { Shape } from '../contract.ts';

const GOLDEN = 0x9e3779b9;

/** The finaliser of MurmurHash3 on 32 bits: a bijection in which each input bit moves each output bit. */
function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * An inverted-dropout mask: each number is 0 with probability `rate`, else 1 / (1 − rate).
 *
 *   key = mix(mix(mix(seed) ⊕ step) ⊕ layer),   element j is kept where mix(key + j · φ) ≥ rate · 2³²
 *
 * All in 32-bit integers, so that every back end can make the same masks, in any order.
 *
 * @param seed  key of a client's update
 * @param step  step within the update
 * @param layer index of the layer in its model
 * @param count numbers in the mask, batch × features
 */
export function dropoutMask(seed: number, step: number, layer: number, rate: number, count: number): Float32Array {
  const key = mix(mix(mix(seed | 0) ^ step) ^ layer);
  const threshold = rate * 2 ** 32;
  const kept = 1 / (1 - rate);
  const mask = new Float32Array(count);
  let counter = key;
  for (let j = 0; j < count; j += 1) {
    mask[j] = mix(counter) >>> 0 >= threshold ? kept : 0;
    counter = (counter + GOLDEN) | 0;
  }
  return mask;
}

/**
 * An inverted-dropout mask of whole channels: one draw of `dropoutMask` for each sample and channel, for all pixels.
 *
 * @returns [batch × height × width × channels]
 *
 * Source: Tompson et al., Efficient object localization using convolutional networks, CVPR 2015, §3.2.
 */
export function channelMask(
  seed: number,
  step: number,
  layer: number,
  rate: number,
  batch: number,
  [height, width, channels]: Shape,
): Float32Array {
  const drawn = dropoutMask(seed, step, layer, rate, batch * channels);
  const mask = new Float32Array(batch * height * width * channels);
  for (let pixel = 0; pixel < batch * height * width; pixel += 1) {
    const sample = Math.floor(pixel / (height * width));
    mask.set(drawn.subarray(sample * channels, (sample + 1) * channels), pixel * channels);
  }
  return mask;
}
