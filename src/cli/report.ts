import { lstatSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { ScenarioError, SimulationError } from '../errors.ts';
import { writeWhole } from '../lab/store.ts';
import { reportPage } from '../report/html.ts';
import { encoded, reduceTrace } from '../report/reduce-trace.ts';
import type { Reduced } from '../report/reduction/reducer.ts';
import { openTrace } from '../trace/reader.ts';
import { exitCode } from './exit-code.ts';
import { printJson, type Terminal } from './terminal.ts';

export interface ReportOptions {
  readonly out?: string;
  readonly chart?: readonly string[];
  readonly json?: boolean;
}

const USUAL = 'report.html';

/** `fadelab report`: runs as one HTML page that needs nothing else, or single charts of them as files. */
export async function reportVerb(folders: readonly string[], options: ReportOptions, to: Terminal): Promise<number> {
  const { out, chart: files, json } = options;
  if (files !== undefined) for (const file of files) checkChart(file);
  const reduced = folders.map((each) => reduceTrace(each));
  const charts = files === undefined ? [] : await writeCharts(files, reduced);
  const pages = files === undefined || out !== undefined ? [pageOf(folders, reduced, out)] : [];
  if (json === true) {
    const runs = reduced.map(({ record }) => ({
      ...{ title: record.title, events: record.events, virtualSeconds: record.now },
    }));
    printJson(to, { report: pages[0] ?? null, charts, runs });
  } else {
    for (const path of pages) to.print(`report   ${path}`);
    for (const path of charts) to.print(`chart    ${path}`);
  }
  return exitCode.fine;
}

function pageOf(folders: readonly string[], reduced: readonly Reduced[], out: string | undefined): string {
  const path = out ?? (folders.length === 1 ? join(dirname(openTrace(folders[0] as string).path), USUAL) : USUAL);
  const names = [...new Set(reduced.map(({ record }) => record.header.scenario))];
  const page = reportPage(
    names.join(', '),
    reduced.map((each) => encoded(each)),
  );
  if (out === undefined) refuseLink(path);
  writeFor('--out', path, page);
  return path;
}

/** What a chart file is called says which chart, and of which format. */
function checkChart(file: string): void {
  if (['.svg', '.png'].includes(extname(file))) return;
  const remedy = 'name it after a chart, as in timeline.svg or accuracy.png';
  throw new ScenarioError({ what: `invalid --chart: ${JSON.stringify(file)}`, remedy, code: 'OPTION_INVALID' });
}

async function writeCharts(files: readonly string[], reduced: readonly Reduced[]): Promise<string[]> {
  const { runCharts } = await import('../report/run-charts.ts');
  const charts = runCharts(reduced);
  for (const file of files) {
    const format = extname(file);
    const draw = charts.get(basename(file, format));
    if (draw === undefined) throw unknownChart(file, [...charts.keys()]);
    writeFor('--chart', file, format === '.svg' ? draw() : await asPng(draw()));
  }
  return [...files];
}

async function asPng(picture: string): Promise<Uint8Array> {
  const { hasFonts, png } = await import('../report/chart/png.ts');
  if (hasFonts()) return png(picture);
  throw new ScenarioError({
    what: 'missing fonts: a PNG would have no words',
    where: '--chart',
    remedy: 'install fonts, or write SVG',
    code: 'OPTION_INVALID',
  });
}

const unknownChart = (file: string, known: readonly string[]): ScenarioError =>
  new ScenarioError({
    what: `unknown chart: ${JSON.stringify(basename(file, extname(file)))}`,
    where: `--chart ${file}`,
    remedy: `these runs have ${known.join(', ')}`,
    code: 'OPTION_UNKNOWN',
  });

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
  refuseLink(path);
  const title = all.at(-1)?.record.header.scenario ?? '';
  const page = reportPage(
    title,
    all.map((each) => encoded(each)),
  );
  writeFor('--no-report', path, page);
  return path;
}

function writeFor(option: string, path: string, content: string | Uint8Array): void {
  try {
    writeWhole(path, content);
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    throw new ScenarioError({
      ...error.problem,
      remedy: `${option === '--no-report' ? 'make the folder writable, or leave the page out with' : 'choose a file that can be written with'} ${option}`,
    });
  }
}

/** Whoever sent a run may have left a link to a device or a pipe where its page goes. */
function refuseLink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== false) return;
  throw new ScenarioError({
    what: `invalid output: ${JSON.stringify(path)} is a link to what is no file`,
    remedy: 'take it away, or choose a file with --out',
    code: 'OUTPUT_UNWRITABLE',
  });
}
