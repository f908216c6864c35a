import { dirname } from 'node:path';
import { ScenarioError } from '../errors.ts';
import { checkWritable, writeWhole } from '../lab/store.ts';
import { type Curve, forkChart, forkReport } from '../report/fork-report.ts';
import { span } from '../report/quantity.ts';
import { type KeptSummary, readSummary } from '../report/read-summary.ts';
import { branched } from '../scenario/fork.ts';
import type { Host } from '../scenario/host.ts';
import type { Simulation } from '../scenario/simulate.ts';
import { policyOverride, readOverrides } from '../scenario/spelled.ts';
import { keepInput } from '../trace/own-folder.ts';
import { openTrace, type Trace } from '../trace/reader.ts';
import { originOf } from './origin.ts';
import { recordedScenario } from './recorded.ts';
import { watch } from './run.ts';
import { printFiles, runFiles } from './run-files.ts';
import { readRunOptions } from './run-options.ts';
import { printJson, type Terminal } from './terminal.ts';

/** What commander read, still as text. */
export interface ForkVerbOptions {
  readonly at?: string;
  readonly set?: readonly string[];
  readonly policy?: string;
  readonly scenario?: string;
  readonly trust?: boolean;
  readonly threads?: string;
  readonly stepTimeout?: string;
  readonly out?: string;
  readonly report?: boolean;
  readonly checkpoint?: string;
  readonly chart?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `fadelab fork`: the recorded run up to an instant, then another policy; both side by side. */
export async function forkVerb(from: string, raw: ForkVerbOptions, host: Host, to: Terminal): Promise<number> {
  const { at: instant = '0', scenario: moved, policy, trust, ...rest } = raw;
  const isStart = /^0+(\.0*)?\s*(ns|us|ms|s|m|h)?$/.test(instant);
  const { threads, stepTimeout, until, out, checkpoint } = readRunOptions({
    ...rest,
    ...(isStart ? {} : { until: instant }),
  });
  const at = isStart ? 0 : (until ?? 0);
  if (raw.chart !== undefined) checkWritable(raw.chart, '--chart');
  const trace = openTrace(from);
  refuseForkOfFork(trace);
  const { source, overrides, scenario } = await recordedScenario(trace, { moved, isTrusted: trust === true });
  const set = [...(raw.set ?? []), ...(policy === undefined ? [] : [policyOverride(policy)])];
  const different = set.flatMap((text) => readOverrides(text));
  const story = await branched(scenario, { at, set });
  const folder = out ?? `${dirname(trace.path)}-fork`;
  keepInput(folder, dirname(trace.path), '--out');
  const origin = originOf({ source, overrides, out: folder, fork: { at, overrides: different } });
  const run = {
    ...{ source, overrides, threads, out: folder, origin, fork: { at, set, trace: trace.path } },
    ...(stepTimeout === undefined ? {} : { stepTimeout }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
  const recorded = readSummary(dirname(trace.path));
  const { svg } = await import('../report/chart/svg.ts');
  const showEnd = (simulation: Simulation) => {
    const both = { trace, recorded, simulation, at, folder, before: curveOf(trace) };
    if (raw.chart !== undefined) {
      const title = `${simulation.summary.scenario}, forked at ${span(at)}`;
      writeWhole(raw.chart, svg(forkChart(title, both.before, simulation.scores)));
    }
    return show(both, raw, to);
  };
  return watch(run, { scenario: story, host, raw: rest, to, showEnd });
}

/** The header has room for one branch. */
function refuseForkOfFork({ header, path }: Trace): void {
  if (header.source?.fork === undefined) return;
  const remedy = 'fork the first run, with all that is to be different';
  throw new ScenarioError({ what: 'unsupported fork of a fork', where: path, remedy, code: 'OPTION_INVALID' });
}

interface Both {
  readonly trace: Trace;
  readonly recorded: KeptSummary | undefined;
  readonly simulation: Simulation;
  readonly at: number;
  readonly folder: string;
  readonly before: readonly Curve[];
}

async function show(
  { trace, recorded, simulation, at, folder, before }: Both,
  { json, quiet, chart, ...raw }: ForkVerbOptions,
  to: Terminal,
): Promise<void> {
  const beside = await runFiles({ out: folder, others: [dirname(trace.path)] }, simulation, raw);
  const files = { ...beside, ...(chart === undefined ? {} : { chart }) };
  const { summary, cause, scores } = simulation;
  if (json === true) {
    printJson(to, { at, recorded: recorded ?? null, fork: summary, cause, scores, files });
    return;
  }
  const report = forkReport({ at, recorded, before, fork: summary, after: scores }, to.width);
  if (quiet !== true) for (const line of [...report, '']) to.print(line);
  printFiles(files, to);
}

/** Scores of whole rounds, as they were recorded. */
const curveOf = (trace: Trace): Curve[] =>
  [...trace.of('model.evaluated').where(({ iteration }) => iteration === undefined)].map(({ at, accuracy }) => ({
    at: at / 1e9,
    accuracy: Number(accuracy),
  }));
