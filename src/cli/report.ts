import { statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ScenarioError } from '../errors.ts';
import { reportPage } from '../report/html.ts';
import { encoded, reduceTrace } from '../report/reduce-trace.ts';
import type { Reduced } from '../report/reduction/reducer.ts';
import { openTrace } from '../trace/reader.ts';
import { exitCode } from './exit-code.ts';
import { printJson, type Terminal } from './terminal.ts';

export interface ReportOptions {
  readonly out?: string;
  readonly json?: boolean;
}

const USUAL = 'report.html';

/** `fadelab report`: runs as one HTML page that needs nothing else. */
export function reportVerb(folders: readonly string[], { out, json }: ReportOptions, to: Terminal): number {
  const path = out ?? (folders.length === 1 ? join(dirname(openTrace(folders[0] as string).path), USUAL) : USUAL);
  const reduced = folders.map((each) => reduceTrace(each));
  const names = [...new Set(reduced.map(({ record }) => record.header.scenario))];
  const bytes = writePage(
    path,
    reportPage(
      names.join(', '),
      reduced.map((each) => encoded(each)),
    ),
    '--out',
  );
  if (json === true) {
    const runs = reduced.map(({ record }) => ({
      title: record.title,
      events: record.events,
      virtualSeconds: record.now,
    }));
    printJson(to, { report: path, bytes, runs });
  } else to.print(`report   ${path}`);
  return exitCode.fine;
}

/** Longer traces cost seconds to read: their report is made when it is asked for. */
const EVENTS_MOST = 1_000_000;

/**
 * The report of a run that has just ended, beside its trace.
 *
 * @param others runs to draw with it
 * @returns undefined where the trace is long, or is no file that can be read again
 */
export function reportBeside(folder: string, events: number, others: readonly string[] = []): string | undefined {
  if (events > EVENTS_MOST || !statSync(join(folder, 'trace.ndjson')).isFile()) return undefined;
  return writeReport(
    folder,
    [...others, folder].map((each) => reduceTrace(each)),
  );
}

/** Writes a report into the folder of the last of its runs. */
export function writeReport(folder: string, all: readonly Reduced[]): string {
  const path = join(folder, USUAL);
  const title = all.at(-1)?.record.header.scenario ?? '';
  writePage(
    path,
    reportPage(
      title,
      all.map((each) => encoded(each)),
    ),
    '--no-report',
  );
  return path;
}

function writePage(path: string, page: string, option: string): number {
  try {
    writeFileSync(path, page);
  } catch (error) {
    throw new ScenarioError({
      what: `invalid report: ${error instanceof Error ? error.message : String(error)}`,
      where: path,
      remedy: `choose a file that can be written with ${option}`,
      code: 'OUTPUT_UNWRITABLE',
    });
  }
  return Buffer.byteLength(page);
}
