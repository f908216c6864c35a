import type { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { SimulationError } from '../errors.ts';
import type { Step } from '../step.ts';
import type { Outcome } from './compute-thread.ts';
import { enduringPool } from './enduring-pool.ts';
import { runStep, type StepPool } from './steps.ts';

/** A step is tried this often before a thread that dies under it ends the run. */
export const TRIES_MAX = 3;
/**
 * Steps go to threads in groups: at most so many in one, and at least so many groups for each thread while work lasts.
 * A group leaves early once it has so many steps, if some thread has less than `QUEUED_MAX` groups to work on.
 */
const GROUP_MAX = 16;
const GROUPS_PER_THREAD = 4;
const GROUP_EARLY = 4;
const QUEUED_MAX = 2;

export interface ThreadPool extends StepPool {
  /** The threads as they are now; fault injection ends some. */
  readonly workers: readonly Worker[];
}

interface Waiting {
  readonly step: Step;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** How many threads have died while they had this step. */
  readonly deaths: number;
}

/**
 * Steps on Piscina threads. Steps that are asked for in one stretch of virtual time travel in groups, since a message to
 * a thread costs about as much as a small step. A thread that dies takes nothing with it: its steps run elsewhere.
 */
export function threadPool(threads: number, warn: (message: string) => void): ThreadPool {
  const module = new URL('./compute-thread.js', import.meta.url).href;
  const pool = enduringPool(() => new Piscina(settings(module, 'runGroup', threads)), threads);
  let gathered: Waiting[] = [];
  let underWay = 0;

  const send = async (group: readonly Waiting[]): Promise<void> => {
    underWay++;
    try {
      const outcomes = (await pool.run(group.map(({ step }) => step))) as Outcome[];
      outcomes.forEach((outcome, index) => settle(group[index] as Waiting, outcome));
    } catch (error) {
      again(group, error instanceof Error ? error.message : String(error));
    } finally {
      underWay--;
    }
  };

  const again = (group: readonly Waiting[], reason: string): void => {
    if (pool.isClosed) return;
    const left = group.map((each) => ({ ...each, deaths: each.deaths + (pool.wasStarted(reason) ? 1 : 0) }));
    for (const each of left) {
      if (each.deaths >= TRIES_MAX) each.reject(stepError(each.step, `its thread died ${TRIES_MAX} times: ${reason}`));
    }
    warn(`a compute thread died (${reason}); its ${group.length} steps run again`);
    // One by one: a step that kills its thread shall not take others with it again.
    for (const each of left) if (each.deaths < TRIES_MAX) void send([each]);
  };

  return {
    threads,
    get workers() {
      return pool.workers;
    },
    run(step) {
      if (step.isSmall) return runHere(step);
      return new Promise((resolve, reject) => {
        gathered.push({ step, resolve, reject, deaths: 0 });
        if (gathered.length < GROUP_EARLY || underWay >= threads * QUEUED_MAX) return;
        void send(gathered);
        gathered = [];
      });
    },
    flush() {
      const size = Math.min(GROUP_MAX, Math.ceil(gathered.length / (threads * GROUPS_PER_THREAD)));
      for (let from = 0; from < gathered.length; from += size) void send(gathered.slice(from, from + size));
      gathered = [];
    },
    close: () => pool.close(),
  };
}

/** A step that costs less than a message runs on the calling thread. */
async function runHere(step: Step): Promise<unknown> {
  try {
    return await runStep(step);
  } catch (error) {
    throw stepError(step, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

/** Runs one function on a thread of its own, which ends with it. */
export async function runOnThread(
  module: string,
  name: string,
  input: unknown,
  transfer: readonly unknown[] = [],
): Promise<unknown> {
  const pool = new Piscina(settings(module, name, 1));
  try {
    return await pool.run(input, { transferList: transfer as never });
  } finally {
    await pool.destroy();
  }
}

const settings = (filename: string, name: string, threads: number) => ({
  ...{ filename, name, minThreads: threads, maxThreads: threads },
  // An idle thread stays: it holds compiled training programs.
  idleTimeout: Number.POSITIVE_INFINITY,
  // The next group lies ready when a thread is done with one, whatever the calling thread is busy with.
  concurrentTasksPerWorker: QUEUED_MAX,
});

function settle({ step, resolve, reject }: Waiting, outcome: Outcome): void {
  if ('output' in outcome) resolve(outcome.output);
  else reject(stepError(step, outcome.failure));
}

const stepError = ({ module, name }: Step, reason: string) =>
  new SimulationError({
    what: `invalid step "${name}": ${reason}`,
    where: module,
    remedy: 'run again with --threads 0 to see it fail on the main thread',
    code: 'STEP_FAILED',
  });
