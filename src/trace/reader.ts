import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type Problem, ScenarioError } from '../errors.ts';
import { wrongField } from './event-fields.ts';
import type { Fingerprint } from './fingerprint.ts';
import { TRACE_SCHEMA, type TraceHeader } from './header.ts';
import { type Query, query } from './query.ts';
import { checkedHeader } from './read-header.ts';
import { unsealing, unsealingWithin } from './seal.ts';

/** One line of a trace, read back: what happened, when [ns] and to whom, and the fields of its kind. */
export interface TraceEvent {
  readonly at: number;
  readonly actor: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** A trace on disk or in memory; it is read line by line, whatever its length. */
export interface Trace {
  /** The file, or `memory`. */
  readonly path: string;
  readonly header: TraceHeader;
  /** What its run says that it left; undefined where no summary lies beside the trace. */
  readonly summary: { readonly events: number; readonly fingerprint: Fingerprint } | undefined;
  /**
   * Lines of the events without their checksums, the header apart.
   *
   * @throws ScenarioError that names the line where one was altered, cut out, or not written to its end
   */
  lines(): Iterable<string>;
  events(): Iterable<TraceEvent>;
  /** Events of one kind: `trace.of('update.received').by('from').mean('loss')`. */
  of(kind: string): Query;
}

const CHUNK_BYTES = 1 << 18;
const LINE_END = 10;

/**
 * Opens a trace: the folder of a run, its `trace.ndjson`, or the lines that `simulate` returned.
 *
 * @throws ScenarioError where there is no trace, it is damaged at its head, or its schema is unknown
 */
export function openTrace(from: string | readonly string[]): Trace {
  if (typeof from !== 'string') return traceOf('memory', from[0], () => unsealed(from), undefined);
  const path = fileOf(from);
  return traceOf(path, firstLineIn(path), () => unsealedIn(path), summaryBeside(path));
}

function traceOf(
  path: string,
  first: string | undefined,
  all: () => Iterable<Batch>,
  summary: Trace['summary'],
): Trace {
  const header = headerOf(first, path);
  const lines = () => eventLines(all(), path);
  return {
    ...{ path, header, summary, lines },
    *events() {
      let number = 1;
      for (const text of lines()) yield eventOf(text, path, ++number);
    },
    of: (kind) => query(() => ofKind(lines(), kind, path)),
  };
}

/** Events of a kind; other lines are passed over without reading them whole. */
function* ofKind(lines: Iterable<string>, kind: string, path: string): Iterable<TraceEvent> {
  const mark = `"kind":${JSON.stringify(kind)}`;
  let number = 1;
  for (const text of lines) {
    number++;
    if (!text.includes(mark)) continue;
    const event = eventOf(text, path, number);
    if (event.kind === kind) yield event;
  }
}

/** Lines without their seals, the header first; undefined for one whose seal is missing or wrong. */
type Batch = readonly (string | undefined)[];

function* eventLines(batches: Iterable<Batch>, path: string): Iterable<string> {
  let number = 0;
  for (const batch of batches) {
    for (const text of batch) {
      if (text === undefined) throw altered(path, number + 1);
      if (number++ > 0) yield text;
    }
  }
}

function* unsealed(lines: Iterable<string>): Iterable<Batch> {
  const unseal = unsealing();
  for (const line of lines) yield [unseal(line)];
}

/** One line as an event. @throws ScenarioError that names the line */
export function eventOf(text: string, path: string, number: number): TraceEvent {
  const event = eventIn(text);
  if (typeof event !== 'string') return event;
  throw damaged(path, `line ${number} ${event}: ${JSON.stringify(text.slice(0, 60))}`);
}

/** One line as an event, or what is wrong with it. */
export function eventIn(text: string): TraceEvent | string {
  const parsed = parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return 'is no event';
  const wrong = wrongField(parsed as Record<string, unknown>);
  return wrong === undefined ? (parsed as TraceEvent) : `is no event, by its ${JSON.stringify(wrong.slice(0, 60))}`;
}

function headerOf(first = '', path: string): TraceHeader {
  const header = parse(first) as Partial<TraceHeader> | null | undefined;
  if (header?.fadelab !== 'trace') throw damaged(path, 'its first line is no header of a trace');
  if (header.schema === TRACE_SCHEMA) {
    if (unsealing()(first) === undefined) throw altered(path, 1);
    const read = checkedHeader(header);
    if (typeof read === 'string') throw damaged(path, read);
    return withoutSeal(read as TraceHeader & { readonly crc: string });
  }
  throw new ScenarioError({
    what: `unsupported schema of a trace: ${JSON.stringify(header.schema)?.slice(0, 60)}`,
    where: path,
    remedy: `this fadelab reads schema ${TRACE_SCHEMA}; use ${versionSaid(header.version)}, which wrote it`,
    code: 'TRACE_INVALID',
  });
}

const versionSaid = (version: unknown): string =>
  /^[\w.+-]{1,40}$/.test(String(version)) ? `version ${String(version)}` : 'the one';

const withoutSeal = ({ crc: _, ...header }: TraceHeader & { readonly crc: string }): TraceHeader => header;

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const damaged = (path: string, what: string): ScenarioError =>
  new ScenarioError(problem(path, `invalid trace: ${what}`, 'take an undamaged copy, or `fadelab resume` its folder'));

export const altered = (path: string, number: number): ScenarioError =>
  damaged(path, `line ${number} was altered, or lines before it are missing or out of order`);

const problem = (where: string, what: string, remedy: string): Problem => ({
  ...{ what, where, remedy },
  code: 'TRACE_INVALID',
});

function fileOf(from: string): string {
  const found = statSync(from, { throwIfNoEntry: false });
  const path = found?.isDirectory() ? join(from, 'trace.ndjson') : from;
  if (existsSync(path)) return path;
  throw new ScenarioError(problem(from, 'missing trace', 'give the folder of a run, or its trace.ndjson'));
}

/** Older ones have no fingerprint. What is no summary doesn't end a run: it counts as one that was killed. */
const summarySchema = z.looseObject({
  events: z.number(),
  fingerprint: z.looseObject({ order: z.string(), values: z.string() }).optional(),
});

function summaryBeside(path: string): Trace['summary'] {
  const summary = join(dirname(path), 'summary.json');
  if (!existsSync(summary)) return undefined;
  return summarySchema.safeParse(parse(readFileSync(summary, 'utf8'))).data as Trace['summary'];
}

function* unsealedIn(path: string): Iterable<Batch> {
  const unseal = unsealingWithin();
  for (const { bytes, end } of linesIn(path)) yield unseal(bytes, end);
}

/** A trace's header as it stands there, whatever its schema; undefined of an empty file. */
export function firstLineIn(path: string): string | undefined {
  for (const { bytes } of linesIn(path)) return bytes.toString('utf8', 0, bytes.indexOf(LINE_END));
  return undefined;
}

/** A file in pieces of whole lines, [0, end) of some bytes: of constant size, or as long as its longest line. */
function* linesIn(path: string): Iterable<{ readonly bytes: Buffer; readonly end: number }> {
  const file = openSync(path, 'r');
  let bytes = Buffer.allocUnsafe(CHUNK_BYTES);
  let rest = 0;
  try {
    for (;;) {
      const read = readSync(file, bytes, rest, bytes.length - rest, null);
      if (read === 0) break;
      const until = rest + read;
      const end = bytes.lastIndexOf(LINE_END, until - 1) + 1;
      if (end > 0) yield { bytes, end };
      rest = until - end;
      const next = rest < bytes.length ? bytes : Buffer.allocUnsafe(2 * bytes.length);
      bytes.copy(next, 0, end, until);
      bytes = next;
    }
  } finally {
    closeSync(file);
  }
  if (rest > 0)
    throw damaged(path, `its last line was not written to the end: ${bytes.toString('utf8', 0, rest).slice(0, 60)}`);
}
