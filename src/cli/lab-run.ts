import { memoryStore, type Store } from '../lab/store.ts';
import { type Finished, type Planned, planStudy, runStudy } from '../lab/study.ts';
import { trialsOn } from '../lab/trial.ts';
import { inlinePool } from '../runtime/inline-pool.ts';
import { threadPool } from '../runtime/pool.ts';
import type { LabOptions } from './lab-options.ts';
import { findScenario } from './load.ts';
import { showRuns } from './runs-progress.ts';
import type { Terminal } from './terminal.ts';

/** A study's plan: every cell under every seed, checked. */
export const planned = (name: string, scenario: string | undefined, options: LabOptions) =>
  planStudy({ ...options, source: findScenario(name, scenario) });

/** Runs trials side by side, one world per thread. */
export async function runTrials(
  trials: readonly Planned[],
  { threads, quiet, store = memoryStore() }: { threads: number; quiet: boolean; store?: Store },
  to: Terminal,
): Promise<Finished[]> {
  const size = Math.min(threads, trials.length);
  const pool = size > 0 ? threadPool(size, (message) => to.say(`warning: ${message}`)) : inlinePool();
  const progress = quiet ? () => {} : showRuns(to);
  try {
    return await runStudy(trials, { run: trialsOn(pool), store, progress });
  } finally {
    await pool.close();
  }
}
