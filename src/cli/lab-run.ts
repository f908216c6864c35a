import { memoryStore, type Store } from '../lab/store.ts';
import { type Finished, type Planned, planStudy, runStudy } from '../lab/study.ts';
import { type Trial, type TrialResult, trialsOn } from '../lab/trial.ts';
import { inlinePool } from '../runtime/inline-pool.ts';
import { threadPool } from '../runtime/pool.ts';
import { Interrupted } from './exit-code.ts';
import { catchInterrupts } from './interrupts.ts';
import type { LabOptions } from './lab-options.ts';
import { findScenario } from './load.ts';
import { showRuns } from './runs-progress.ts';
import type { Terminal } from './terminal.ts';

/** A study's plan: every cell under every seed, checked. */
export const planned = (name: string, scenario: string | undefined, options: LabOptions) =>
  planStudy({ ...options, source: findScenario(name, scenario) });

export interface Running extends Pick<LabOptions, 'threads' | 'engine'> {
  readonly scenario: string;
  readonly quiet: boolean;
  readonly store?: Store;
  /** Where finished runs are kept, if they are. */
  readonly kept?: string | undefined;
}

/**
 * Runs trials side by side: one world per thread here, or wherever workers are.
 *
 * @throws Interrupted at Ctrl-C, once everything is put away
 */
export async function runTrials(trials: readonly Planned[], running: Running, to: Terminal): Promise<Finished[]> {
  const { quiet, store = memoryStore(), kept } = running;
  const missing = trials.filter(({ key }) => store.get(key) === undefined);
  const runner = await runnerFor(missing, running, to);
  const show = quiet ? () => {} : showRuns(to);
  let finished = 0;
  const progress = (count: number, all: number): void => {
    finished = count;
    show(count, all);
  };
  let interrupt = (_error: Interrupted): void => {};
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = reject;
  });
  const rest = kept === undefined ? '' : `; they are kept in ${kept}, and the same command goes on from there`;
  const interrupts = catchInterrupts(() =>
    interrupt(new Interrupted(`${finished} of ${trials.length} runs are finished${rest}`)),
  );
  try {
    return await Promise.race([runStudy(trials, { run: runner.run, store, progress }), interrupted]);
  } finally {
    await runner.close();
    interrupts.release();
  }
}

interface Runner {
  run(trial: Trial): Promise<TrialResult>;
  close(): Promise<void>;
}

async function runnerFor(trials: readonly Planned[], running: Running, to: Terminal): Promise<Runner> {
  const { engine, threads, scenario, quiet } = running;
  const warn = (message: string) => to.say(`warning: ${message}`);
  if (engine !== undefined && trials.length > 0) {
    const { redisEngine } = await import('../cluster/engine.ts');
    return redisEngine({ place: engine, scenario, trials, warn, say: quiet ? () => {} : to.say });
  }
  const size = Math.min(threads, trials.length);
  const pool = size > 0 ? threadPool(size, warn, { groupMax: 1 }) : inlinePool();
  return { run: trialsOn(pool), close: () => pool.close() };
}
