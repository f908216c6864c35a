/**
 * Goal: what was compiled from TypeScript is kept where nobody else can put something in its place, and a page is written
 * through no link. Method: the command line with a cache, a folder for temporary files and a run of our own making.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const MAIN = new URL('../../dist/src/cli/main.js', import.meta.url).pathname;
const work = mkdtempSync(join(tmpdir(), 'fadelab-cache-'));
const [cache, temporary] = [join(work, 'cache'), join(work, 'temporary')];
const fadelab = (args: readonly string[], places: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, [MAIN, ...args], {
    ...{ cwd: work, encoding: 'utf8' },
    env: { ...process.env, XDG_CACHE_HOME: cache, TMPDIR: temporary, ...places },
  });
const RUN = ['run', './mine.ts', '--threads', '0', '--backend', 'wasm', '--quiet', '--no-report', '--out', 'run'];

beforeAll(() => {
  mkdirSync(temporary);
  const text = `import { fedAvg, scenario } from 'fadelab';
import { federation } from 'fadelab/actors';
import { fixedRates } from 'fadelab/channels';
import { classify, gaussianBlobs, iid, softmax } from 'fadelab/learning';
export const mine = scenario({
  name: 'mine' as string,
  topology: federation({ clients: 2, edgeServers: 1 }),
  channel: fixedRates(),
  task: classify({ dataset: gaussianBlobs({ trainPerClass: 5, testPerClass: 2 }), split: iid(), model: softmax() }),
  algorithm: fedAvg(),
  until: { rounds: 1 },
});
`;
  writeFileSync(join(work, 'mine.ts'), text);
});

const kept = () => (existsSync(join(cache, 'fadelab')) ? readdirSync(join(cache, 'fadelab'), { recursive: true }) : []);

describe('compiled TypeScript', () => {
  it("is kept in the user's own cache, and nothing in the folder for temporary files", () => {
    expect(fadelab(RUN).stderr).toBe('');
    expect(kept().length).toBeGreaterThan(1);
    expect(readdirSync(temporary)).toEqual([]);
  }, 60_000);

  it('is neither kept nor looked for where others could write', () => {
    rmSync(cache, { recursive: true, force: true });
    mkdirSync(join(cache, 'fadelab'), { recursive: true });
    chmodSync(join(cache, 'fadelab'), 0o777);
    expect(fadelab(RUN).stderr).toBe('');
    expect(kept().filter((name) => String(name).includes('/'))).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  }, 60_000);

  it('is done without where nothing can be kept: that says nothing of a scenario', () => {
    const { status, stderr } = fadelab(RUN, {
      XDG_CACHE_HOME: '/dev/null/x',
      TMPDIR: '/dev/null/y',
      HOME: '/dev/null/z',
    });
    expect([status, stderr]).toEqual([0, '']);
  }, 60_000);
});

describe('a page', () => {
  it.each(['report.html', 'report.html.part'])(
    'is written through no link, such as %s',
    (name) => {
      const precious = join(work, 'precious');
      writeFileSync(precious, 'mine');
      rmSync(join(work, 'run', 'report.html'), { force: true });
      symlinkSync(precious, join(work, 'run', name));
      expect(fadelab(['report', 'run']).status).toBe(0);
      expect(readFileSync(precious, 'utf8')).toBe('mine');
      expect(readFileSync(join(work, 'run', 'report.html'), 'utf8')).toMatch(/^<!doctype html>/i);
    },
    60_000,
  );

  it('is refused where a link leads to what is no file', () => {
    rmSync(join(work, 'run', 'report.html'));
    symlinkSync('/dev/null', join(work, 'run', 'report.html'));
    const { status, stderr } = fadelab(['report', 'run']);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^error: invalid output: .*\[OUTPUT_UNWRITABLE\]\n$/)]);
  }, 60_000);
});
