import { type Problem, ScenarioError } from '../errors.ts';

/** Where a Redis server is. */
export interface RedisPlace {
  /** What may be shown: without user and password. */
  readonly shown: string;
  readonly options: {
    readonly host: string;
    readonly port: number;
    readonly db: number;
    readonly username?: string;
    readonly password?: string;
    readonly tls?: object;
  };
}

const PORT = 6379;
const REMEDY = 'write redis://host:6379, rediss://host:6379 for TLS, with user:password@ and /database where needed';

/**
 * Reads the address of a Redis server.
 *
 * @param password where the address has none
 * @throws ScenarioError that doesn't repeat a password
 */
export function readRedisUrl(text: string, password?: string): RedisPlace {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const database = url === undefined ? undefined : /^(?:\/(\d{1,5})?)?$/.exec(url.pathname);
  const isRedis = url !== undefined && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== '';
  const [user, secret] = [url?.username, url?.password].map((each) => decoded(each ?? ''));
  const isSpelled = user !== undefined && secret !== undefined && url?.search === '' && url.hash === '';
  if (url === undefined || !isRedis || database == null || !isSpelled) {
    throw new ScenarioError({ what: `invalid --engine: ${withoutPassword(text)}`, remedy: REMEDY, code: OPTION });
  }
  const port = url.port === '' ? PORT : Number(url.port);
  const db = Number(database[1] ?? 0);
  const given = secret === '' ? password : secret;
  return {
    shown: `${url.protocol}//${url.hostname}:${port}${db > 0 ? `/${db}` : ''}`,
    options: {
      ...{ host: url.hostname.replace(/^\[|\]$/g, ''), port, db },
      ...(user === '' ? {} : { username: user }),
      ...(given === undefined ? {} : { password: given }),
      ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
    },
  };
}

/** Undefined where a percent sign stands for nothing. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const OPTION: Problem['code'] = 'OPTION_INVALID';

/** The text with what stands between `//` and `@` left out. */
export const withoutPassword = (text: string): string => text.replace(/\/\/.*@/, '//…@');
