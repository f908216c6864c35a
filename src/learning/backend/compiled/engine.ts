import type { Samples } from '../../contract.ts';
import type { Words } from './words.ts';

/** The kernels, loaded in one thread. */
export interface Engine {
  /** Floats in a vector, and rows in a tile of a product: scratch is sized by them. */
  readonly lanes: number;
  readonly tileRows: number;
  /** A memory of its own for one model. */
  open(): Arena;
}

/** The memory of one model, with the kernels at work in it. */
export interface Arena {
  /** Makes the memory this large, zeroed, with room for batches of so many samples. */
  resize(words: number, batch: number, sampleSize: number): void;
  /** The memory now; a view doesn't outlive the next call of `resize`. */
  readonly words: Words;
  /**
   * Trains with the program that lies in the memory for [steps × batch] samples.
   *
   * @returns the sum of the steps' mean losses
   */
  train(samples: Samples, indices: Uint32Array, batch: number): number;
  /** Scores samples from ≤ i < to, in blocks of the program's batch. */
  evaluate(samples: Samples, from: number, to: number): { correct: number; lossSum: number };
}
