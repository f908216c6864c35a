import type { RoundRow } from './record.ts';

const MOST = 512;

interface Sums {
  at: number;
  admitted: number;
  lost: number;
}

/** Rounds over all servers, one to a row; two, four, … to a row once they are many. */
export class RoundTable {
  #rows: (Sums | undefined)[] = [];
  #width = 1;

  add(round: number, { at, admitted, lost }: Sums): void {
    while ((round - 1) / this.#width >= MOST) this.#double();
    const index = Math.max(0, Math.floor((round - 1) / this.#width));
    const row = this.#rows[index] ?? { at: 0, admitted: 0, lost: 0 };
    this.#rows[index] = { at: Math.max(row.at, at), admitted: row.admitted + admitted, lost: row.lost + lost };
  }

  get rows(): readonly RoundRow[] {
    return this.#rows.flatMap((row, index) =>
      row === undefined ? [] : [{ first: index * this.#width + 1, last: (index + 1) * this.#width, ...row }],
    );
  }

  #double(): void {
    const rows = this.#rows;
    this.#rows = [];
    this.#width *= 2;
    rows.forEach((row, index) => {
      if (row !== undefined) this.add(Math.floor(index / 2) * this.#width + 1, row);
    });
  }
}
