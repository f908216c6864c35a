import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Seconds } from '../units.ts';
import { invalidTable, readTable, writeTable } from './csv.ts';

/** Gain of a link from an instant on: its mean by path loss and shadowing, and what fading makes of it. */
export interface GainRow {
  readonly client: string;
  /** Empty: whichever edge server the client is with. */
  readonly server: string;
  /** [s], multiples of one block length. */
  readonly from: Seconds;
  /** Linear, dimensionless. */
  readonly meanGain: number;
  /** Relative to the mean. */
  readonly fading: number;
}

/** A local update that took `seconds` where `nominal` were expected of the undisturbed device. */
export interface ComputingRow {
  readonly client: string;
  readonly round: number;
  /** NaN where nobody knows: the time is then that of τ₁ local steps. */
  readonly nominal: Seconds;
  readonly seconds: Seconds;
}

/** A span in which a client is online; both ends NaN for one that never is. */
export interface OnlineRow {
  readonly client: string;
  readonly from: Seconds;
  /** Infinity where it never ends. */
  readonly until: Seconds;
}

/** What happened to the clients of a run from outside, in a form that another run can meet again. */
export interface EnvironmentTables {
  readonly gains?: Iterable<GainRow> | undefined;
  readonly computing?: Iterable<ComputingRow> | undefined;
  /** Clock of each client, multiply–accumulates per second. */
  readonly clients?: Iterable<{ readonly client: string; readonly macsPerSecond: number }> | undefined;
  readonly availability?: Iterable<OnlineRow> | undefined;
  /** Whether a client answers in a round. */
  readonly answers?:
    | Iterable<{ readonly client: string; readonly round: number; readonly answers: boolean }>
    | undefined;
}

function* mapped<From, To>(rows: Iterable<From>, convert: (row: From) => To): Generator<To> {
  for (const row of rows) yield convert(row);
}

/** Writes a recorded environment as a folder of CSV files; tables that are left out have none. */
export function writeEnvironment(folder: string, tables: EnvironmentTables): void {
  const write = <Each>(
    name: string,
    columns: readonly string[],
    rows: Iterable<Each> | undefined,
    cells: (row: Each) => readonly (string | number)[],
  ): void => {
    if (rows !== undefined) writeTable(join(folder, `${name}.csv`), columns, mapped(rows, cells));
  };
  write('gains', ['client', 'server', 'from', 'mean_gain', 'fading'], tables.gains, (row) => [
    ...[row.client, row.server, row.from, row.meanGain, row.fading],
  ]);
  write('computing', ['client', 'round', 'nominal', 'seconds'], tables.computing, (row) => [
    ...[row.client, row.round, row.nominal, row.seconds],
  ]);
  write('clients', ['client', 'macs_per_second'], tables.clients, (row) => [row.client, row.macsPerSecond]);
  write('availability', ['client', 'from', 'until'], tables.availability, ({ client, from, until }) => [
    ...[client, Number.isNaN(from) ? '' : from, Number.isFinite(until) ? until : ''],
  ]);
  write('answers', ['client', 'round', 'answers'], tables.answers, (row) => [
    row.client,
    row.round,
    row.answers ? 1 : 0,
  ]);
}

/**
 * Reads a recorded environment: any of these files, with these columns and others beside them.
 *
 *   gains.csv         client, from, mean_gain; and server, fading    [–, –, s, linear, linear]
 *   computing.csv     client, round, seconds; and nominal            [–, –, s, s]
 *   clients.csv       client, macs_per_second
 *   availability.csv  client, from, until: online spans in ascending order; an empty `until` never ends
 *   answers.csv       client, round, answers: 1 or 0
 *
 * @throws ScenarioError where the folder or a file in it is not what it should be
 */
export function readEnvironment(folder: string): EnvironmentTables {
  const tables: EnvironmentTables = {
    gains: readTable(join(folder, 'gains.csv'), ['client', 'from', 'mean_gain'])?.map((row) => ({
      ...{ client: row.text('client'), server: row.text('server'), from: row.number('from') },
      ...{ meanGain: row.number('mean_gain'), fading: row.number('fading', 1) },
    })),
    computing: readTable(join(folder, 'computing.csv'), ['client', 'round', 'seconds'])?.map((row) => ({
      ...{ client: row.text('client'), round: row.number('round') },
      ...{ nominal: row.number('nominal', Number.NaN), seconds: row.number('seconds') },
    })),
    clients: readTable(join(folder, 'clients.csv'), ['client', 'macs_per_second'])?.map((row) => ({
      ...{ client: row.text('client'), macsPerSecond: row.number('macs_per_second') },
    })),
    availability: readTable(join(folder, 'availability.csv'), ['client', 'from', 'until'])?.map((row) => ({
      ...{ client: row.text('client'), from: row.number('from', Number.NaN) },
      until: row.number('until', Number.POSITIVE_INFINITY),
    })),
    answers: readTable(join(folder, 'answers.csv'), ['client', 'round', 'answers'])?.map((row) => ({
      ...{ client: row.text('client'), round: row.number('round'), answers: row.number('answers') > 0 },
    })),
  };
  if (Object.values(tables).some((table) => table !== undefined)) return tables;
  const what = existsSync(folder) ? 'no table' : 'no such folder';
  throw invalidTable(
    what,
    folder,
    'name a folder with gains.csv, computing.csv, availability.csv, answers.csv or clients.csv',
  );
}
