import type { Widths } from './lowering.ts';

/** The kernels, loaded in one thread. */
export interface Engine extends Widths {
  /** A memory of so many words for one program, zeroed. */
  open(words: number): Arena;
}

/** Rows of a table; bytes mean value / 255. */
export type TableRows = Float32Array | Uint8Array;

/** The memory of one program. */
export interface Arena {
  readonly integers: Int32Array;
  readonly floats: Float32Array;
  /** Runs the instructions between two words. The place of one that failed, or −1. */
  run(tables: readonly TableRows[], from: number, to: number): number;
}
