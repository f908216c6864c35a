import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import { endOn } from '../lab/trial.ts';
import { threadPool } from '../runtime/pool.ts';
import { ended } from '../scenario/travelling.ts';
import { connect, PATIENCE } from './connect.ts';
import { differences } from './identity.ts';
import { local } from './portable.ts';
import type { RedisPlace } from './redis-url.ts';
import { type OpenStudy, PREFIX, type Registry, registry } from './registry.ts';
import { readTrial } from './schemas.ts';
import { type Slots, slots } from './slots.ts';

export interface ServeOptions {
  readonly place: RedisPlace;
  /** Worlds side by side. */
  readonly threads: number;
  /** Ends after so long without a study. */
  readonly idleMs: number;
  /** Ends once what is being computed is done. */
  readonly signal: AbortSignal;
  readonly say: (message: string) => void;
  /** Told once the server is reached. */
  readonly onReady: () => void;
}

const LOOK_MS = 1000;
/** A server that stays away for so many looks ends the worker. */
const LOST_MAX = 60;
/** A world whose worker hasn't been heard of for so long goes to another. */
const LOCK_MS = 10_000;
const STALLED_MS = 3000;
/** So many workers may die under one world before it is held to kill them. */
const DEATHS_MAX = 10;

/** Takes part in whatever studies ask on a Redis server, until told to end. Returns how many worlds it ran. */
export async function serve({ place, threads, idleMs, signal, say, onReady }: ServeOptions): Promise<number> {
  const redis = await connect(place);
  onReady();
  const known = registry(redis);
  const name = `${hostname()}-${process.pid}`;
  const served = new Map<string, Serving>();
  const refused = new Map<string, string>();
  const malformed = new Set<string>();
  const free = slots(threads);
  let worlds = 0;

  const begin = (id: string, study: OpenStudy): void => {
    const reasons = reasonsAgainst(study);
    const text = reasons.join('; ');
    if (reasons.length > 0) {
      if (refused.get(id) !== text) say(`${study.scenario}: can't take part: ${text}`);
      refused.set(id, text);
      void known.refuse(id, name, reasons).catch(() => {});
      return;
    }
    refused.delete(id);
    say(`${study.scenario}: taking part`);
    served.set(id, serving({ id, place, threads, free, name, say, onWorld: () => worlds++ }));
  };
  const end = async (id: string, isOver: boolean): Promise<void> => {
    const each = served.get(id);
    served.delete(id);
    await each?.end(isOver);
    if (isOver) await purge(id, place, known);
  };
  const look = async (): Promise<void> => {
    const { open, silent, malformed: odd } = await known.studies();
    for (const id of odd)
      if (!malformed.has(id)) say(`warning: an entry among the studies is none: ${JSON.stringify(id)}`);
    for (const id of odd) malformed.add(id);
    for (const id of silent) await end(id, true);
    for (const id of served.keys()) if (!open.has(id)) await end(id, true);
    for (const id of refused.keys()) if (!open.has(id)) refused.delete(id);
    for (const [id, study] of open) if (!served.has(id)) begin(id, study);
  };
  try {
    await lookUntil(look, { isIdle: () => served.size === 0, idleMs, signal, say, place });
  } finally {
    await Promise.all([...served.keys()].map((id) => end(id, false)));
    redis.disconnect();
  }
  return worlds;
}

/** What a study's list of files leads to may be unreadable here: that concerns this study alone. */
function reasonsAgainst(study: OpenStudy): readonly string[] {
  try {
    return differences(study.identity);
  } catch (error) {
    return [`its files can't be read here: ${error instanceof Error ? error.message : String(error)}`];
  }
}

interface Looking extends Pick<ServeOptions, 'idleMs' | 'signal' | 'say' | 'place'> {
  readonly isIdle: () => boolean;
}

async function lookUntil(look: () => Promise<void>, { isIdle, idleMs, signal, say, place }: Looking): Promise<void> {
  let idle = 0;
  let misses = 0;
  while (!signal.aborted && idle * LOOK_MS < idleMs) {
    try {
      await look();
      misses = 0;
      idle = isIdle() ? idle + 1 : 0;
    } catch (error) {
      if (misses === 0) say(`warning: Redis at ${place.shown} doesn't answer; trying again`);
      misses += 1;
      if (misses >= LOST_MAX) throw error;
    }
    await pause(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}

interface Serving {
  /** Where the study is over, without waiting for what is being computed. */
  end(isOver: boolean): Promise<void>;
}

interface ServingOptions {
  readonly id: string;
  readonly place: RedisPlace;
  readonly threads: number;
  readonly free: Slots;
  readonly name: string;
  readonly say: (message: string) => void;
  readonly onWorld: () => void;
}

/** Takes worlds of one study. Each study has threads of its own: they have imported its files as they were then. */
function serving({ id, place, threads, free, name, say, onWorld }: ServingOptions): Serving {
  const pool = threadPool(threads, (message) => say(`warning: ${message}`));
  let giveUp = (_reason: Error): void => {};
  // A world on a thread that is taken away never ends.
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  givenUp.catch(() => {});
  const runWorld = async (job: unknown) => {
    const own = await ended(async () => local(readTrial(job)));
    const end = 'value' in own ? await Promise.race([endOn(pool, own.value), givenUp]) : own;
    onWorld();
    return end;
  };
  const worker = new Worker<unknown>(id, (job) => free.use(() => runWorld(job.data)), {
    ...{ connection: { ...place.options, maxRetriesPerRequest: null }, prefix: PREFIX, name, concurrency: threads },
    ...{ lockDuration: LOCK_MS, stalledInterval: STALLED_MS, maxStalledCount: DEATHS_MAX, skipVersionCheck: true },
  });
  worker.on('error', () => {}); // The server is away, or the study is over: the next look will tell.
  return {
    async end(isOver) {
      if (isOver) giveUp(new Error('the study is over'));
      await worker.close(isOver).catch(() => {});
      await pool.close();
    },
  };
}

/** Removes what is left of a study, whoever has left it. */
async function purge(id: string, { options }: RedisPlace, known: Registry): Promise<void> {
  const queue = new Queue(id, {
    connection: { ...options, ...PATIENCE },
    prefix: PREFIX,
    skipMetasUpdate: true,
    skipVersionCheck: true,
  });
  queue.on('error', () => {});
  await known.close(id);
  await queue.obliterate({ force: true }).catch(() => {});
  await queue.close();
}
