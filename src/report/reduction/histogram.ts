/** Edges of a bin, and how many values it holds: low ≤ value < high. */
export interface Bin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

const PER_DECADE = 10;
/** Whole numbers beyond this share bins. */
const WHOLE_BINS = 64;

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
    const [least, most] = [Math.min(...this.#counts.keys()), Math.max(...this.#counts.keys())];
    const edge = (bin: number): number => 10 ** (bin / PER_DECADE);
    return Array.from({ length: this.#counts.size === 0 ? 0 : most - least + 1 }, (_, index) => {
      const bin = least + index;
      return { low: edge(bin), high: edge(bin + 1), count: this.#counts.get(bin) ?? 0 };
    });
  }
}

/** Whole numbers, one to a bin; as many to a bin as make at most 64 bins where they spread wide. */
export class WholeHistogram {
  readonly #counts = new Map<number, number>();

  add(value: number, times = 1): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + times);
  }

  get bins(): readonly Bin[] {
    if (this.#counts.size === 0) return [];
    const values = [...this.#counts.keys()];
    const least = values.reduce((a, b) => Math.min(a, b));
    const most = values.reduce((a, b) => Math.max(a, b));
    const width = Math.ceil((most - least + 1) / WHOLE_BINS);
    const counts = new Array<number>(Math.ceil((most - least + 1) / width)).fill(0);
    for (const [value, count] of this.#counts) {
      const bin = Math.floor((value - least) / width);
      counts[bin] = (counts[bin] as number) + count;
    }
    return counts.map((count, bin) => ({ low: least + bin * width, high: least + (bin + 1) * width, count }));
  }
}
