import { expect, it } from 'vitest';
import { readRedisUrl } from '../../../src/cluster/redis-url.ts';

it('reads who and where, spelled with percent signs too', () => {
  const { shown, options } = readRedisUrl('rediss://me:a%20b@host:7000/3');
  expect(shown).toBe('rediss://host:7000/3');
  expect(options).toEqual({ host: 'host', port: 7000, db: 3, username: 'me', password: 'a b', tls: {} });
  expect(readRedisUrl('redis://host', 'secret').options).toEqual({
    host: 'host',
    port: 6379,
    db: 0,
    password: 'secret',
  });
});

it.each(['redis://:%zz@host', 'redis://%e0%a4@host', 'redis://', 'http://host', 'redis://h/x', 'redis://h?a=1', '%'])(
  'refuses %s by name, and shows no password',
  (url) => {
    expect(() => readRedisUrl(url)).toThrow(/^invalid --engine: .*\[OPTION_INVALID\]$/);
    expect(() => readRedisUrl(url)).not.toThrow(/zz/);
  },
);
