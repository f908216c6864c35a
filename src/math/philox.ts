/** Rounds of the generator; 10 is the number that its authors recommend and publish known answers for. */
const ROUNDS = 10;
/** Multipliers of the two products, split into 16-bit halves so that every partial product fits 32 bits. */
const MULTIPLIER_A = 0xd2511f53;
const A_LOW = MULTIPLIER_A & 0xffff;
const A_HIGH = MULTIPLIER_A >>> 16;
const MULTIPLIER_B = 0xcd9e8d57;
const B_LOW = MULTIPLIER_B & 0xffff;
const B_HIGH = MULTIPLIER_B >>> 16;
/** Weyl increments of the two key words: the golden ratio and √3 − 1, in 32 bits. */
const WEYL_A = 0x9e3779b9 | 0;
const WEYL_B = 0xbb67ae85 | 0;

/**
 * One block of Philox 4×32-10: a bijection on 128-bit counters, chosen by a 64-bit key, whose outputs pass as random.
 *
 * Each round multiplies two counter words by constants into 64 bits and mixes the halves with the other two words and
 * the key, which then steps by a Weyl sequence.
 *
 * @param c0 counter words c0 … c3, 32 bits each (signed and unsigned alike)
 * @param k0 key words k0, k1, 32 bits each
 * @param output [4], takes the block; the same array may be used again and again
 *
 * Limits: not a cipher; statistical quality only.
 * Source: Salmon, Moraes, Dror, Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011, §3.3.
 */
export function philox(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  output: Int32Array | Uint32Array,
): void {
  let [w0, w1, w2, w3, key0, key1] = [c0 | 0, c1 | 0, c2 | 0, c3 | 0, k0 | 0, k1 | 0];
  for (let round = 0; round < ROUNDS; round += 1) {
    // The four partial products of 16-bit halves; only their carries need care, and all of it stays in int32.
    const aHigh = Math.imul(w0 >>> 16, A_LOW);
    const aLow = Math.imul(w0 & 0xffff, A_HIGH);
    const aCarry = (Math.imul(w0 & 0xffff, A_LOW) >>> 16) + (aHigh & 0xffff) + (aLow & 0xffff);
    const highA = (Math.imul(w0 >>> 16, A_HIGH) + (aHigh >>> 16) + (aLow >>> 16) + (aCarry >>> 16)) | 0;
    const bHigh = Math.imul(w2 >>> 16, B_LOW);
    const bLow = Math.imul(w2 & 0xffff, B_HIGH);
    const bCarry = (Math.imul(w2 & 0xffff, B_LOW) >>> 16) + (bHigh & 0xffff) + (bLow & 0xffff);
    const highB = (Math.imul(w2 >>> 16, B_HIGH) + (bHigh >>> 16) + (bLow >>> 16) + (bCarry >>> 16)) | 0;
    const lowA = Math.imul(w0, MULTIPLIER_A);
    const lowB = Math.imul(w2, MULTIPLIER_B);
    w0 = highB ^ w1 ^ key0;
    w1 = lowB;
    w2 = highA ^ w3 ^ key1;
    w3 = lowA;
    key0 = (key0 + WEYL_A) | 0;
    key1 = (key1 + WEYL_B) | 0;
  }
  output[0] = w0;
  output[1] = w1;
  output[2] = w2;
  output[3] = w3;
}
