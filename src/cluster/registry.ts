import type { Redis } from 'ioredis';
import type { Identity } from './identity.ts';
import { readReasons, readStudy } from './schemas.ts';

/** A study that asks for workers. */
export interface OpenStudy {
  readonly scenario: string;
  readonly trials: number;
  readonly identity: Identity;
}

/** Before all keys. Each study has a queue of its own, named by its id, so that studies never mix. */
export const PREFIX = 'fadelab';
const STUDIES = `${PREFIX}:studies`;
/** What workers that can't take part say, by worker. */
const refusals = (id: string): string => `${PREFIX}:refusals:${id}`;
/** There as long as whoever asks is. */
const alive = (id: string): string => `${PREFIX}:alive:${id}`;
/** A study whose owner has been silent for so long is given up. */
const SILENCE_MAX_MS = 15_000;

export interface Studies {
  readonly open: ReadonlyMap<string, OpenStudy>;
  readonly silent: readonly string[];
  readonly malformed: readonly string[];
}

/** What workers and those who ask know of each other. */
export function registry(redis: Redis) {
  return {
    async open(id: string, study: OpenStudy): Promise<void> {
      await redis.set(alive(id), 1, 'PX', SILENCE_MAX_MS);
      await redis.hset(STUDIES, id, JSON.stringify(study));
    },
    /** Shows that the owner lives; false where the study has been given up, or the server has lost it. */
    async keep(id: string): Promise<boolean> {
      await redis.set(alive(id), 1, 'PX', SILENCE_MAX_MS);
      return (await redis.hexists(STUDIES, id)) === 1;
    },
    async close(id: string): Promise<void> {
      await redis.hdel(STUDIES, id);
      await redis.del(alive(id), refusals(id));
    },
    /** Studies that ask, in no order; apart those whose owner is silent, and entries that are no studies. */
    async studies(): Promise<Studies> {
      const read = Object.entries(await redis.hgetall(STUDIES)).map(([id, text]) => ({
        id,
        study: readStudy(id, text),
      }));
      const all = read.flatMap(({ id, study }) => (study === undefined ? [] : [[id, study] as const]));
      const flags = await Promise.all(all.map(([id]) => redis.exists(alive(id))));
      return {
        open: new Map(all.filter((_, at) => flags[at] === 1)),
        silent: all.filter((_, at) => flags[at] !== 1).map(([id]) => id),
        malformed: read.filter(({ study }) => study === undefined).map(({ id }) => id),
      };
    },
    async refuse(id: string, worker: string, reasons: readonly string[]): Promise<void> {
      await redis.hset(refusals(id), worker, JSON.stringify(reasons));
      await redis.pexpire(refusals(id), SILENCE_MAX_MS);
    },
    async refusals(id: string): Promise<ReadonlyMap<string, readonly string[]>> {
      const all = Object.entries(await redis.hgetall(refusals(id)));
      return new Map(all.map(([worker, text]) => [worker, readReasons(text)]));
    },
  };
}

export type Registry = ReturnType<typeof registry>;
