import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { ScenarioError } from '../errors.ts';

/** A value of a table: a name, or a number in its shortest form that reads back as the same number. */
export type Cell = string | number;

/** One line of a table, and where it stands for messages. */
export interface Row {
  readonly where: string;
  /** A column's text; empty where the file lacks the column. */
  text(column: string): string;
  /** A column's number; `otherwise` where the field is empty or the column is missing. */
  number(column: string, otherwise?: number): number;
}

export const invalidTable = (what: string, where: string, remedy: string): ScenarioError =>
  new ScenarioError({ what: `invalid recorded environment: ${what}`, where, remedy, code: 'ENVIRONMENT_INVALID' });

/** Lines go to disk in pieces of about this many characters. */
const CHUNK = 1 << 16;

/** Writes a table: a line of column names, then a line for each row. Names must be without commas and quotes. */
export function writeTable(path: string, columns: readonly string[], rows: Iterable<readonly Cell[]>): void {
  const file = openSync(path, 'w');
  try {
    let pending = `${columns.join(',')}\n`;
    for (const row of rows) {
      pending += `${row.join(',')}\n`;
      if (pending.length < CHUNK) continue;
      writeSync(file, pending);
      pending = '';
    }
    writeSync(file, pending);
  } finally {
    closeSync(file);
  }
}

/**
 * Reads a table; columns in any order, others beside them, empty lines and Windows' line ends are fine.
 *
 * @returns undefined where there is no such file
 * @throws ScenarioError where a column is missing or a line has not as many fields as the first
 */
export function readTable(path: string, required: readonly string[]): readonly Row[] | undefined {
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  const columns = fieldsOf(lines[0] ?? '');
  const missing = required.filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    throw invalidTable(`no column ${missing.join(', ')}`, path, `begin with a line such as ${required.join(',')}`);
  }
  return lines.slice(1).flatMap((line, index) => {
    if (line.trim() === '') return [];
    const where = `${path}, line ${index + 2}`;
    const fields = fieldsOf(line);
    if (fields.length === columns.length) return [rowOf(columns, fields, where)];
    throw invalidTable(`${fields.length} fields`, where, `give ${columns.length}, as in the first line`);
  });
}

const fieldsOf = (line: string): string[] => line.split(',').map((field) => field.trim().replace(/^"(.*)"$/, '$1'));

function rowOf(columns: readonly string[], fields: readonly string[], where: string): Row {
  const text = (column: string): string => fields[columns.indexOf(column)] ?? '';
  return {
    ...{ where, text },
    number(column, otherwise) {
      const field = text(column);
      if (field === '' && otherwise !== undefined) return otherwise;
      const value = field === '' ? Number.NaN : Number(field);
      if (Number.isFinite(value) && value >= 0) return value;
      throw invalidTable(`${column} is ${JSON.stringify(field)}`, where, 'give a finite number that is not negative');
    },
  };
}
