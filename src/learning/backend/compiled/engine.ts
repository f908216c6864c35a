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
  /** Makes the memory this large, zeroed, with room for batches of so many samples of so many numbers and classes. */
  resize(words: number, batch: number, sampleSize: number, classes: number): void;
  /** The memory now; a view doesn't outlive the next call of `resize`. */
  readonly words: Words;
  /**
   * Trains with the program that lies in the memory for [steps × batch] samples.
   *
   * @param norms takes the norm of each step's gradient
   * @returns the sum of the steps' losses over the program's divisor
   */
  train(samples: Aimed, indices: Uint32Array, batch: number, norms?: Float64Array): number;
  /** Scores samples from ≤ i < to, in blocks of the program's batch. */
  evaluate(samples: Aimed, from: number, to: number): { correct: number; lossSum: number };
  /** Takes samples, no more than a batch, through the program's operations; their values stay in the memory. */
  forward(samples: Samples, indices: Uint32Array): void;
}

/** Samples, and what their outputs should be where that isn't their labels, [samples × classes]. */
export interface Aimed extends Samples {
  readonly targets?: Float32Array | undefined;
}
