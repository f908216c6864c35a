import type { Divergence } from '../errors.ts';
import { count } from '../report/quantity.ts';
import { table } from '../report/table.ts';
import { type Replay, replay } from '../scenario/replay.ts';
import { openTrace } from '../trace/reader.ts';
import { exitCode } from './exit-code.ts';
import { recordedScenario } from './recorded.ts';
import { readRunOptions } from './run-options.ts';
import { printJson, type Terminal } from './terminal.ts';

/** What commander read, still as text. */
export interface ReplayVerbOptions {
  readonly until?: string;
  readonly recompute?: boolean;
  readonly scenario?: string;
  readonly trust?: boolean;
  readonly threads?: string;
  readonly stepTimeout?: string;
  readonly json?: boolean;
}

/** `fadelab replay`: exits with 2 at the first difference. */
export async function replayVerb(from: string, options: ReplayVerbOptions, to: Terminal): Promise<number> {
  const { until, threads, stepTimeout } = readRunOptions({
    threads: options.threads ?? '1',
    ...(options.stepTimeout === undefined ? {} : { stepTimeout: options.stepTimeout }),
    ...(options.until === undefined ? {} : { until: options.until }),
  });
  const trace = openTrace(from);
  const { scenario } = await recordedScenario(trace, {
    moved: options.scenario,
    isTrusted: options.trust === true,
  });
  const result = await replay(trace, {
    ...{ scenario, threads, recompute: options.recompute === true },
    ...(stepTimeout === undefined ? {} : { stepTimeout }),
    ...(until === undefined ? {} : { until }),
  });
  show(result, until !== undefined, options, to);
  return result.divergence === undefined && !result.isAltered ? exitCode.fine : exitCode.misuse;
}

function show(result: Replay, isPaused: boolean, { json }: ReplayVerbOptions, to: Terminal): void {
  const { divergence, isAltered, events, wallSeconds, simulation } = result;
  const states = isPaused ? Object.fromEntries(simulation?.states ?? []) : undefined;
  if (json === true) {
    const fingerprint = isPaused ? undefined : simulation?.summary.fingerprint;
    printJson(to, { events, wallSeconds, divergence: divergence ?? null, isAltered, fingerprint, states });
    return;
  }
  if (divergence !== undefined) {
    for (const text of sayDivergence(divergence)) to.print(text);
    return;
  }
  if (states !== undefined) {
    to.print(`state after ${count(events)} events, t = ${simulation?.summary.virtualSeconds} s\n`);
    const rows = Object.entries(states).map(([id, state]) => [id, sayState(state)]);
    for (const text of table(rows, '  ')) to.print(text);
    return;
  }
  if (isAltered) for (const text of ALTERED) to.print(text);
  else to.print(`all ${count(events)} events match`);
}

const ALTERED = [
  'each event follows from those before, but this is not the trace that its summary.json was written with:',
  'a loss, a score or a model was changed in it. --recompute names the line. [TRACE_DIVERGED]',
];

const sayState = (state: unknown): string =>
  typeof state === 'string'
    ? state
    : Object.values(state as object)
        .map(sayState)
        .join(', ');

function sayDivergence({ index, expected, actual, before }: Divergence): string[] {
  return [
    `event ${index} (line ${index + 2} of the trace) is not what happens`,
    '',
    ...before.map((text) => `  before    ${text}`),
    `  expected  ${expected ?? 'nothing more'}`,
    `  actual    ${actual ?? 'nothing more'}`,
    '',
    'The trace was altered, or the scenario, a policy, fadelab or the Node release has changed since. [TRACE_DIVERGED]',
  ];
}
