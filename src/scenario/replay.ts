import { type Divergence, DivergenceError, ScenarioError } from '../errors.ts';
import type { BackendName } from '../learning/contract.ts';
import { autoBackend } from '../learning/steps.ts';
import type { StepPool } from '../runtime/steps.ts';
import { Transcript } from '../runtime/transcript.ts';
import { latestCheckpoint } from '../trace/checkpoint.ts';
import type { TraceHeader } from '../trace/header.ts';
import { openTrace, type Trace } from '../trace/reader.ts';
import { type Seconds, toInstant } from '../units.ts';
import type { Scenario } from './scenario.ts';
import { perform, type SimulateOptions, type Simulation } from './simulate.ts';
import { wallClock } from './wall-clock.ts';

export interface ReplayOptions {
  /** The scenario that was recorded. */
  readonly scenario: Scenario;
  /** Pauses once every event up to this virtual time [s] is in. */
  readonly until?: Seconds;
  /** Trains again, instead of taking results from the trace. */
  readonly recompute?: boolean;
  readonly threads?: number;
  /** Wall time after which a step of `recompute` hangs [s]. */
  readonly stepTimeout?: Seconds;
  readonly pool?: StepPool;
}

/** What came of a replay. */
export interface Replay {
  /** The first event that differs; undefined where all match. */
  readonly divergence: Divergence | undefined;
  /**
   * Whether the trace is not the one that its summary was written with, although each event follows from those before: a
   * result of a step was changed in the record. Training again names the line.
   */
  readonly isAltered: boolean;
  /** Events that match. */
  readonly events: number;
  readonly wallSeconds: Seconds;
  /** The run as it was made again; undefined where it diverged. */
  readonly simulation: Simulation | undefined;
  /** An actor where the replay ended: XState's state value. */
  actor(id: string): { readonly state: unknown };
}

/**
 * Runs a recorded run again and compares every event. Results of steps come from the record, so nothing is trained.
 *
 * @throws ScenarioError where the scenario is not the one that was recorded
 * @example const { divergence } = await replay(openTrace('runs/mine-1'), { scenario: mine })
 */
export async function replay(trace: Trace, options: ReplayOptions): Promise<Replay> {
  const { scenario, until, recompute = false, ...where } = options;
  const transcript = new Transcript({
    lines: trace.lines(),
    feeding: recompute ? 0 : Number.POSITIVE_INFINITY,
    ...(until === undefined ? {} : { until: toInstant(until) + 1 }),
  });
  // Some models fit one back end alone; nothing is trained, so kernels that this machine lacks are not missed.
  const isMissed = recompute || trace.header.backend !== 'native';
  const backend = isMissed ? sameBackend(trace.header) : autoBackend();
  const began = wallClock();
  const end = (simulation: Simulation | undefined, divergence: Divergence | undefined): Replay => ({
    isAltered: isAltered(trace, simulation, until),
    ...{ divergence, simulation, events: transcript.repeated, wallSeconds: wallClock() - began },
    actor: (id) => ({ state: simulation?.states.get(id) }),
  });
  try {
    const again = { transcript, isCheck: true, ...(until === undefined ? {} : { pauseAt: toInstant(until) }) };
    return end(await perform(scenario, { ...sameRun(trace.header), ...where, backend }, again), undefined);
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    const { divergence } = error;
    // A run that was stopped has a whole trace, although it could go on.
    const wasStopped = divergence.expected === undefined && divergence.index === trace.summary?.events;
    return end(undefined, wasStopped ? undefined : divergence);
  }
}

function isAltered({ summary }: Trace, again: Simulation | undefined, until: Seconds | undefined): boolean {
  if (summary?.fingerprint === undefined || again === undefined || until !== undefined) return false;
  return summary.fingerprint.values !== again.summary.fingerprint.values;
}

/** What makes the same run of a scenario again. */
const sameRun = (header: TraceHeader): SimulateOptions => {
  const until = (header.options as { readonly until?: { readonly time?: Seconds } }).until?.time;
  return {
    ...{ seed: header.seed, recorded: header },
    ...(until === undefined ? {} : { until }),
    ...(header.source === undefined ? {} : { origin: header.source }),
  };
};

export interface ResumeOptions
  extends Pick<SimulateOptions, 'threads' | 'stepTimeout' | 'checkpoint' | 'dashboard' | 'warn'> {
  /** The scenario that was interrupted. */
  readonly scenario: Scenario;
}

/**
 * Goes on with a run that was killed, and ends with the same bytes as a run that was not. Events up to the last good
 * checkpoint are made again from the record, what follows is trained.
 *
 * @throws ScenarioError where there is nothing to resume
 */
export async function resume(folder: string, { scenario, ...options }: ResumeOptions): Promise<Simulation> {
  const { header } = openTrace(folder);
  const found = latestCheckpoint(folder, options.warn ?? (() => {}));
  if (found === undefined) options.warn?.(`no checkpoint in ${folder} can be used: the run begins anew`);
  const run = { ...sameRun(header), ...options, backend: sameBackend(header), out: folder };
  if (found === undefined) return perform(scenario, run, undefined);
  const transcript = new Transcript({
    ...{ lines: first(openTrace(folder).lines(), found.events), feeding: found.events },
    ...{ count: found.events, vectors: found.vectors },
  });
  return perform(scenario, run, { transcript, kept: { events: found.events, bytes: found.trace.bytes } });
}

/** The sink cuts the file behind these lines: nothing after them may be read. */
function* first(lines: Iterable<string>, count: number): Iterable<string> {
  let left = count;
  if (left === 0) return;
  for (const text of lines) {
    yield text;
    if (--left === 0) return;
  }
}

/** Other kernels round differently: a run goes on with those that it began with. */
export function sameBackend({ backend }: TraceHeader): BackendName {
  if (backend !== 'native' || autoBackend() === 'native') return backend as BackendName;
  throw new ScenarioError({
    what: 'missing native kernels, with which the run began',
    remedy: 'install a C compiler and run `npm rebuild fadelab`',
    code: 'BACKEND_UNAVAILABLE',
  });
}
