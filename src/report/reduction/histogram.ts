import { largest, smallest } from '../../math/extremes.ts';
import { power } from '../../math/power.ts';

/** Edges of a bin, and how many values it holds: low ≤ value < high. */
export interface Bin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

const PER_DECADE = 10;
/** Whole numbers beyond this share bins. */
const WHOLE_BINS = 64;
const LOST_BESIDE = 1e9;
/** Differences of larger ones aren't finite; nothing that is measured is so large. */
const VALUE_MOST = 1e300;

/** Positive values of any size, in bins of a tenth of a decade. */
export class LogHistogram {
  readonly #counts = new Map<number, number>();

  add(value: number): void {
    if (!(value > 0) || !Number.isFinite(value)) return;
    // Just below an edge by rounding is on it.
    const bin = Math.floor(Math.log10(value) * PER_DECADE + 1e-9);
    this.#counts.set(bin, (this.#counts.get(bin) ?? 0) + 1);
  }

  /** From the lowest to the highest bin with a value in it, empty ones between included. */
  get bins(): readonly Bin[] {
    const [least, most] = [smallest(this.#counts.keys()), largest(this.#counts.keys())];
    const edge = (bin: number): number => power(10, bin / PER_DECADE);
    return Array.from({ length: this.#counts.size === 0 ? 0 : most - least + 1 }, (_, index) => {
      const bin = least + index;
      return { low: edge(bin), high: edge(bin + 1), count: this.#counts.get(bin) ?? 0 };
    });
  }
}

/** Whole numbers, `step` to a bin; a multiple of that as makes at most 64 bins where they spread wide. Edges are multiples. */
export class WholeHistogram {
  readonly #step: number;
  readonly #counts = new Map<number, number>();

  constructor(step = 1) {
    this.#step = step;
  }

  add(value: number, times = 1): void {
    if (!(Math.abs(value) <= VALUE_MOST)) return;
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + times);
  }

  get bins(): readonly Bin[] {
    if (this.#counts.size === 0) return [];
    const values = [...this.#counts.keys()];
    const least = values.reduce((a, b) => Math.min(a, b));
    const most = values.reduce((a, b) => Math.max(a, b));
    let width = this.#step * Math.ceil((most - least + 1) / (WHOLE_BINS * this.#step));
    const spread = (): number => Math.floor(most / width) - Math.floor(least / width) + 1;
    // By more than a step where that would be lost beside the width.
    while (spread() > WHOLE_BINS) width += this.#step * Math.max(1, Math.floor(width / this.#step / LOST_BESIDE));
    const first = Math.floor(least / width);
    const counts = new Array<number>(spread()).fill(0);
    for (const [value, count] of this.#counts) {
      const bin = Math.floor(value / width) - first;
      counts[bin] = (counts[bin] as number) + count;
    }
    return counts.map((count, bin) => ({ low: (first + bin) * width, high: (first + bin + 1) * width, count }));
  }
}
