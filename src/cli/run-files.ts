import { join, relative } from 'node:path';
import { largest } from '../math/extremes.ts';
import type { Reduced } from '../report/reduction/reducer.ts';
import type { Simulation } from '../scenario/simulate.ts';
import type { Terminal } from './terminal.ts';

export interface RunFilesOptions {
  /** False where no report is wanted. */
  readonly report?: boolean;
  readonly recordEnvironment?: string;
}

export interface LeftBehind {
  readonly out: string;
  /** What its page shows, where that is known already. */
  readonly reduced?: Reduced | undefined;
  /** Runs to draw with it. */
  readonly others?: readonly string[];
}

/** What a run leaves: paths by name. The report is written here, since it is made of the others. */
export async function runFiles(
  { out, reduced, others = [] }: LeftBehind,
  { summary }: Simulation,
  { report, recordEnvironment: environment }: RunFilesOptions,
): Promise<Readonly<Record<string, string>>> {
  const files = {
    ...{ trace: join(out, 'trace.ndjson'), summary: join(out, 'summary.json') },
    ...(environment === undefined ? {} : { environment }),
  };
  if (report === false) return files;
  const { reportBeside, writeReport } = await import('./report.ts');
  const path = reduced === undefined ? reportBeside(out, summary.events, others) : writeReport(out, [reduced]);
  return path === undefined ? files : { ...files, report: path };
}

export function printFiles(files: Readonly<Record<string, string>>, to: Terminal): void {
  const width = largest(Object.keys(files).map((what) => what.length));
  for (const [what, path] of Object.entries(files)) to.print(`${what.padEnd(width)}  ${shortest(path)}`);
}

/** A path as a person in this folder would write it. */
export function shortest(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}
