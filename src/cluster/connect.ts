import { Redis } from 'ioredis';
import { ScenarioError } from '../errors.ts';
import type { RedisPlace } from './redis-url.ts';

const CONNECT_MS = 5000;
/** Between tries to reach a server that was lost. */
const RETRY_MS = 1000;
/** A command fails soon where the server is away: whoever asked asks again. */
export const PATIENCE = { maxRetriesPerRequest: 1, retryStrategy: () => RETRY_MS, connectTimeout: CONNECT_MS };
/** Servers before this lack commands that the queue needs. */
const VERSION_LEAST = [6, 2] as const;

/** @throws ScenarioError where there is no server, or it doesn't let us in, or is too old */
export async function connect({ options, shown }: RedisPlace): Promise<Redis> {
  let isReady = false;
  let reason = '';
  const redis = new Redis({
    ...{ ...options, ...PATIENCE, lazyConnect: true },
    retryStrategy: () => (isReady ? RETRY_MS : null),
  });
  // What goes wrong later is seen by the command that is under way.
  redis.on('error', (error: Error) => {
    reason = error.message || ((error as NodeJS.ErrnoException).code ?? String(error));
  });
  try {
    await redis.connect();
    checkVersion(await redis.info('server'));
  } catch (error) {
    redis.disconnect();
    throw new ScenarioError({
      what: `missing Redis at ${shown}`,
      where: reason || (error instanceof Error ? error.message : String(error)),
      remedy: 'start redis-server there, or mend address, user and password',
      code: 'ENGINE_UNREACHABLE',
    });
  }
  isReady = true;
  return redis;
}

function checkVersion(about: string): void {
  const [, version = '0', minor = '0'] = /redis_version:(\d+)\.(\d+)/.exec(about) ?? [];
  const [most, least] = VERSION_LEAST;
  if (Number(version) > most || (Number(version) === most && Number(minor) >= least)) return;
  throw new Error(`it is Redis ${version}.${minor}; ${VERSION_LEAST.join('.')} or later is needed`);
}
