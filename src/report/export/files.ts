import { closeSync, openSync, writeSync } from 'node:fs';
import { type ColumnSource, fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { TraceEvent } from '../../trace/reader.ts';
import { writeWhole } from '../../trace/unwritable.ts';
import { type Cell, type Column, columnsOf, rowOf } from './columns.ts';

/** Text goes to disk in pieces of about this many characters, rows in groups of this many. */
const CHUNK = 1 << 16;
const ROWS = 8192;

/**
 * Writes a text piece by piece, whole or not at all.
 *
 * @throws SimulationError where it can't be written
 */
export function writeText(path: string, pieces: Iterable<string>): void {
  writeWhole(path, (part) => {
    const file = openSync(part, 'w');
    try {
      let pending = '';
      for (const piece of pieces) {
        pending += piece;
        if (pending.length < CHUNK) continue;
        writeAll(file, pending);
        pending = '';
      }
      writeAll(file, pending);
    } finally {
      closeSync(file);
    }
  });
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; ) from += writeSync(file, bytes, from);
}

/**
 * Writes events as Parquet, in groups of rows: numbers as doubles, the rest as text.
 *
 * @throws SimulationError where it can't be written
 */
export function writeParquet(path: string, events: () => Iterable<TraceEvent>): void {
  const columns = columnsOf(events());
  const schema = schemaFromColumnData({ columnData: columns.map((column) => source(column, [])) });
  writeWhole(path, (part) => {
    const writer = new ParquetWriter({ writer: fileWriter(part), schema });
    let rows: Cell[][] = [];
    const writeRows = (): void => {
      const columnData = columns.map((column, at) =>
        source(
          column,
          rows.map((row) => row[at] as Cell),
        ),
      );
      if (rows.length > 0) void writer.write({ columnData, rowGroupSize: ROWS });
      rows = [];
    };
    for (const event of events()) {
      rows.push(rowOf(event, columns));
      if (rows.length >= ROWS) writeRows();
    }
    writeRows();
    void writer.finish();
  });
}

const source = ({ name, isNumeric }: Column, cells: Cell[]): ColumnSource => ({
  ...{ name, data: cells, nullable: true },
  type: isNumeric ? 'DOUBLE' : 'STRING',
});
