import { availableParallelism } from 'node:os';
import type { ResourceLimits, Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { Seconds } from '../units.ts';
import { enduringPool } from './enduring-pool.ts';
import { inlinePool } from './inline-pool.ts';
import { StepSender, stepError, type Waiting } from './step-sender.ts';
import { runStep, type StepPool } from './steps.ts';

/**
 * Steps go to threads in groups: at most so many in one, for about so long, and no more than a thread's share of what waits,
 * so that all are done at about the same time. A thread has one group more than it works on, and work for `AHEAD_SECONDS`:
 * with less it would be through before the calling thread has looked again, and idle. A group leaves at once where a thread
 * is idle, else when so many steps wait, and what no thread has room for stays here, for the calling thread or the next
 * that is free.
 */
const GROUP_MAX = 16;
const GROUP_SECONDS = 0.001;
const GROUP_EARLY = 4;
const QUEUED_LEAST = 2;
const QUEUED_MAX = 8;
const AHEAD_SECONDS = 0.006;
/** Small steps go to threads that have nothing else to do, where so many wait. */
const SMALL_EARLY = 4;

export interface ThreadPool extends StepPool {
  /** The threads as they are now; fault injection ends some. */
  readonly workers: readonly Worker[];
}

export interface ThreadPoolOptions {
  /** Wall time after which a step hangs, and is run elsewhere; by default it may take as long as it likes. */
  readonly stepTimeout?: Seconds;
  /** Room for each thread's objects [MiB], typed arrays apart; Node's own limit by default. */
  readonly heapMax?: number;
  /** Most steps of a group; 1 where steps are long: then none of them waits behind another while some thread has nothing. */
  readonly groupMax?: number;
}

/** A pool that keeps so many cores busy, the caller's among them; more threads than processors would only take turns. */
export function corePool(threads: number, warn: (message: string) => void, options: ThreadPoolOptions = {}): StepPool {
  const beside = Math.min(threads, availableParallelism()) - 1;
  return beside > 0 ? threadPool(beside, warn, options) : inlinePool();
}

/**
 * Steps on Piscina threads, and on the calling thread where it helps. Steps that are asked for in one stretch of virtual time
 * travel in groups, since a message to a thread costs about as much as a small step. A thread that dies takes nothing with
 * it: its steps run elsewhere. The pool keeps its process alive until it is closed.
 *
 * @param threads how many there are beside the calling one, at least 1
 */
export function threadPool(
  threads: number,
  warn: (message: string) => void,
  { stepTimeout = Number.POSITIVE_INFINITY, heapMax, groupMax = GROUP_MAX }: ThreadPoolOptions = {},
): ThreadPool {
  const module = new URL('./compute-thread.js', import.meta.url).href;
  const pool = enduringPool(
    () =>
      new Piscina(settings(module, 'serve', threads, heapMax === undefined ? {} : { maxOldGenerationSizeMb: heapMax })),
    threads,
  );
  const sender = new StepSender(pool, { threads, stepTimeout, warn, onSettled: () => fill(1) });
  const [queuedLeast, queuedMax] = groupMax === 1 ? [1, 1] : [QUEUED_LEAST, QUEUED_MAX];
  const small: Waiting[] = [];
  const large: Waiting[] = [];

  const groupOf = (waiting: number): number =>
    Math.max(1, Math.min(groupMax, Math.floor(GROUP_SECONDS / sender.pace), Math.ceil(waiting / (threads + 1))));

  const hasRoom = (): boolean =>
    sender.underWay < threads * queuedLeast ||
    (sender.underWay < threads * queuedMax && sender.ahead < threads * AHEAD_SECONDS);

  /** Gives threads what they have room for, if there is as much as `least`. */
  const fill = (least: number): void => {
    while (hasRoom()) {
      const isIdle = sender.underWay < threads;
      const from = large.length >= least ? large : isIdle && small.length >= SMALL_EARLY ? small : [];
      if (from.length === 0) return;
      sender.send(from.splice(0, groupOf(from.length)));
    }
  };

  const nextKnown = (): Waiting | undefined => {
    const at = large.findIndex(({ step }) => sender.knows(step));
    return at < 0 ? undefined : large.splice(at, 1)[0];
  };

  return {
    threads: threads + 1,
    get workers() {
      return pool.workers;
    },
    run: (step) =>
      new Promise((resolve, reject) => {
        const queue = step.isSmall ? small : large;
        queue.push({ step, resolve, reject, deaths: 0, losses: 0 });
        if (queue === large) fill(sender.underWay < threads ? 1 : GROUP_EARLY);
      }),
    flush: () => fill(1),
    help(isSmall = false) {
      const each = small.shift() ?? (isSmall ? undefined : (nextKnown() ?? sender.takeBack()));
      return each && runHere(each);
    },
    async close() {
      await sender.areUp();
      await pool.close();
    },
  };
}

async function runHere({ step, resolve, reject }: Waiting): Promise<void> {
  try {
    resolve(await runStep(step));
  } catch (error) {
    reject(stepError(step, error instanceof Error ? (error.stack ?? error.message) : String(error)));
  }
}

/**
 * Room for what a world makes and soon forgets [MiB], twice V8's own choice: what outlives it is copied, and the further a
 * world is ahead of its numbers, the longer things live.
 */
const YOUNG_ROOM = 96;

/** A thread with one function to run, which has a whole world to run. */
export interface OwnThread {
  /** Runs the function; the thread ends with it. */
  run(input: unknown, transfer: readonly unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts a thread for a function of a module; until there is something to run, it runs another one, which prepares. */
export function startThread(module: string, { run, prepare }: Record<'run' | 'prepare', string>): OwnThread {
  const start = () => new Piscina(settings(module, run, 1, { maxYoungGenerationSizeMb: YOUNG_ROOM }));
  let pool = start();
  let isLost = false;
  // A thread that dies before it has anything to run is no news: another one takes its place.
  pool.on('error', () => {});
  const prepared = pool.run(undefined, { name: prepare }).catch(() => {
    isLost = true;
  });
  return {
    async run(input, transfer) {
      if (isLost) {
        await pool.destroy();
        pool = start();
      }
      try {
        return await pool.run(input, { transferList: transfer as never });
      } finally {
        await pool.destroy();
      }
    },
    async close() {
      // As in lanes: a thread that is ended while it loads takes the process with it.
      await prepared;
      await pool.destroy();
    },
  };
}

const settings = (filename: string, name: string, threads: number, resourceLimits: ResourceLimits) => ({
  ...{ filename, name, minThreads: threads, maxThreads: threads },
  // An idle thread stays: it holds compiled training programs.
  idleTimeout: Number.POSITIVE_INFINITY,
  // Nobody asks the pool how long tasks took; groups measure themselves.
  recordTiming: false,
  resourceLimits,
});
