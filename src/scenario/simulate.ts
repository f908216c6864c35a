import { renameSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Fact, ModelVersion } from '../event.ts';
import type { BackendName } from '../learning/contract.ts';
import { autoBackend } from '../learning/steps.ts';
import type { Network } from '../network/network.ts';
import type { Scored } from '../runtime/evaluations.ts';
import { inlinePool } from '../runtime/inline-pool.ts';
import type { WorldPlan } from '../runtime/plan.ts';
import type { PolicyFailure } from '../runtime/policy-guard.ts';
import { threadPool } from '../runtime/pool.ts';
import type { StepPool } from '../runtime/steps.ts';
import { type Dashboard, World } from '../runtime/world.ts';
import type { Cause } from '../runtime/world-end.ts';
import { writeEnvironment } from '../trace/environment.ts';
import { fingerprinting } from '../trace/fingerprint.ts';
import { TRACE_SCHEMA, type TraceHeader } from '../trace/header.ts';
import { line } from '../trace/line.ts';
import { forgetSummary, makeFolder } from '../trace/out-folder.ts';
import { fileSink, memorySink, type TraceSink } from '../trace/sink.ts';
import type { Instant } from '../units.ts';
import { version } from '../version.ts';
import { describe } from './describe.ts';
import { checked, plan } from './plan.ts';
import { recordingPlan } from './recording.ts';
import type { CheckedOptions, Scenario } from './scenario.ts';
import { type Summary, summarise } from './summary.ts';
import { wallClock } from './wall-clock.ts';

export interface SimulateOptions {
  /** Replaces the scenario's seed. */
  readonly seed?: number;
  /** Compute threads; 0, the default, computes on the calling thread. */
  readonly threads?: number;
  /** Where steps run instead of on threads of this run's own; it is left open, so that runs can share it. */
  readonly pool?: StepPool;
  /** What trains; the fastest that is here by default. Another one may round differently. */
  readonly backend?: BackendName;
  /** Ends the run at this virtual time [s], if nothing else does before. */
  readonly until?: number;
  /** Folder for `trace.ndjson` and `summary.json`; without it the trace stays in memory. */
  readonly out?: string;
  /** Folder for the run's gains, compute times and availability, in a form that a scenario's `environment` takes. */
  readonly recordEnvironment?: string;
  readonly dashboard?: Dashboard;
  /** Told of each fact as it goes on the record; it must not change anything. */
  readonly onFact?: (at: Instant, actor: string, fact: Fact) => void;
  /** What a person should know but needn't act on; silent by default. */
  readonly warn?: (message: string) => void;
  /** Orders ties by chance, to expose code that leans on luck; for tests. */
  readonly tieBreak?: (sequence: number) => number;
}

export interface Simulation {
  readonly summary: Summary;
  /** Lines of the trace, the header first; empty where the trace went to a folder. */
  readonly trace: readonly string[];
  readonly cause: Cause;
  /** Accuracy and loss over virtual time. */
  readonly scores: readonly Scored[];
  /** The last model of each server whose rounds count: edge servers, or the central one where clients answer to it. */
  readonly models: ReadonlyMap<string, ModelVersion>;
}

/**
 * Runs a scenario in this thread, steps on `threads` compute threads beside it.
 *
 * @throws ScenarioError with all problems of the scenario, before anything runs
 * @throws SimulationError where a policy, a script or a step fails
 * @example const { summary, trace } = await simulate(scenario({ … }))
 */
export async function simulate(scenario: Scenario, options: SimulateOptions = {}): Promise<Simulation> {
  const { backend = autoBackend(), out } = options;
  const settings = settled(scenario, options);
  const began = wallClock();
  const policyFailure: PolicyFailure = { error: undefined };
  const prepared = await plan(settings, { backend, policyFailure, tieBreak: options.tieBreak });
  const { plan: worldPlan, save } = recorded(prepared, options.recordEnvironment);
  const header: TraceHeader = {
    ...{ fadelab: 'trace', schema: TRACE_SCHEMA, version, node: process.version },
    ...{
      scenario: settings.name,
      seed: settings.seed,
      backend,
      task: worldPlan.task.facts,
      options: describe(settings),
    },
  };
  const memory = memorySink();
  const sink = out === undefined ? memory : folderSink(out);
  const pool = options.pool ?? ownPool(options);
  try {
    const record = recorder(sink, header, options.onFact);
    const world = new World({
      ...{ plan: worldPlan, pool, policyFailure, recorder: record },
      ...{ script: settings.script, dashboard: options.dashboard },
    });
    const end = await world.run();
    save(world.network);
    const summary = summarise({
      ...{
        scenario: settings.name,
        seed: settings.seed,
        backend,
        threads: pool.threads,
        targets: settings.targets,
        end,
      },
      fingerprint: record.end(),
      wallSeconds: wallClock() - began,
    });
    sink.close();
    if (out !== undefined) writeWhole(join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
    return { summary, trace: memory.lines, cause: end.cause, scores: end.scores, models: end.models };
  } finally {
    sink.close();
    if (options.pool === undefined) await pool.close();
  }
}

/** The plan with its environment on record, if it is to be, and what saves that when the run is over. */
function recorded(given: WorldPlan, folder: string | undefined) {
  if (folder === undefined) return { plan: given, save: () => {} };
  makeFolder(folder, '--record-environment');
  const recording = recordingPlan(given);
  const save = (network: Network) => writeEnvironment(folder, recording.tables(network));
  return { plan: recording.plan, save };
}

/** More threads than processors would only start up and take turns. */
const ownPool = ({ threads = 0, warn = () => {} }: SimulateOptions): StepPool =>
  threads > 0 ? threadPool(Math.min(threads, availableParallelism()), warn) : inlinePool();

/** Checked options with what the caller replaces. */
function settled(scenario: Scenario, { seed, until }: SimulateOptions): CheckedOptions {
  const settings = checked(scenario);
  const ends = until === undefined ? settings.until : { ...settings.until, time: until };
  return { ...settings, ...(seed === undefined ? {} : { seed }), until: ends };
}

/** Writes facts as lines and takes their fingerprint. */
function recorder(sink: TraceSink, header: TraceHeader, onFact: SimulateOptions['onFact']) {
  const prints = fingerprinting();
  sink.write(`${JSON.stringify(header)}\n`);
  return {
    record(at: Parameters<typeof line>[0], actor: string, fact: Parameters<typeof line>[2]): void {
      const text = line(at, actor, fact);
      prints.add(actor, fact, text);
      sink.write(`${text}\n`);
      onFact?.(at, actor, fact);
    },
    end: prints.end,
  };
}

function folderSink(out: string): TraceSink {
  makeFolder(out);
  forgetSummary(out);
  return fileSink(join(out, 'trace.ndjson'));
}

/** Writes a file whole or not at all. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}
