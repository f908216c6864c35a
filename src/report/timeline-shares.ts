import { MIXED, type UnpackedLane } from './reduction/packing.ts';
import { STATES } from './reduction/states.ts';

export const STATE_COUNT = STATES.length;

/**
 * Adds up how much of each of `columns` equal spans between two instants some lanes spend in each state. A lane costs
 * as many steps as it has spans in sight, whatever the number of columns each of them covers: differences are summed
 * at the end.
 */
export class Shares {
  readonly columns: number;
  /** Column by column, `STATE_COUNT` each; they add up to the number of lanes where all of it is known. */
  readonly sums: Float64Array;
  readonly #changes: Float64Array;

  constructor(columns: number) {
    this.columns = columns;
    this.sums = new Float64Array(columns * STATE_COUNT);
    this.#changes = new Float64Array((columns + 1) * STATE_COUNT);
  }

  clear(): void {
    this.sums.fill(0);
    this.#changes.fill(0);
  }

  add({ starts, kinds, shares }: UnpackedLane, from: number, until: number): void {
    const scale = this.columns / (until - from);
    for (let k = firstAt(starts, from); k < kinds.length; k++) {
      const start = starts[k] as number;
      if (start >= until) return;
      const left = Math.max(0, (start - from) * scale);
      const right = Math.min(this.columns, ((starts[k + 1] as number) - from) * scale);
      const kind = kinds[k] as number;
      if (kind !== MIXED) this.#cover(left, right, kind, 1);
      else if (shares !== undefined) {
        for (let state = 0; state < STATE_COUNT; state++) {
          const share = shares[k * STATE_COUNT + state] as number;
          if (share > 0) this.#cover(left, right, state, share / MIXED);
        }
      }
    }
  }

  /** Turns what was added into sums. */
  finish(): void {
    const { sums, columns } = this;
    for (let state = 0; state < STATE_COUNT; state++) {
      let running = 0;
      for (let column = 0; column < columns; column++) {
        const at = column * STATE_COUNT + state;
        running += this.#changes[at] as number;
        sums[at] = (sums[at] as number) + running;
      }
    }
  }

  /** Whole columns by their ends, broken ones by their part. */
  #cover(left: number, right: number, state: number, weight: number): void {
    if (right <= left) return;
    const { sums } = this;
    const [first, last] = [Math.floor(left), Math.floor(right)];
    if (first === last) {
      sums[first * STATE_COUNT + state] = (sums[first * STATE_COUNT + state] as number) + weight * (right - left);
      return;
    }
    sums[first * STATE_COUNT + state] = (sums[first * STATE_COUNT + state] as number) + weight * (first + 1 - left);
    if (last < this.columns) {
      sums[last * STATE_COUNT + state] = (sums[last * STATE_COUNT + state] as number) + weight * (right - last);
    }
    const changes = this.#changes;
    changes[(first + 1) * STATE_COUNT + state] = (changes[(first + 1) * STATE_COUNT + state] as number) + weight;
    changes[last * STATE_COUNT + state] = (changes[last * STATE_COUNT + state] as number) - weight;
  }
}

/** The last span that begins at or before an instant; the first where none does. */
export function firstAt(starts: Float64Array, at: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
