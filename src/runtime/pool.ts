import type { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { Step } from '../step.ts';
import type { Seconds } from '../units.ts';
import { enduringPool } from './enduring-pool.ts';
import { stepError, stepSender, type Waiting } from './step-sender.ts';
import { runStep, type StepPool } from './steps.ts';

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

export interface ThreadPoolOptions {
  /** Wall time after which a step hangs, and is run elsewhere; by default it may take as long as it likes. */
  readonly stepTimeout?: Seconds;
  /** Room for each thread's objects [MiB], typed arrays apart; Node's own limit by default. */
  readonly heapMax?: number;
}

/**
 * Steps on Piscina threads. Steps that are asked for in one stretch of virtual time travel in groups, since a message to
 * a thread costs about as much as a small step. A thread that dies takes nothing with it: its steps run elsewhere.
 */
export function threadPool(
  threads: number,
  warn: (message: string) => void,
  { stepTimeout = Number.POSITIVE_INFINITY, heapMax }: ThreadPoolOptions = {},
): ThreadPool {
  const module = new URL('./compute-thread.js', import.meta.url).href;
  const pool = enduringPool(() => new Piscina(settings(module, 'runGroup', threads, heapMax)), threads);
  const sender = stepSender(pool, { stepTimeout, warn });
  let gathered: Waiting[] = [];

  return {
    threads,
    get workers() {
      return pool.workers;
    },
    run(step) {
      if (step.isSmall) return runHere(step);
      return new Promise((resolve, reject) => {
        gathered.push({ step, resolve, reject, deaths: 0, losses: 0 });
        if (gathered.length < GROUP_EARLY || sender.underWay >= threads * QUEUED_MAX) return;
        sender.send(gathered);
        gathered = [];
      });
    },
    flush() {
      const size = Math.min(GROUP_MAX, Math.ceil(gathered.length / (threads * GROUPS_PER_THREAD)));
      for (let from = 0; from < gathered.length; from += size) sender.send(gathered.slice(from, from + size));
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

const settings = (filename: string, name: string, threads: number, heapMax?: number) => ({
  ...{ filename, name, minThreads: threads, maxThreads: threads },
  // An idle thread stays: it holds compiled training programs.
  idleTimeout: Number.POSITIVE_INFINITY,
  // The next group lies ready when a thread is done with one, whatever the calling thread is busy with.
  concurrentTasksPerWorker: QUEUED_MAX,
  ...(heapMax === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: heapMax } }),
});
