/**
 * Goal: what other programs get of a trace is well formed and true. Method: export kept traces and the quickstart, parse the
 * result as its format says, and hold the phases of actors to the states that their machines are in when the run is replayed.
 */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { quickstart } from '../../scenarios/quickstart.ts';
import { exportVerb } from '../../src/cli/export.ts';
import { csv } from '../../src/report/export/columns.ts';
import { type PerfettoEvent, perfetto } from '../../src/report/export/perfetto.ts';
import { replay } from '../../src/scenario/replay.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { TRACE_SCHEMA } from '../../src/trace/header.ts';
import { openTrace, type Trace } from '../../src/trace/reader.ts';
import { sealed } from '../../src/trace/seal.ts';
import { stories } from '../support/stories.ts';

const kept = (name: string) =>
  fileURLToPath(new URL(`../golden/traces/schema-${TRACE_SCHEMA}/${name}.ndjson`, import.meta.url));
const names = Object.keys(stories);

interface Placed extends PerfettoEvent {
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
}
interface Slice extends Placed {
  readonly dur: number;
  readonly cat: string;
}

function exported(trace: Trace) {
  const { traceEvents, displayTimeUnit } = JSON.parse([...perfetto(trace)].join('')) as {
    traceEvents: PerfettoEvent[];
    displayTimeUnit: string;
  };
  expect(displayTimeUnit).toBe('ns');
  const of = <Kind extends PerfettoEvent>(ph: string) => traceEvents.filter((event) => event.ph === ph) as Kind[];
  const tracks = new Map(
    of<Placed>('M').flatMap(({ name, pid, tid, args }) =>
      name === 'thread_name' ? [[trackOf({ pid, tid }), (args as { name: string }).name] as const] : [],
    ),
  );
  return { traceEvents, slices: of<Slice>('X'), tracks, of };
}

/** A thousandth of a nanosecond, for sums of microseconds. */
const EPSILON = 1e-6;
const ends = ({ ts, dur }: Slice) => ts + dur + EPSILON * (1 + ts / 1e6);

const trackOf = ({ pid, tid }: { readonly pid?: unknown; readonly tid?: unknown }) => `${pid} ${tid}`;

/** Checks what the format asks for; throws at the first thing that is wrong. */
function validate(trace: Trace) {
  const { traceEvents, slices, tracks, of } = exported(trace);
  for (const { ph, name, ...event } of traceEvents) {
    expect(['X', 'M', 'i', 's', 'f', 'C']).toContain(ph);
    expect(name).not.toBe('');
    expect(Number.isInteger(event.pid)).toBe(true);
    if (ph !== 'M') expect(event.ts).toBeGreaterThanOrEqual(0);
    if (ph === 'X') expect(event.dur).toBeGreaterThanOrEqual(0);
    if (ph !== 'M' && ph !== 'C') expect(tracks.has(trackOf(event))).toBe(true);
  }
  // One track for each actor.
  expect(new Set(tracks.values()).size).toBe(tracks.size);
  expect(new Set([...trace.events()].map(({ actor }) => actor))).toEqual(new Set(tracks.values()));
  // On a track, slices lie one in another or apart; phases never overlap.
  for (const track of tracks.keys()) {
    const own = slices.filter(({ pid, tid }) => `${pid} ${tid}` === track).sort((a, b) => a.ts - b.ts || b.dur - a.dur);
    const open: Slice[] = [];
    for (const slice of own) {
      while (open.length > 0 && (open.at(-1) as Slice).ts + (open.at(-1) as Slice).dur <= slice.ts + EPSILON)
        open.pop();
      for (const outer of open) expect(slice.ts + slice.dur).toBeLessThanOrEqual(ends(outer));
      if (slice.cat === 'phase' && slice.dur > 0) expect(open.filter(({ cat }) => cat === 'phase')).toEqual([]);
      if (slice.dur > 0) open.push(slice);
    }
  }
  // Each arrow has one beginning and one end, later, both in a slice.
  const encloses = ({ pid, tid, ts }: Placed) =>
    slices.some((slice) => slice.pid === pid && slice.tid === tid && slice.ts <= ts + EPSILON && ts <= ends(slice));
  const [from, to] = [of<Placed>('s'), of<Placed>('f')];
  expect(from.map(({ id }) => id)).toEqual(to.map(({ id }) => id));
  expect(new Set(from.map(({ id }) => id)).size).toBe(from.length);
  for (const [index, start] of from.entries()) {
    expect(start.ts).toBeLessThanOrEqual((to[index] as Placed).ts);
    expect([start.name, start.cat]).toEqual([to[index]?.name, to[index]?.cat]);
    if (index % 7 === 0) expect([encloses(start), encloses(to[index] as Placed)]).toEqual([true, true]);
  }
  return { slices, tracks, arrows: from.length };
}

