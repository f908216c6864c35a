import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fact, ModelVersion } from '../event.ts';
import type { BackendName } from '../learning/contract.ts';
import { autoBackend, module as steps } from '../learning/steps.ts';
import type { Network } from '../network/network.ts';
import type { Scored } from '../runtime/evaluations.ts';
import type { WorldPlan } from '../runtime/plan.ts';
import type { PolicyFailure } from '../runtime/policy-guard.ts';
import { located } from '../runtime/policy-place.ts';
import { corePool } from '../runtime/pool.ts';
import type { StepPool } from '../runtime/steps.ts';
import type { Transcript } from '../runtime/transcript.ts';
import { STEP_TIMEOUT_USUAL } from '../runtime/watchdog.ts';
import { type Dashboard, World } from '../runtime/world.ts';
import type { Cause } from '../runtime/world-end.ts';
import { removeCheckpoints } from '../trace/checkpoint.ts';
import { writeEnvironment } from '../trace/environment.ts';
import { TRACE_SCHEMA, type TraceHeader, type TraceSource } from '../trace/header.ts';
import { forgetResults, makeFolder, whileHeld } from '../trace/out-folder.ts';
import { type FileSink, fileSink, memorySink, nowhere } from '../trace/sink.ts';
import { writeWhole } from '../trace/unwritable.ts';
import type { Instant } from '../units.ts';
import { version } from '../version.ts';
import { checkHeader } from './check-header.ts';
import { type CheckpointRule, Checkpoints } from './checkpoints.ts';
import { describe } from './describe.ts';
import { recorder } from './fact-recorder.ts';
import { checked, plan } from './plan.ts';
import { recordingPlan } from './recording.ts';
import type { CheckedOptions, Scenario } from './scenario.ts';
import { type Summary, summarise } from './summary.ts';
import { wallClock } from './wall-clock.ts';

export interface SimulateOptions {
  /** Replaces the scenario's seed. */
  readonly seed?: number;
  /** Threads that are busy at once, the calling one among them: with 1, the default, it computes all steps itself. */
  readonly threads?: number;
  /** Wall time after which a step on a compute thread counts as hung and is run again [s]; 600 by default. */
  readonly stepTimeout?: number;
  /** Where steps run instead of on threads of this run's own; it is left open, so that runs can share it. */
  readonly pool?: StepPool;
  /** What trains; the fastest that is here by default. Another one may round differently. */
  readonly backend?: BackendName;
  /** Ends the run at this virtual time [s], if nothing else does before. */
  readonly until?: number;
  /** Folder for `trace.ndjson` and `summary.json`; without it the trace stays in memory. */
  readonly out?: string;
  /**
   * What is kept of the events: all (default), their fingerprint alone, as where many runs are compared, or nothing, which
   * shows what the trace costs. A run into a folder keeps all.
   */
  readonly trace?: 'whole' | 'fingerprint' | 'none';
  /** Folder for the run's gains, compute times and availability, in a form that a scenario's `environment` takes. */
  readonly recordEnvironment?: string;
  readonly dashboard?: Dashboard;
  /** Somebody reads the trace while it is written: what is on record is handed over at once when the world waits. */
  readonly isFollowed?: boolean;
  /** Told of each fact as it goes on the record; it must not change anything. */
  readonly onFact?: (at: Instant, actor: string, fact: Fact) => void;
  /** How often a run with a folder is made safe, so that it can be resumed after a kill; never by default. */
  readonly checkpoint?: CheckpointRule;
  /** For the header: what makes the scenario again. */
  readonly origin?: TraceSource;
  /** Header of the run that is made again: data and options must be the same. */
  readonly recorded?: TraceHeader;
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
  /** State value of each actor at the end: a string, or an object for parallel states. */
  readonly states: ReadonlyMap<string, unknown>;
}

/** How a run is made again. */
export interface Retake {
  readonly transcript: Transcript;
  /** Pauses before the first event after this instant. */
  readonly pauseAt?: Instant;
  /** Of the trace in the folder, that are kept: the run's first events are not written again. */
  readonly kept?: { readonly events: number; readonly bytes: number };
  /** Lines are only compared, and not held. */
  readonly isCheck?: boolean;
}

/**
 * Runs a scenario in this thread, steps on `threads` compute threads beside it.
 *
 * @throws ScenarioError with all problems of the scenario, before anything runs
 * @throws SimulationError where a policy, a script or a step fails
 * @example const { summary, trace } = await simulate(scenario({ … }))
 */
export const simulate = (scenario: Scenario, options: SimulateOptions = {}): Promise<Simulation> =>
  perform(scenario, options, undefined);

/** Runs a scenario, for the first time or once more. */
export async function perform(
  scenario: Scenario,
  options: SimulateOptions,
  retake: Retake | undefined,
): Promise<Simulation> {
  const settings = settled(scenario, options);
  const pool = options.pool ?? ownPool(options);
  try {
    return await performOn(pool, settings, options, retake);
  } finally {
    if (options.pool === undefined) await pool.close();
  }
}

