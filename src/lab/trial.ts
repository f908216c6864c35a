import type { BackendName } from '../learning/contract.ts';
import type { StepPool } from '../runtime/steps.ts';
import { loadCatalogue, loadScenario, type ScenarioSource } from '../scenario/load-module.ts';
import { type Override, override } from '../scenario/override.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { simulate } from '../scenario/simulate.ts';
import type { Summary } from '../scenario/summary.ts';
import { type Ended, ended, unwrapped } from '../scenario/travelling.ts';
import type { Bits, Seconds } from '../units.ts';
import { toSeconds } from '../units.ts';
import { type AirErrors, airTally } from './air-errors.ts';

/** Where compute threads find `runTrial`. */
export const module = import.meta.url;

/** One whole run of a scenario with options replaced, under one seed. */
export interface Trial {
  readonly source: ScenarioSource;
  readonly overrides: readonly Override[];
  readonly seed: number;
  readonly backend: BackendName;
  readonly until?: Seconds | undefined;
}

/** What is kept of it, as JSON has it. Nothing here depends on the machine's speed or on threads: results are equal to the byte. */
export interface TrialResult {
  readonly summary: Omit<Summary, 'wallSeconds' | 'threads'>;
  readonly curve: readonly TrialPoint[];
  /** Aggregations that could make something of the updates that came. */
  readonly integrated: number;
  /** Where updates add up in the air. */
  readonly air?: AirErrors;
}

export interface TrialPoint {
  readonly round: number;
  /** Virtual time of the score. */
  readonly at: Seconds;
  readonly accuracy: number;
  /** Null where it is not finite. */
  readonly loss: number | null;
  /** Of uploads that had been finished by then. */
  readonly uplinkBits: Bits;
}

/**
 * The step: many worlds side by side, one per thread and each computing in its own, are faster than one world whose many
 * small trainings travel to threads.
 */
export const runTrial = (trial: Trial): Promise<Ended<TrialResult>> =>
  ended(async () => {
    const { source, overrides } = trial;
    return resultOf(override(await loadScenario(source), overrides, await loadCatalogue(overrides)), trial);
  });

/** The step that loads what trials of a scenario need, so that a thread has it before its first trial is known. */
export async function prepare({ source, overrides }: Pick<Trial, 'source' | 'overrides'>): Promise<void> {
  await Promise.all([loadScenario(source), loadCatalogue(overrides)]);
}

/** A whole run on this thread. */
export async function resultOf(
  scenario: Scenario,
  { seed, backend, until }: Pick<Trial, 'seed' | 'backend' | 'until'>,
): Promise<TrialResult> {
  const curve: TrialPoint[] = [];
  const air = airTally();
  let uplinkBits = 0;
  let integrated = 0;
  const { summary } = await simulate(scenario, {
    ...{ seed, backend, trace: 'fingerprint', ...(until === undefined ? {} : { until }) },
    onFact(at, _actor, fact) {
      air.take(fact);
      if (fact.type === 'upload.finished') uplinkBits += fact.bits;
      if (fact.type === 'models.combined' && fact.skipped === undefined) integrated++;
      if (fact.type !== 'model.evaluated') return;
      const { round, accuracy, loss } = fact;
      curve.push({ round, at: toSeconds(at), accuracy, loss, uplinkBits });
    },
  });
  const { wallSeconds: _wallSeconds, threads: _threads, ...kept } = summary;
  const errors = air.errors();
  const result = { summary: kept, curve, integrated, ...(errors && { air: errors }) };
  // As JSON has it, here and everywhere: what is read from a file or from another machine is the same.
  return JSON.parse(JSON.stringify(result)) as TrialResult;
}

/** Runs trials on the threads of a pool, one whole world per thread at a time. */
export const trialsOn =
  (pool: StepPool) =>
  async (trial: Trial): Promise<TrialResult> =>
    unwrapped(await endOn(pool, trial));

/** Lets threads load a scenario, and parts that overrides name; what is wrong with it is told by who plans the trials. */
export function prepareOn(pool: StepPool, threads: number, input: Parameters<typeof prepare>[0]): void {
  for (let thread = 0; thread < threads; thread++) {
    pool.run({ module, name: 'prepare', input }).catch(() => {});
  }
  pool.flush();
}

/** The same, with errors of the user's as values: they cross to another machine. */
export function endOn(pool: StepPool, trial: Trial): Promise<Ended<TrialResult>> {
  const end = pool.run({ module, name: 'runTrial', input: trial });
  pool.flush();
  return end as Promise<Ended<TrialResult>>;
}