describe('the Perfetto export', () => {
  it.each(names)('of %s is in the Trace Event Format: pairs, nesting, arrows', (name) => {
    const { slices, arrows } = validate(openTrace(kept(name)));
    expect(slices.length).toBeGreaterThan(50);
    expect(arrows).toBeGreaterThan(30);
  });

  it('of the quickstart is too, and shows what each client does', async () => {
    const { trace } = await simulate(scenario({ ...quickstart.options, until: { rounds: 6 } }));
    const { slices, tracks } = validate(openTrace(trace));
    const client = [...tracks].find(([, actor]) => actor === 'client-7')?.[0];
    const own = slices.filter(({ pid, tid, cat }) => cat === 'phase' && `${pid} ${tid}` === client);
    expect(own.map((slice) => slice.name)).toEqual(
      Array.from({ length: 6 }, () => ['training', 'transmitting']).flat(),
    );
  });

  it.each(names)('of %s has each actor in the phase that its machine is in', async (name) => {
    const trace = openTrace(kept(name));
    const times = [...new Set([...trace.events()].map(({ at }) => at))];
    const { slices, tracks } = exported(trace);
    const phases = slices.filter(({ cat }) => cat === 'phase');
    for (let share = 0.05; share < 1; share += 0.1) {
      const at = Math.floor(share * (times.length - 1));
      // Between two events, when nothing happens.
      const instant = ((times[at] as number) + (times[at + 1] as number)) / 2;
      const { simulation } = await replay(trace, { scenario: stories[name]!, until: instant / 1e9 });
      const states = [...(simulation?.states ?? [])].map(([actor, state]) => [actor, shown(state)]);
      const shownPhases = states.map(([actor]) => {
        const track = [...tracks].find(([, each]) => each === actor)?.[0];
        const here = phases.filter(
          ({ pid, tid, ts, dur }) => `${pid} ${tid}` === track && ts * 1e3 <= instant && (ts + dur) * 1e3 > instant,
        );
        return [actor, here.map((phase) => phase.name).join(' and ')];
      });
      expect(shownPhases).toEqual(states);
    }
  });
});

/** A machine's state as its track shows it. */
function shown(state: unknown): string {
  if (typeof state === 'string') return ['finished'].includes(state) ? '' : state;
  const { connection, work, ...nested } = state as Record<string, string>;
  if (connection === undefined) return Object.keys(nested)[0] as string;
  return connection === 'online' ? (work === 'idle' ? '' : (work as string)) : connection;
}

describe('the tables', () => {
  const odd = openTrace(
    sealed([
      '{"fadelab":"trace","schema":3,"version":"0.1.0","node":"v20","scenario":"x","seed":1,"backend":"wasm","task":{},"options":{}}',
      '{"at":1,"actor":"a,\\"b\\"","kind":"x","cohort":["c","d"],"n":null}',
      '{"at":2,"actor":"b","kind":"x","n":0.1,"model":"one\\ntwo"}',
    ]),
  );

  it('as CSV have a column for each field, and quotes where they must', () => {
    expect([...csv(() => odd.events())].join('')).toBe(
      'at,actor,kind,cohort,n,model\n1,"a,""b""",x,"[""c"",""d""]",,\n2,b,x,,0.1,"one\ntwo"\n',
    );
  });

  it.each(['csv', 'parquet'])('as %s hold every event of a kind, and every number to the last bit', async (format) => {
    const folder = mkdtempSync(join(tmpdir(), 'fadelab-export-'));
    const out = join(folder, `updates.${format}`);
    const printed: string[] = [];
    const to = { print: (text: string) => void printed.push(text), say: () => {}, width: 80 };
    expect(exportVerb(kept('fading-radio'), { format, of: 'update.received', out }, to)).toBe(0);
    expect(printed).toEqual([out]);
    const events = [...openTrace(kept('fading-radio')).of('update.received')];
    const bytes = readFileSync(out);
    const rows =
      format === 'parquet' ? await parquetReadObjects({ file: new Uint8Array(bytes).buffer }) : parsed(bytes);
    expect(rows).toEqual(events);
  });

  it('are refused for a kind of event that there is not', () => {
    const refused = () => exportVerb(kept('faults'), { format: 'csv', of: 'upload.finish' }, undefined as never);
    expect(refused).toThrow(
      'unknown kind of event: "upload.finish" (--of); did you mean upload.finished? [OPTION_UNKNOWN]',
    );
  });
});

/** A table without quotes. */
function parsed(bytes: Buffer): unknown[] {
  const [head = '', ...lines] = bytes.toString().trim().split('\n');
  const columns = head.split(',');
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((text, at) => [columns[at], text === '' ? null : typed(text)])),
  );
}

const typed = (text: string): unknown => (String(Number(text)) === text ? Number(text) : text);