async function performOn(
  pool: StepPool,
  settings: CheckedOptions,
  options: SimulateOptions,
  retake: Retake | undefined,
): Promise<Simulation> {
  const { backend = autoBackend(), out } = options;
  const began = wallClock();
  const policyFailure: PolicyFailure = { error: undefined };
  const prepared = await plan(settings, { backend, policyFailure, tieBreak: options.tieBreak });
  const { plan: worldPlan, save } = recorded(prepared, options.recordEnvironment);
  const header = headerOf(settings, { backend, task: worldPlan.task.facts, origin: options.origin });
  // Before anything is written: a run that is not the recorded one leaves the record as it is.
  if (options.recorded !== undefined) checkHeader(options.recorded, header);
  const ready = { settings, options, retake, backend, began, policyFailure, plan: worldPlan, save, header };
  return out === undefined ? runOn(pool, ready) : whileHeld(out, () => runOn(pool, ready));
}

/** A run that is planned, before anything of it is written. */
interface Ready {
  readonly settings: CheckedOptions;
  readonly options: SimulateOptions;
  readonly retake: Retake | undefined;
  readonly backend: BackendName;
  /** Wall time [s] at which planning began. */
  readonly began: number;
  readonly policyFailure: PolicyFailure;
  readonly plan: WorldPlan;
  readonly save: (network: Network) => void;
  readonly header: TraceHeader;
}

async function runOn(pool: StepPool, ready: Ready): Promise<Simulation> {
  const { settings, options, retake, backend, began, policyFailure, header, save } = ready;
  const { out } = options;
  const memory = memorySink();
  const file = out === undefined ? undefined : folderSink(out, options, retake);
  const keep = out === undefined ? (options.trace ?? 'whole') : 'whole';
  const sink = file ?? (retake?.isCheck === true || keep !== 'whole' ? nowhere : memory);
  try {
    const { checkpoint } = options;
    const checkpoints =
      checkpoint !== undefined && out !== undefined && file !== undefined
        ? new Checkpoints(checkpoint, { folder: out, sink: file, kept: retake?.kept?.events ?? 0 })
        : undefined;
    const record = recorder({ sink, header, keep, checkpoints, retake, onFact: options.onFact });
    file?.flush();
    const world = new World({
      plan: ready.plan,
      policyFailure,
      recorder: record,
      pool: options.isFollowed === true && file !== undefined ? handingOver(pool, file) : pool,
      script: settings.script,
      dashboard: options.dashboard,
      transcript: retake?.transcript,
      pauseAt: retake?.pauseAt,
      stops: checkpoints,
    });
    const end = await world.run();
    save(world.network);
    if (retake?.pauseAt === undefined) retake?.transcript.end();
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
    if (out !== undefined) writeSummary(out, summary);
    if (checkpoints !== undefined && out !== undefined) removeCheckpoints(out);
    const { cause, scores, models, states } = end;
    return { summary, trace: memory.lines, cause, scores, models, states };
  } catch (error) {
    throw located(error, () => 'before the first event');
  } finally {
    sink.close();
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

/** Between two times at which a trace that is followed is handed over [s]. */
const HANDING_OVER_LEAST = 0.1;

/** Whoever follows the trace has all of it while the world waits. */
function handingOver(pool: StepPool, file: FileSink): StepPool {
  let last = 0;
  return {
    threads: pool.threads,
    run: (step) => pool.run(step),
    help: (isSmall) => pool.help?.(isSmall),
    close: () => pool.close(),
    flush() {
      pool.flush();
      const now = wallClock();
      if (now - last < HANDING_OVER_LEAST) return;
      last = now;
      file.flush();
    },
  };
}

/** Threads of this run's own, which load what training takes while the run is planned. */
function ownPool({ threads = 1, stepTimeout = STEP_TIMEOUT_USUAL, warn = () => {} }: SimulateOptions): StepPool {
  const pool = corePool(threads, warn, { stepTimeout });
  for (let beside = pool.threads - 1; beside > 0; beside--) {
    // What can't be loaded is told by the first step that needs it.
    pool.run({ module: steps, name: 'prepare', input: undefined }).catch(() => {});
  }
  pool.flush();
  return pool;
}

/** Checked options with what the caller replaces. */
function settled(scenario: Scenario, { seed, until }: SimulateOptions): CheckedOptions {
  const settings = checked(scenario);
  const ends = until === undefined ? settings.until : { ...settings.until, time: until };
  return { ...settings, ...(seed === undefined ? {} : { seed }), until: ends };
}

interface HeaderInput {
  readonly backend: BackendName;
  readonly task: TraceHeader['task'];
  readonly origin: TraceSource | undefined;
}

const headerOf = (settings: CheckedOptions, { backend, task, origin }: HeaderInput): TraceHeader => ({
  ...{ fadelab: 'trace', schema: TRACE_SCHEMA, version, node: process.version },
  ...{ scenario: settings.name, seed: settings.seed, backend },
  ...(origin === undefined ? {} : { source: origin }),
  ...{ task, options: describe(settings) },
});

function folderSink(out: string, { checkpoint }: SimulateOptions, retake: Retake | undefined): FileSink {
  if (retake?.kept === undefined) forgetResults(out);
  return fileSink(join(out, 'trace.ndjson'), { kept: retake?.kept?.bytes, hasMarks: checkpoint !== undefined });
}

const writeSummary = (out: string, summary: Summary): void =>
  writeWhole(join(out, 'summary.json'), (part) => writeFileSync(part, `${JSON.stringify(summary, null, 2)}\n`));
