import { dirname, join } from 'node:path';
import { ScenarioError } from '../errors.ts';
import { csv } from '../report/export/columns.ts';
import { writeParquet, writeText } from '../report/export/files.ts';
import { perfetto } from '../report/export/perfetto.ts';
import { didYouMean } from '../scenario/near-miss.ts';
import { keepInput } from '../trace/own-folder.ts';
import { openTrace, type Trace, type TraceEvent } from '../trace/reader.ts';
import { exitCode } from './exit-code.ts';
import { printJson, type Terminal } from './terminal.ts';

/** What commander read, still as text. */
export interface ExportOptions {
  readonly format?: string;
  readonly of?: string;
  readonly out?: string;
  readonly json?: boolean;
}

type Writer = (path: string, trace: Trace, kind: string | undefined) => void;

const FORMATS: Readonly<Record<string, { readonly ending: string; readonly write: Writer }>> = {
  perfetto: { ending: 'perfetto.json', write: (path, trace) => writeText(path, perfetto(trace)) },
  csv: { ending: 'csv', write: (path, trace, kind) => writeText(path, csv(eventsOf(trace, kind))) },
  parquet: { ending: 'parquet', write: (path, trace, kind) => writeParquet(path, eventsOf(trace, kind)) },
};

/** `fadelab export`: a trace, or its events of one kind, for other programs. */
export function exportVerb(from: string, options: ExportOptions, to: Terminal): number {
  const { format = 'perfetto', of: kind, out } = options;
  const found = FORMATS[format];
  if (found === undefined) {
    const names = Object.keys(FORMATS);
    const remedy = didYouMean(format, names) ?? `choose one of ${names.join(', ')}`;
    throw new ScenarioError({
      what: `unknown format: ${JSON.stringify(format)}`,
      where: '--format',
      remedy,
      code: 'OPTION_UNKNOWN',
    });
  }
  const trace = openTrace(from);
  if (kind !== undefined) checkKind(trace, kind, format);
  const path = out ?? join(dirname(trace.path), `${kind ?? 'trace'}.${found.ending}`);
  keepInput(path, trace.path, '--out');
  found.write(path, trace, kind);
  if (options.json === true) printJson(to, { format, file: path });
  else to.print(path);
  return exitCode.fine;
}

const eventsOf =
  (trace: Trace, kind: string | undefined): (() => Iterable<TraceEvent>) =>
  () =>
    kind === undefined ? trace.events() : trace.of(kind);

/** @throws ScenarioError where the trace has no such event, or the format shows all kinds together */
function checkKind(trace: Trace, kind: string, format: string): void {
  const where = '--of';
  if (format === 'perfetto') {
    const remedy = 'leave --of out: perfetto shows all events; csv and parquet take a kind';
    throw new ScenarioError({ what: `unsupported kind: ${kind}`, where, remedy, code: 'OPTION_INVALID' });
  }
  if (trace.of(kind).first() !== undefined) return;
  const kinds = kindsOf(trace);
  const remedy = didYouMean(kind, kinds) ?? `choose one of ${kinds.join(', ')}`;
  throw new ScenarioError({
    what: `unknown kind of event: ${JSON.stringify(kind)}`,
    where,
    remedy,
    code: 'OPTION_UNKNOWN',
  });
}

function kindsOf(trace: Trace): string[] {
  const kinds = new Set<string>();
  for (const { kind } of trace.events()) kinds.add(kind);
  return [...kinds];
}
