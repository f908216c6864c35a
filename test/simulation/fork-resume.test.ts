/**
 * Goal: a fork that is killed can be gone on with, as any run. Method: through the command line, a fork with a policy from a
 * file and another pacing is killed in mid-run and resumed; its trace has the bytes of the fork that was left alone, and is
 * replayed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const MAIN = new URL('../../dist/src/cli/main.js', import.meta.url).pathname;
const work = mkdtempSync(join(tmpdir(), 'fadelab-fork-'));
const fadelab = (...args: string[]) => spawnSync(process.execPath, [MAIN, ...args], { cwd: work, encoding: 'utf8' });
const traceOf = (out: string) => readFileSync(join(work, out, 'trace.ndjson'), 'utf8');

writeFileSync(
  join(work, 'three.mjs'),
  'export const three = ({ idle }) => ({ invite: idle.slice(0, 3), closeAfter: 5 });',
);
const FORK = ['fork', 'long', '--at', '300ms', '--policy', './three.mjs', '--set', 'algorithm.pacing=quorum'];
const OPTIONS = ['--threads', '0', '--quiet'];

it('resumes a fork that was killed, under a policy from a file, and ends with the same bytes', async () => {
  const run = [
    'run',
    'blocked-uplink',
    '--threads',
    '0',
    '--backend',
    'wasm',
    '--set',
    'until.rounds=30',
    '--out',
    'long',
  ];
  expect(fadelab(...run, '--quiet').status).toBe(0);
  expect(fadelab(...FORK, ...OPTIONS, '--out', 'whole').stderr).toBe('');

  const child = spawn(process.execPath, [MAIN, ...FORK, ...OPTIONS, '--checkpoint', '1rounds', '--out', 'killed'], {
    ...{ cwd: work, detached: true, stdio: 'ignore' },
  });
  const ended = new Promise<string | null>((resolve) => child.on('exit', (_code, signal) => resolve(signal)));
  while (!existsSync(join(work, 'killed/checkpoint.previous.bin'))) await new Promise((next) => setTimeout(next, 2));
  process.kill(-(child.pid as number), 'SIGKILL');
  expect(await ended).toBe('SIGKILL');
  expect(existsSync(join(work, 'killed/summary.json'))).toBe(false);

  const { status, stderr } = fadelab('resume', 'killed', ...OPTIONS);
  expect([status, stderr]).toEqual([0, '']);
  expect(traceOf('killed')).toBe(traceOf('whole'));
  expect(fadelab('replay', 'killed').stdout).toMatch(/^all [\d,]+ events match\n$/);
}, 240_000);
