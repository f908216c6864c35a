import { rememberers } from '../lab/rememberers.ts';
import { memoryStore, type Store } from '../lab/store.ts';
import {
  type Failed,
  type Planned,
  type PlannedStudy,
  planStudy,
  runStudy,
  type StudyEnd,
  sayPlace,
} from '../lab/study.ts';
import { prepareOn, type Trial, type TrialResult, trialsOn } from '../lab/trial.ts';
import { inlinePool } from '../runtime/inline-pool.ts';
import { threadPool } from '../runtime/pool.ts';
import type { StepPool } from '../runtime/steps.ts';
import type { ScenarioSource } from '../scenario/load-module.ts';
import { Interrupted } from './exit-code.ts';
import { catchInterrupts } from './interrupts.ts';
import type { LabOptions, RawLabOptions } from './lab-options.ts';
import { findScenario } from './load.ts';
import { showRuns } from './runs-progress.ts';
import type { Terminal } from './terminal.ts';
import { tuneCollector } from './tuning.ts';

/** A study that is planned, and the threads for its runs. */
export interface Study extends PlannedStudy {
  readonly pool: StepPool;
}

/** Plans a study, every cell under every seed, and does something with it. Threads start meanwhile, and load what they need. */
export async function study<Outcome>(
  { name, raw, options }: { readonly name: string; readonly raw: RawLabOptions; readonly options: LabOptions },
  to: Terminal,
  perform: (study: Study) => Promise<Outcome>,
): Promise<Outcome> {
  const source = findScenario(name, raw.scenario);
  const pool = threadsFor(options, source, to);
  try {
    return await perform({ ...(await planStudy({ ...options, source })), pool });
  } finally {
    await pool.close();
  }
}

/** As many threads as runs can keep busy; none where workers run them. */
function threadsFor({ threads, cells, seeds, engine, overrides }: LabOptions, source: ScenarioSource, to: Terminal) {
  const size = engine === undefined ? Math.min(threads, cells.length * seeds.length) : 0;
  if (size === 0) return inlinePool();
  tuneCollector(size);
  const pool = threadPool(size, (message) => to.say(`warning: ${message}`), { groupMax: 1 });
  prepareOn(pool, size, { source, overrides: [...overrides, ...cells.flatMap((cell) => cell.overrides)] });
  return pool;
}

export interface Running extends Pick<LabOptions, 'engine'> {
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
export async function runTrials(
  { scenario, pool }: Study,
  trials: readonly Planned[],
  running: Running,
  to: Terminal,
): Promise<StudyEnd> {
  const { quiet, store = memoryStore(), kept } = running;
  const missing = trials.filter(({ key }) => store.get(key) === undefined);
  const runner = await runnerFor({ scenario, pool, trials: missing }, running, to);
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
    const performed = async (): Promise<StudyEnd> => {
      const end = await runStudy(trials, { run: runner.run, store, progress });
      await rememberers(end.finished, { made: missing, run: runner.run });
      return end;
    };
    return await Promise.race([performed(), interrupted]);
  } finally {
    await runner.close();
    interrupts.release();
  }
}

/** Names each run that failed, with its error as it would stand alone. */
export function sayFailures(failed: readonly Failed[], to: Terminal): void {
  for (const each of failed) {
    const said = each.error instanceof Error ? each.error.message : String(each.error);
    to.say(`error: ${sayPlace(each)}: ${said}`);
  }
}

interface Runner {
  run(trial: Trial): Promise<TrialResult>;
  close(): Promise<void>;
}

async function runnerFor({ scenario, pool, trials }: Study, { engine, quiet }: Running, to: Terminal): Promise<Runner> {
  const warn = (message: string) => to.say(`warning: ${message}`);
  if (engine === undefined || trials.length === 0) return { run: trialsOn(pool), close: async () => {} };
  const { redisEngine } = await import('../cluster/engine.ts');
  return redisEngine({ place: engine, scenario, trials, warn, say: quiet ? () => {} : to.say });
}
