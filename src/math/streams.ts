import { assert } from '../assert.ts';
import { philox } from './philox.ts';

/** Uniform numbers in [0, 1), one after the other. d3-random's distributions take one as `.source(…)`. */
export type Source = () => number;

/**
 * A named, counter-based sequence of draws: `at(index)` is a function of (seed, name, index) alone, whoever asks, how
 * often and in which order.
 */
export interface Stream {
  readonly name: string;
  /** The uniforms that belong to one draw; two calls with one index give the same numbers. */
  at(index: number): Source;
}

/** All streams of one seed. */
export type Streams = (name: string) => Stream;

const TWO_32 = 2 ** 32;
const TWO_26 = 2 ** 26;
const RESOLUTION = 2 ** -53;
const BLOCK_BYTES = 16;

const utf8 = new TextEncoder();
/** One block of output. A thread draws one block at a time and copies it out at once, so all sources share it. */
const block = new Int32Array(4);

/** The upper word of a safe integer; its lower word is what `|0` keeps. */
const upperWord = (integer: number): number => Math.floor(integer / TWO_32) | 0;

/** 53 bits of two words as a number in [0, 1): 27 bits of the first above 26 bits of the second. */
const unit = (high: number, low: number): number => ((high >>> 5) * TWO_26 + (low >>> 6)) * RESOLUTION;

/**
 * The uniforms of one draw: its lane-th block has the counter (index low, index high, lane, 0) and gives two numbers.
 * A closure over plain numbers, since a run asks for hundreds of thousands of these a second.
 */
function sourceAt(key0: number, key1: number, index: number): Source {
  const low = index | 0;
  const high = upperWord(index);
  let lane = 0;
  let spare = -1;
  return () => {
    if (spare >= 0) {
      const second = spare;
      spare = -1;
      return second;
    }
    philox(low, high, lane, 0, key0, key1, block);
    lane += 1;
    spare = unit(block[2]!, block[3]!);
    return unit(block[0]!, block[1]!);
  };
}

/**
 * The 64-bit key of a name: a chain over its UTF-8 bytes, 16 at a time, through Philox keyed by the seed. The length
 * goes in first, so that no name is another one's beginning.
 */
function keyOf(seed: number, name: string): readonly [number, number] {
  const bytes = utf8.encode(name);
  const seedHigh = upperWord(seed);
  philox(bytes.length, 0, 0, 1, seed, seedHigh, block);
  for (let from = 0; from < bytes.length; from += BLOCK_BYTES) {
    const until = Math.min(from + BLOCK_BYTES, bytes.length);
    for (let i = from; i < until; i += 1) block[(i - from) >> 2]! ^= bytes[i]! << (8 * (i & 3));
    philox(block[0]!, block[1]!, block[2]!, block[3]!, seed, seedHigh, block);
  }
  return [block[0]!, block[1]!];
}

/**
 * All streams of a seed. A stream's key depends on seed and name only, so a new consumer never shifts another's draws,
 * and a draw is a function of (seed, name, index).
 *
 * @param seed a safe integer ≥ 0; all of its 53 bits count
 *
 * Limits: two names of one seed share a key with probability 2⁻⁶⁴; lone surrogates in a name all read as U+FFFD.
 * Deriving a key takes about a microsecond: keep the stream, ask `at` as often as you like.
 * @example streams(7)('client-3/fading').at(12)() // the same number wherever and whenever it is asked
 */
export function streams(seed: number): Streams {
  assert(Number.isSafeInteger(seed) && seed >= 0, 'a seed is a safe integer of at least 0');
  return (name) => {
    const [key0, key1] = keyOf(seed, name);
    return {
      name,
      at(index) {
        assert(Number.isSafeInteger(index) && index >= 0, 'the index of a draw is a safe integer of at least 0');
        return sourceAt(key0, key1, index);
      },
    };
  };
}
