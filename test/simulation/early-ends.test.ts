/**
 * Goal: what ends before its threads have come up ends cleanly; Node can't end a thread while it loads modules for a `require`.
 * Method: hosts and pools that are closed at every stage of their start, in a process of their own.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const compiled = (path: string): string => new URL(`../../dist/src/${path}`, import.meta.url).href;

const STARTS = 24;

const ends = (module: string, start: string) => {
  const script = `
    import * as opened from ${JSON.stringify(compiled(module))};
    for (let start = 0; start < ${STARTS}; start++) {
      const wait = () => new Promise((resolve) => setTimeout(resolve, 12 * start));
      ${start}
    }`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  return { status, said: stderr };
};

describe('what is closed while its threads start', { timeout: 120_000 }, () => {
  it.each([
    ['a world’s thread', 'scenario/host.js', 'await opened.withHost(wait);'],
    [
      'compute threads',
      'runtime/pool.js',
      'const pool = opened.threadPool(2, () => {}); await wait(); await pool.close();',
    ],
  ])('ends cleanly: %s', (_what, module, start) => {
    expect(ends(module, start)).toEqual({ status: 0, said: '' });
  });
});
