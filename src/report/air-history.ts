import type { AirRound } from './air-rounds.ts';
import type { Nullable } from './reduction/record.ts';

/** Rounds over the air as they were before JSON made null of what nobody knows. */
export const airRoundsOf = (rows: readonly Nullable<AirRound>[]): AirRound[] =>
  rows.map((row) => {
    const entries = Object.entries(row).map(([key, value]) => [key, value === null ? Number.NaN : value]);
    return { probabilities: undefined, ...Object.fromEntries(entries) } as AirRound;
  });
