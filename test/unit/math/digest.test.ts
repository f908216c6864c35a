import { describe, expect, test } from 'vitest';
import { digest, murmur128 } from '../../../src/math/digest.ts';
import { streams } from '../../../src/math/streams.ts';

const hexadecimal = (words: Int32Array): string =>
  [...words].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
const bytesOf = (words: Int32Array): Uint8Array => new Uint8Array(words.buffer);

describe('murmur128', () => {
  test('passes the verification of SMHasher for MurmurHash3_x86_128', () => {
    // Keys {}, {0}, {0, 1}, … {0 … 254} with seeds 256 − length; the hash of all hashes starts with 0xb3ece62a.
    const all = new Uint8Array(256 * 16);
    for (let length = 0; length < 256; length += 1) {
      const key = Uint8Array.from({ length }, (_, i) => i);
      all.set(bytesOf(murmur128(key, 256 - length)), length * 16);
    }
    expect((murmur128(all)[0] as number) >>> 0).toBe(0xb3ece62a);
  });

  test('gives the published hash of a sentence', () => {
    const sentence = new TextEncoder().encode('The quick brown fox jumps over the lazy dog');
    expect(hexadecimal(murmur128(sentence))).toBe('2f1583c3ecee2c675d7bf66ce5e91d2c');
  });
});

describe('a digest', () => {
  test('is 16 hexadecimal digits that stay the same in every release', () => {
    expect(digest(new Uint8Array(0))).toBe('0000000000000000');
    expect(digest(new Float32Array([1, -2.5, 3e-9]))).toMatchInlineSnapshot(`"367735acdaffae01"`);
    expect(digest(new Float64Array([Math.PI]))).toMatchInlineSnapshot(`"4b53b1edf9fe19ab"`);
  });

  test('depends on the bytes alone, not on the array’s type, buffer or place in it', () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, i) => (i * 37) % 256);
    const expected = digest(bytes);
    expect(digest(new Float64Array(bytes.buffer))).toBe(expected);
    for (const offset of [1, 2, 3, 4, 8]) {
      const shifted = new Uint8Array(new SharedArrayBuffer(80));
      shifted.set(bytes, offset);
      expect(digest(shifted.subarray(offset, offset + 64))).toBe(expected);
    }
  });

  test('tells trailing zeros apart', () => {
    const digests = new Set(Array.from({ length: 100 }, (_, length) => digest(new Uint8Array(length))));
    expect(digests.size).toBe(100);
  });

  test('changes half of its bits when any one bit of the input changes', () => {
    const TRIALS = 40;
    const BYTES = 37;
    const flips = new Array(64).fill(0);
    const source = streams(3)('avalanche').at(0);
    let changes = 0;
    for (let trial = 0; trial < TRIALS; trial += 1) {
      const bytes = Uint8Array.from({ length: BYTES }, () => source() * 256);
      const before = BigInt(`0x${digest(bytes)}`);
      for (let bit = 0; bit < BYTES * 8; bit += 1) {
        const changed = bytes.slice();
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
        const difference = BigInt(`0x${digest(changed)}`) ^ before;
        for (let output = 0; output < 64; output += 1) flips[output] += Number((difference >> BigInt(output)) & 1n);
        changes += 1;
      }
    }
    // Each output bit flips like a fair coin: five standard deviations of a share of `changes` tosses.
    const tolerance = (5 * 0.5) / Math.sqrt(changes);
    for (const flipped of flips) expect(Math.abs(flipped / changes - 0.5)).toBeLessThan(tolerance);
  });

  test('has no collision among 100,000 vectors that differ in one number', () => {
    const vector = new Float32Array(8);
    const seen = new Set<string>();
    for (let i = 0; i < 100_000; i += 1) {
      vector[i % 8] = i;
      seen.add(digest(vector));
    }
    expect(seen.size).toBe(100_000);
  });
});
