import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Finished } from './study.ts';

/** A table with one row per observation and one column per variable. */
export interface TidyTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** Squared errors of over-the-air sums, means over a run: in all, of the noise, and of who was scheduled. */
const SUM_COLUMNS = ['sumError', 'sumNoiseError', 'sumSamplingError'];

/** One row per run: where it stands on the grid, its seed, and what it came to. */
export function runRows(finished: readonly Finished[]): TidyTable {
  const targets = [...new Set(finished.flatMap(({ result }) => Object.keys(result.summary.timeToAccuracy)))];
  const axes = Object.keys(finished[0]?.cell.at ?? {});
  const isSummed = finished.some(({ result }) => result.air !== undefined);
  const columns = [
    ...[...axes, 'scenario', 'seed', 'backend', 'ended', 'rounds', 'events', 'virtualSeconds'],
    ...['accuracyFinal', 'accuracyBest', 'lossFinal', ...targets.map((each) => `secondsTo${each}`)],
    ...['energyJoules', 'uplinkBits', 'dropouts', 'order', 'values', ...(isSummed ? SUM_COLUMNS : [])],
  ];
  const rows = finished.map(({ cell, seed, result: { summary, air } }) => [
    ...axes.map((axis) => typed(cell.at[axis] as string)),
    ...[summary.scenario, seed, summary.backend, summary.ended, summary.rounds, summary.events, summary.virtualSeconds],
    ...[summary.accuracy.final, summary.accuracy.best, summary.loss.final],
    ...targets.map((target) => summary.timeToAccuracy[target] ?? null),
    ...[summary.energyJoules, summary.uplinkBits, summary.dropouts],
    ...[summary.fingerprint.order, summary.fingerprint.values],
    ...(isSummed ? [air?.total ?? null, air?.noise ?? null, air?.sampling ?? null] : []),
  ]);
  return { columns, rows };
}

/** One row per score of a run. */
export function curveRows(finished: readonly Finished[]): TidyTable {
  const axes = Object.keys(finished[0]?.cell.at ?? {});
  const rows = finished.flatMap(({ cell, seed, result }) =>
    result.curve.map(({ round, at, accuracy, loss, uplinkBits }) => [
      ...axes.map((axis) => typed(cell.at[axis] as string)),
      ...[seed, round, at, accuracy, loss, uplinkBits],
    ]),
  );
  return { columns: [...axes, 'seed', 'round', 'virtualSeconds', 'accuracy', 'loss', 'uplinkBits'], rows };
}

const typed = (value: string): string | number =>
  value !== '' && Number.isFinite(Number(value)) ? Number(value) : value;

/** Comma-separated values after RFC 4180, with a head; null as an empty field. */
export const csv = ({ columns, rows }: TidyTable): string =>
  `${[columns, ...rows].map((row) => row.map(field).join(',')).join('\n')}\n`;

function field(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The same as Parquet: numbers as doubles, the rest as strings. */
export function parquet({ columns, rows }: TidyTable): Uint8Array {
  const columnData = columns.map((name, at) => {
    const values = rows.map((row) => row[at] ?? null);
    const isNumeric = values.every((each) => each === null || typeof each === 'number');
    return isNumeric
      ? { name, data: values, type: 'DOUBLE' as const, nullable: true }
      : {
          name,
          data: values.map((each) => (each === null ? null : String(each))),
          type: 'STRING' as const,
          nullable: true,
        };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}
