/** Multipliers of the four lanes. */
const C1 = 0x239b961b | 0;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5 | 0;
const C4 = 0xa1e38b93 | 0;
const BLOCK_WORDS = 4;
const BLOCK_BYTES = 16;

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));
const scramble1 = (k: number): number => Math.imul(rotate(Math.imul(k, C1), 15), C2);
const scramble2 = (k: number): number => Math.imul(rotate(Math.imul(k, C2), 16), C3);
const scramble3 = (k: number): number => Math.imul(rotate(Math.imul(k, C3), 17), C4);
const scramble4 = (k: number): number => Math.imul(rotate(Math.imul(k, C4), 18), C1);

/** Spreads every bit of a word over all of its bits. */
function finish(h: number): number {
  let x = h ^ (h >>> 16);
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** Adds all lanes to the first, and then the first to all. */
function stir(h: Int32Array): void {
  h[0] = h[0]! + h[1]! + h[2]! + h[3]!;
  for (let lane = 1; lane < BLOCK_WORDS; lane += 1) h[lane]! += h[0]!;
}

/** Mixes whole blocks of four words into the state. */
function mixBlocks(h: Int32Array, words: Int32Array): void {
  let [h1, h2, h3, h4] = [h[0]!, h[1]!, h[2]!, h[3]!];
  for (let i = 0; i < words.length; i += BLOCK_WORDS) {
    h1 = (Math.imul((rotate(h1 ^ scramble1(words[i]!), 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 = (Math.imul((rotate(h2 ^ scramble2(words[i + 1]!), 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 = (Math.imul((rotate(h3 ^ scramble3(words[i + 2]!), 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 = (Math.imul((rotate(h4 ^ scramble4(words[i + 3]!), 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  h.set([h1, h2, h3, h4]);
}

/** Mixes the last 0 … 15 bytes into the state. */
function mixTail(h: Int32Array, tail: Uint8Array): void {
  const words = new Int32Array(BLOCK_WORDS);
  for (let i = 0; i < tail.length; i += 1) words[i >> 2]! |= tail[i]! << (8 * (i & 3));
  h[0]! ^= scramble1(words[0]!);
  h[1]! ^= scramble2(words[1]!);
  h[2]! ^= scramble3(words[2]!);
  h[3]! ^= scramble4(words[3]!);
}

/**
 * MurmurHash3, the variant with 128 bits out of 32-bit words.
 *
 * @param bytes any length below 2³²; bytes that don't start at a multiple of 4 are copied first
 * @param seed 32 bits
 * @returns four words, the first the most significant of the published form
 *
 * Limits: not cryptographic; words are read in the machine's order, which is little-endian wherever Node runs today.
 * Source: A. Appleby, SMHasher, MurmurHash3_x86_128 (public domain).
 */
export function murmur128(bytes: Uint8Array, seed = 0): Int32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const whole = aligned.length - (aligned.length % BLOCK_BYTES);
  const h = new Int32Array(BLOCK_WORDS).fill(seed);
  mixBlocks(h, new Int32Array(aligned.buffer, aligned.byteOffset, whole / 4));
  mixTail(h, aligned.subarray(whole));
  for (let lane = 0; lane < BLOCK_WORDS; lane += 1) h[lane]! ^= aligned.length;
  stir(h);
  for (let lane = 0; lane < BLOCK_WORDS; lane += 1) h[lane] = finish(h[lane]!);
  stir(h);
  return h;
}

const hexadecimal = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');

/**
 * A 64-bit digest of the bytes under a typed array, as 16 hexadecimal digits: the upper half of `murmur128`. It names a
 * model in the trace and finds a changed bit; two different models share it with probability 2⁻⁶⁴.
 *
 * Limits: not cryptographic. 0 and −0, and different NaNs, are different bytes and so have different digests.
 * @example digest(new Float32Array(4)) // '… 16 digits'
 */
export function digest(array: ArrayBufferView): string {
  const h = murmur128(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hexadecimal(h[0]!) + hexadecimal(h[1]!);
}
