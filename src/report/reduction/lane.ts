import { power } from '../../math/power.ts';
import { STATES, type State } from './states.ts';

const STATE_COUNT = STATES.length;
/** Of one coarse lane. */
const SPANS_MOST = 4096;

/** Exact: from `starts[k]` on in `states[k]`, up to the next start. */
export interface ExactLane {
  readonly starts: readonly number[];
  readonly states: readonly State[];
}

/** Coarse: in each span of `width` [ns], the time in each state [ns], `STATES.length` numbers a span. */
export interface CoarseLane {
  readonly width: number;
  readonly sums: readonly number[];
}

/**
 * What one actor, or a group of them, does over time, in bounded memory: exact while there is room for every change of
 * state, then as the time spent in each state per span; spans double in width when they become too many.
 */
export class Lane {
  /** Actors whose time adds up here. */
  members = 1;
  #starts: number[] = [];
  #states: State[] = [];
  /** Where what is known of it ends. */
  #end = 0;
  #width = 0;
  #sums: number[] = [];

  /** Changes of state, or spans. */
  get size(): number {
    return this.#width === 0 ? this.#starts.length : this.#sums.length / STATE_COUNT;
  }

  get form(): ExactLane | CoarseLane {
    return this.#width === 0
      ? { starts: this.#starts, states: this.#states }
      : { width: this.#width, sums: this.#sums };
  }

  /** Adds `state` from `from` to `until` [ns]; an exact lane gets its spans in order and without gaps. */
  add(from: number, until: number, state: State): void {
    if (until <= from) return;
    this.#end = Math.max(this.#end, until);
    // Spans that were narrow when little had happened widen before they would be many.
    while (this.#width > 0 && until / this.#width > SPANS_MOST) this.#double();
    if (this.#width > 0) this.#spread(from, until, state);
    else if (this.#states.at(-1) !== state) {
      this.#starts.push(from);
      this.#states.push(state);
    }
  }

  /** Makes the lane fit into `room` changes or spans. */
  shrinkTo(room: number): void {
    if (this.size <= room) return;
    if (this.#width === 0) this.#coarsen(widthFor(this.#end, room));
    while (this.size > room) this.#double();
  }

  /** Takes in another lane. */
  absorb(other: Lane): void {
    const end = Math.max(this.#end, other.#end);
    const usual = widthFor(end, Math.max(1, this.size, other.size));
    const width = Math.max(this.#width, other.#width, this.#width + other.#width === 0 ? usual : 0);
    for (const each of [this, other]) {
      if (each.#width === 0) each.#coarsen(width);
      while (each.#width < width) each.#double();
    }
    other.#sums.forEach((sum, index) => {
      this.#sums[index] = (this.#sums[index] ?? 0) + sum;
    });
    this.members += other.members;
    this.#end = end;
  }

  #coarsen(width: number): void {
    const [starts, states] = [this.#starts, this.#states];
    this.#starts = [];
    this.#states = [];
    this.#width = width;
    starts.forEach((start, index) => {
      this.#spread(start, starts[index + 1] ?? this.#end, states[index] as State);
    });
  }

  #spread(from: number, until: number, state: State): void {
    const width = this.#width;
    const last = Math.ceil(until / width);
    while (this.#sums.length < last * STATE_COUNT) this.#sums.push(0);
    for (let span = Math.floor(from / width); span < last; span++) {
      const overlap = Math.min(until, (span + 1) * width) - Math.max(from, span * width);
      this.#sums[span * STATE_COUNT + state] = (this.#sums[span * STATE_COUNT + state] as number) + overlap;
    }
  }

  #double(): void {
    const spans = Math.ceil(this.size / 2);
    const sums = new Array<number>(spans * STATE_COUNT).fill(0);
    this.#sums.forEach((sum, index) => {
      const to = (index / STATE_COUNT / 2) | 0;
      sums[to * STATE_COUNT + (index % STATE_COUNT)] = (sums[to * STATE_COUNT + (index % STATE_COUNT)] as number) + sum;
    });
    this.#sums = sums;
    this.#width *= 2;
  }
}

/** A power of two [ns] of which half of `room` reach to the end. */
const widthFor = (end: number, room: number): number => power(2, Math.ceil(Math.log2(Math.max(1, (2 * end) / room))));
