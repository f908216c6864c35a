import { type Problem, ScenarioError } from '../errors.ts';
import type { BackendName } from '../learning/contract.ts';
import { digest } from '../math/digest.ts';
import { describe } from '../scenario/describe.ts';
import { loadCatalogue, loadScenario, modulesAmong, type ScenarioSource } from '../scenario/load-module.ts';
import { type Override, override } from '../scenario/override.ts';
import { checked } from '../scenario/plan.ts';
import type { Seconds } from '../units.ts';
import { version } from '../version.ts';
import type { Cell } from './grid.ts';
import { type OwnFiles, ownFilesReader } from './own-files.ts';
import type { Store } from './store.ts';
import type { Trial, TrialResult } from './trial.ts';

/** What a study is made of: each cell is run under each seed. */
export interface StudyOptions {
  readonly source: ScenarioSource;
  /** Options that all cells share, set before those of the cell. */
  readonly overrides: readonly Override[];
  readonly cells: readonly Cell[];
  readonly seeds: readonly number[];
  readonly backend: BackendName;
  readonly until?: Seconds | undefined;
}

/** One run to be made. */
export interface Planned {
  readonly cell: Cell;
  readonly seed: number;
  readonly trial: Trial;
  /** Digest of all that its result depends on: options, the user's own files, seed, back end, end and version. */
  readonly key: string;
  readonly files: OwnFiles;
}

export interface PlannedStudy {
  readonly scenario: string;
  readonly trials: readonly Planned[];
}

/** A run that is over. */
export interface Finished extends Planned {
  readonly result: TrialResult;
}

/**
 * Checks every cell before anything runs.
 *
 * @throws ScenarioError with the problems of all cells
 */
export async function planStudy(study: StudyOptions): Promise<PlannedStudy> {
  const { source, overrides, cells, seeds, backend, until } = study;
  const base = await loadScenario(source);
  const problems: Problem[] = [];
  const trials: Planned[] = [];
  const filesOf = ownFilesReader();
  let scenario = '';
  for (const cell of cells) {
    const all = [...overrides, ...cell.overrides];
    try {
      const settings = checked(override(base, all, await loadCatalogue(all)));
      scenario = settings.name;
      const files = filesOf([source.module, ...modulesAmong(all)], describe(settings));
      for (const seed of seeds) {
        const trial = { source, overrides: all, seed, backend, until };
        const own = Object.keys(files).length > 0 ? { files } : {};
        const facts = { options: describe({ ...settings, seed }), ...own, backend, until, version };
        trials.push({ cell, seed, trial, key: digest(new TextEncoder().encode(JSON.stringify(facts))), files });
      }
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      problems.push(
        ...error.problems.map((each) => ({ ...each, where: [each.where ?? [], placeOf(cell)].flat().join(', ') })),
      );
    }
  }
  if (problems.length > 0) throw new ScenarioError(unique(problems));
  return { scenario, trials };
}

/** Where a cell stands, with the names of its options. */
const placeOf = ({ at }: Cell): string[] => Object.entries(at).map(([path, value]) => `${path}=${value}`);

/** What is wrong in several cells is told of the first. */
const unique = (problems: readonly Problem[]): Problem[] =>
  [...new Map(problems.toReversed().map((each) => [each.what, each])).values()].reverse();

export interface RunOptions {
  /** Runs one trial somewhere. */
  readonly run: (trial: Trial) => Promise<TrialResult>;
  readonly store: Store;
  /** Told after each run, those that were kept from before included. */
  readonly progress?: (finished: number, all: number) => void;
}

/** A run that failed, and why. */
export interface Failed extends Planned {
  readonly error: unknown;
}

export interface StudyEnd {
  readonly finished: readonly Finished[];
  readonly failed: readonly Failed[];
}

/** Where a run stands in its study, for errors. */
export const sayPlace = ({ cell, seed }: Planned): string => [...placeOf(cell), `seed ${seed}`].join(', ');

/**
 * Makes all runs that the store doesn't have. Results stand in the order of the trials, whenever they came; one that fails
 * stops no other.
 */
export async function runStudy(trials: readonly Planned[], { run, store, progress }: RunOptions): Promise<StudyEnd> {
  let finished = 0;
  const inTurn = new Map<string, Promise<TrialResult>>();
  const start = async ({ key, trial }: Planned): Promise<TrialResult> => {
    const result = await run(trial);
    store.put(key, result);
    return result;
  };
  const one = async (planned: Planned): Promise<Finished | Failed> => {
    const kept = store.get(planned.key);
    // Cells that come to the same options share a run.
    const coming = kept ?? inTurn.get(planned.key) ?? start(planned);
    if (kept === undefined) inTurn.set(planned.key, coming as Promise<TrialResult>);
    try {
      return { ...planned, result: await coming };
    } catch (error) {
      return { ...planned, error };
    } finally {
      progress?.(++finished, trials.length);
    }
  };
  const all = await Promise.all(trials.map(one));
  const isFinished = (each: Finished | Failed): each is Finished => 'result' in each;
  return { finished: all.filter(isFinished), failed: all.filter((each): each is Failed => !isFinished(each)) };
}
