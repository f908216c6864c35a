/**
 * Goal: no verb destroys what another run left, and one that refuses changes no byte. Method: the program itself, on folders
 * whose files are compared before and after.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { quickstart } from '../../scenarios/quickstart.ts';
import { override } from '../../src/scenario/override.ts';
import { simulate } from '../../src/scenario/simulate.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'fadelab-folders-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const program = promisify(execFile);
async function fadelab(...args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  try {
    const { stdout, stderr } = await program(process.execPath, [MAIN, ...args], { cwd: work });
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
}

const SHORT = ['--set', 'task=timing-only', '--quiet', '--no-report', '--threads', '1'];
const run = (rounds: number, ...more: readonly string[]) =>
  fadelab('run', 'quickstart', '--set', `until.rounds=${rounds}`, ...SHORT, ...more);

/** Every file below a folder, by the digest of its bytes. */
const bytesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(folder, path)).isFile())
      .sort()
      .map((path) => [
        path,
        createHash('sha256')
          .update(readFileSync(join(folder, path)))
          .digest('hex'),
      ]),
  );

describe('a folder that holds a run', () => {
  it('is left alone by a run with other options, which goes beside it, and taken by the same run', async () => {
    const first = await run(1);
    const before = bytesOf(join(work, 'runs/quickstart-1'));
    const second = await run(2);
    expect([first.code, second.code]).toEqual([0, 0]);
    const other = /runs\/quickstart-1-[0-9a-f]{8}/.exec(second.said)?.[0];
    expect(other).toBeDefined();
    expect(bytesOf(join(work, 'runs/quickstart-1'))).toEqual(before);
    expect((await run(1)).said).toContain('runs/quickstart-1/trace.ndjson');
    expect(readdirSync(join(work, 'runs'))).toHaveLength(2);
  });

  it('is written by name only with the same options, or where it may be lost', async () => {
    await run(1, '--out', 'named');
    const before = bytesOf(join(work, 'named'));
    const { code, said } = await run(2, '--out', 'named');
    expect(code).toBe(2);
    expect(said).toMatch(/"named" holds a run with other options \(--out\);.*--overwrite/);
    expect(bytesOf(join(work, 'named'))).toEqual(before);
    expect((await run(2, '--out', 'named', '--overwrite')).code).toBe(0);
    expect(JSON.parse(readFileSync(join(work, 'named/summary.json'), 'utf8'))).toMatchObject({ rounds: 2 });
  });

  it('is no place for a fork of it, or an export of its trace', async () => {
    await run(1, '--out', 'origin');
    symlinkSync('origin', join(work, 'another-name'));
    const before = bytesOf(join(work, 'origin'));
    for (const args of [
      ['fork', 'origin', '--at', '0', '--out', 'origin', '--quiet'],
      ['fork', 'origin', '--at', '0', '--out', './origin/', '--quiet'],
      ['fork', 'origin', '--at', '0', '--out', 'another-name', '--quiet'],
      ['export', 'origin', '--format', 'csv', '--out', 'origin/trace.ndjson'],
    ]) {
      const { code, said } = await fadelab(...args);
      expect([code, said]).toEqual([2, expect.stringContaining('is what is read (--out)')]);
    }
    expect(bytesOf(join(work, 'origin'))).toEqual(before);
  });

  it('stays as it is where it is resumed with a scenario that is another by now', async () => {
    const module = join(work, 'mine.mjs');
    const text = (clients: number) => `
import { quickstart } from '${new URL('../../dist/scenarios/quickstart.js', import.meta.url)}';
import { scenario } from '${new URL('../../dist/src/index.js', import.meta.url)}';
import { federation } from '${new URL('../../dist/actors/index.js', import.meta.url)}';
export const mine = scenario({ ...quickstart.options, name: 'mine', topology: federation({ clients: ${clients}, edgeServers: 2 }) });`;
    writeFileSync(module, text(10));
    expect((await fadelab('run', './mine.mjs', '--set', 'until.rounds=2', ...SHORT, '--out', 'mine')).code).toBe(0);
    rmSync(join(work, 'mine/summary.json'));
    const before = bytesOf(join(work, 'mine'));
    writeFileSync(module, text(12));
    const { code, said } = await fadelab('resume', 'mine', '--quiet', '--no-report', '--threads', '1');
    expect([code, said]).toEqual([2, expect.stringContaining('[TRACE_DIVERGED]')]);
    expect(bytesOf(join(work, 'mine'))).toEqual(before);
  });
});

describe('a folder that is being written', () => {
  it('is let go where its trace can’t even be opened', async () => {
    const out = join(work, 'unopened');
    mkdirSync(join(out, 'trace.ndjson'), { recursive: true });
    const short = override(quickstart, [{ path: 'until.rounds', value: '1' }], []);
    await expect(simulate(short, { out })).rejects.toThrow('EISDIR');
    expect(readdirSync(out)).toEqual(['trace.ndjson']);
    rmSync(join(out, 'trace.ndjson'), { recursive: true });
    expect((await simulate(short, { out })).summary.rounds).toBe(1);
  });

  it('is refused to another run, and taken over once its writer is no more', async () => {
    const writer = spawn(
      process.execPath,
      [MAIN, 'run', 'quickstart', '--set', 'until.rounds=1000000', ...SHORT, '--out', 'held'],
      { cwd: work },
    );
    const lock = join(work, 'held', 'writing.lock');
    while (!existsSync(lock)) await new Promise((resolve) => setTimeout(resolve, 20));
    const { code, said } = await run(1, '--out', 'held', '--overwrite');
    expect([code, said]).toEqual([2, expect.stringMatching(/another run writes "held" \(process \d+ on /)]);
    writer.kill('SIGKILL');
    await new Promise((resolve) => writer.on('exit', resolve));
    expect(existsSync(lock)).toBe(true);
    expect((await run(1, '--out', 'held', '--overwrite')).code).toBe(0);
    expect(existsSync(lock)).toBe(false);
  });

  it('is not taken over from a machine that can’t be asked, nor for a number that has come again', async () => {
    await run(1, '--out', 'afar');
    const lock = join(work, 'afar', 'writing.lock');
    writeFileSync(lock, JSON.stringify({ pid: 1, host: `not-${hostname()}` }));
    expect((await run(1, '--out', 'afar')).code).toBe(2);
    writeFileSync(lock, JSON.stringify({ pid: process.pid, started: '0', host: hostname() }));
    expect((await run(1, '--out', 'afar')).code).toBe(process.platform === 'linux' ? 0 : 2);
  });
});
