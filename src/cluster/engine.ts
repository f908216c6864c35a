import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type JobsOptions, Queue } from 'bullmq';
import { present } from '../assert.ts';
import { SimulationError } from '../errors.ts';
import type { OwnFiles } from '../lab/own-files.ts';
import type { Planned } from '../lab/study.ts';
import type { Trial, TrialResult } from '../lab/trial.ts';
import { type Ended, unwrapped } from '../scenario/travelling.ts';
import { connect, PATIENCE } from './connect.ts';
import { identityHere } from './identity.ts';
import { portable } from './portable.ts';
import type { RedisPlace } from './redis-url.ts';
import { type OpenStudy, PREFIX, registry } from './registry.ts';
import { watchWorkers } from './watch-workers.ts';

/** Runs trials on other machines. */
export interface Engine {
  run(trial: Trial): Promise<TrialResult>;
  /** Takes back what is not done, and leaves nothing behind. */
  close(): Promise<void>;
}

export interface EngineOptions {
  readonly place: RedisPlace;
  readonly scenario: string;
  readonly trials: readonly Planned[];
  readonly warn: (message: string) => void;
  /** Told what a person should know who waits. */
  readonly say: (message: string) => void;
}

interface Asked {
  readonly trial: Trial;
  readonly resolve: (result: TrialResult) => void;
  readonly reject: (error: unknown) => void;
}

const LOOK_MS = 300;
const BATCH = 200;
/** A server that stays away for so long ends the study. */
const LOST_MAX = 200;
const JOB: JobsOptions = { attempts: 3, backoff: { type: 'fixed', delay: 1000 } };

/**
 * Opens a study on a Redis server: a queue of its own, from which workers take trials, and to which they bring results.
 *
 * @throws ScenarioError where the server can't be reached, or a module lies where workers can't find it
 */
export async function redisEngine({ place, scenario, trials, warn, say }: EngineOptions): Promise<Engine> {
  for (const { trial } of trials) portable(trial);
  const files: OwnFiles = Object.assign({}, ...trials.map((each) => each.files));
  const backend = present(trials[0], 'trial').trial.backend;
  const study: OpenStudy = { scenario, trials: trials.length, identity: identityHere(backend, files) };
  const redis = await connect(place);
  const known = registry(redis);
  const id = randomUUID();
  const queue = new Queue(id, {
    connection: { ...place.options, ...PATIENCE },
    prefix: PREFIX,
    skipVersionCheck: true,
  });
  queue.on('error', () => {}); // What goes wrong is seen by the command that is under way.
  const asked = new Map<string, Asked>();
  const fresh: string[] = [];
  const isOver = new AbortController();

  const send = async (names: readonly string[]): Promise<void> => {
    const jobs = names.flatMap((name) => {
      const each = asked.get(name);
      return each === undefined ? [] : [{ name: 'trial', data: portable(each.trial), opts: { ...JOB, jobId: name } }];
    });
    if (jobs.length > 0) await queue.addBulk(jobs);
  };
  const look = async (): Promise<void> => {
    if (!(await known.keep(id))) {
      warn('the Redis server has forgotten the study; what is not finished is asked for again');
      await known.open(id, study);
      await send([...asked.keys()]);
    }
    while (fresh.length > 0) {
      await send(fresh.slice(0, BATCH));
      fresh.splice(0, BATCH);
    }
    await collect(queue, asked);
  };
  await known.open(id, study);
  const watched = watchWorkers({ queue, known, id, place, say });
  const looking = keepLooking(
    async () => {
      await look();
      await watched();
    },
    { signal: isOver.signal, warn, asked, place },
  );
  return {
    run: (trial) =>
      new Promise((resolve, reject) => {
        const name = `trial-${asked.size}-${randomUUID().slice(0, 8)}`;
        asked.set(name, { trial, resolve, reject });
        fresh.push(name);
      }),
    async close() {
      isOver.abort();
      await looking;
      await known.close(id).catch(() => {});
      await queue.obliterate({ force: true }).catch(() => {});
      await queue.close().catch(() => {});
      redis.disconnect();
    },
  };
}

/** Hands over what has come. A job is removed when it is seen again: by then its result is kept. */
async function collect(queue: Queue, asked: Map<string, Asked>): Promise<void> {
  const [done, failed] = [await queue.getCompleted(0, BATCH - 1), await queue.getFailed(0, BATCH - 1)];
  for (const job of [...done, ...failed]) {
    const name = job?.id ?? '';
    const waiting = asked.get(name);
    asked.delete(name);
    if (waiting === undefined) await job?.remove();
    else if (job.failedReason) waiting.reject(failure(job.failedReason));
    else settle(waiting, job.returnvalue as Ended<TrialResult>);
  }
}

function settle({ resolve, reject }: Asked, end: Ended<TrialResult>): void {
  try {
    resolve(unwrapped(end));
  } catch (error) {
    reject(error);
  }
}

const failure = (reason: string) =>
  new SimulationError({
    what: `invalid run: ${reason}`,
    where: 'a worker',
    remedy: 'see what the worker says, and run the same without --engine to see it fail here',
    code: 'STEP_FAILED',
  });

interface Looking {
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
  readonly asked: ReadonlyMap<string, Asked>;
  readonly place: RedisPlace;
}

/** Looks again and again; a server that is away for a while is waited for. */
async function keepLooking(look: () => Promise<void>, { signal, warn, asked, place }: Looking): Promise<void> {
  let misses = 0;
  while (!signal.aborted) {
    try {
      await look();
      misses = 0;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (misses === 0 && !signal.aborted) warn(`Redis at ${place.shown} doesn't answer (${reason}); trying again`);
      misses += 1;
      if (misses >= LOST_MAX) for (const { reject } of asked.values()) reject(lost(place, reason));
    }
    await pause(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}

const lost = ({ shown }: RedisPlace, reason: string) =>
  new SimulationError({
    what: `missing Redis at ${shown}`,
    where: reason,
    remedy: 'start it again; with --out, the same command goes on where it was',
    code: 'ENGINE_UNREACHABLE',
  });
