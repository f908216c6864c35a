/** Rows over time in bounded memory: every one at first, every second, fourth, … once they are too many, and the last. */
export class Series<Row> {
  readonly #most: number;
  #rows: Row[] = [];
  #stride = 1;
  #seen = 0;
  #last: Row | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  add(row: Row): void {
    this.#last = row;
    if (this.#seen++ % this.#stride !== 0) return;
    this.#rows.push(row);
    if (this.#rows.length <= this.#most) return;
    this.#stride *= 2;
    this.#rows = this.#rows.filter((_row, index) => index % 2 === 0);
  }

  get rows(): readonly Row[] {
    const last = this.#last;
    return last === undefined || this.#rows.at(-1) === last ? [...this.#rows] : [...this.#rows, last];
  }

  /** How many rows there were. */
  get count(): number {
    return this.#seen;
  }
}
