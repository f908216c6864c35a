/**
 * Goal: however a part of a run was spelled on the command line, the run can be made again: gone on with after a kill,
 * replayed and forked, from any folder. Method: each spelling through the command line; a kill leaves what a prefix of the
 * trace leaves, so a run is resumed from its first lines.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const MAIN = new URL('../../dist/src/cli/main.js', import.meta.url).pathname;
const top = mkdtempSync(join(tmpdir(), 'fadelab-spelled-'));
const work = join(top, 'work');
mkdirSync(work);
const fadelab = (args: readonly string[], cwd = work) =>
  spawnSync(process.execPath, [MAIN, ...args], { cwd, encoding: 'utf8' });
const traceOf = (out: string) => readFileSync(join(work, out, 'trace.ndjson'), 'utf8');
const sourceOf = (out: string) => (JSON.parse(traceOf(out).split('\n', 1)[0] as string) as { source: object }).source;

writeFileSync(
  join(work, 'mine.mjs'),
  `import { z } from '${import.meta.resolve('zod')}';
import { fedAvg, part } from 'fadelab';
export const policy = ({ idle }) => ({ invite: idle.slice(0, 2) });
export const few = part('schedule', 'few', z.strictObject({ count: z.int().min(1).default(3) }), ({ count }) =>
  ({ idle }) => ({ invite: idle.slice(0, count) }));
export const algorithm = fedAvg({ localSteps: 2 });
export const alike = (contributions) => contributions.map(() => 1);
export const still = part('algorithm', 'still', z.strictObject({}), () => {
  const { schema, make } = fedAvg();
  return { ...make(schema.parse({})), architecture: 'central', server: { module: import.meta.url, name: 'keep', options: {} } };
});
export const keep = async ({ model }) => ({ parameters: model, digest: '0123456789abcdef', memory: [] });
`,
);
writeFileSync(
  join(work, 'story.mjs'),
  `import { fedAvg, scenario } from 'fadelab';
import { federation } from 'fadelab/actors';
import { radio, rayleigh } from 'fadelab/channels';
import { classify, dirichlet, gaussianBlobs, softmax } from 'fadelab/learning';
export const other = scenario({ name: 'other' });
export const story = scenario({
  name: 'story',
  topology: federation({ clients: 6, edgeServers: 2 }),
  channel: radio({ fading: rayleigh({ coherence: 0.05 }) }),
  task: classify({ dataset: gaussianBlobs({ trainPerClass: 20, testPerClass: 5 }), split: dirichlet(), model: softmax() }),
  algorithm: fedAvg(),
  until: { rounds: 3 },
});
`,
);

const SPELLINGS = {
  'a module': ['--set', 'schedule=./mine.mjs#policy'],
  'a part with options': ['--set', 'schedule=fastest(cohort=3)'],
  'a builder with options': ['--set', 'schedule=./mine.mjs#few(count=2)'],
  'an algorithm': ['--set', 'algorithm=./mine.mjs#algorithm'],
  'a function within a part': ['--set', 'algorithm.aggregation=./mine.mjs#alike'],
  'a server rule': ['--set', 'algorithm=./mine.mjs#still'],
  'a part in a part': ['--set', 'channel.fading=maximum-ratio(fading=rician(kFactor=5),antennas=2)'],
};
const BASE = ['--set', 'until.rounds=4', '--threads', '0', '--backend', 'wasm', '--quiet', '--no-report'];

describe.each(Object.entries(SPELLINGS))('a run of %s', (title, spelling) => {
  const out = title.replaceAll(/\W/g, '-');
  beforeAll(() => {
    expect(fadelab(['run', './story.mjs#story', ...spelling, ...BASE, '--out', out]).stderr).toBe('');
  }, 60_000);

  it('is replayed', () => {
    expect(fadelab(['replay', out]).stdout).toMatch(/^all [\d,]+ events match/);
  }, 60_000);

  it('is replayed from another folder', () => {
    mkdirSync(join(top, 'elsewhere'), { recursive: true });
    const again = fadelab(['replay', join('..', 'work', out), '--trust'], join(top, 'elsewhere'));
    expect([again.stderr, again.stdout]).toEqual(['', expect.stringMatching(/^all [\d,]+ events match/)]);
  }, 60_000);

  it('is gone on with, to the same bytes', () => {
    const [whole, cut] = [traceOf(out), `${out}-cut`];
    mkdirSync(join(work, cut));
    writeFileSync(join(work, cut, 'trace.ndjson'), whole.slice(0, whole.length / 2));
    const { stderr, status } = fadelab(['resume', cut, '--threads', '0', '--quiet', '--no-report']);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^warning: no checkpoint/)]);
    expect(traceOf(cut)).toBe(whole);
  }, 60_000);

  it('is forked, and the fork is replayed', () => {
    const fork = ['fork', out, '--at', '10ms', '--policy', './mine.mjs#few(count=1)', '--threads', '0', '--quiet'];
    expect(fadelab([...fork, '--no-report', '--out', `${out}-fork`]).stderr).toBe('');
    expect(fadelab(['replay', `${out}-fork`]).stdout).toMatch(/^all [\d,]+ events match/);
  }, 60_000);
});

describe('the header', () => {
  it('keeps every override resolved, and paths from a base that it states', () => {
    expect(sourceOf('a-builder-with-options')).toEqual({
      base: '..',
      scenario: './story.mjs',
      exportName: 'story',
      set: ['schedule=./mine.mjs#few', 'schedule.count=2', 'until.rounds=4'],
    });
    expect(sourceOf('a-part-with-options-fork')).toMatchObject({
      fork: { at: 0.01, set: ['schedule=./mine.mjs#few', 'schedule.count=1'] },
    });
  });
});

describe('a trace that names a module elsewhere', () => {
  const ran = join(top, 'ran');
  beforeAll(() => {
    const stranger = `import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(ran)}, '');
export { policy } from './work/mine.mjs';
`;
    writeFileSync(join(top, 'stranger.mjs'), stranger);
    symlinkSync(join(top, 'stranger.mjs'), join(work, 'linked.mjs'));
    const run = ['run', './story.mjs#story', ...BASE, '--out'];
    for (const [out, module] of [
      ['outside', '../stranger.mjs'],
      ['linked', './linked.mjs'],
    ] as const) {
      expect(fadelab([...run, out, '--set', `schedule=${module}`]).stderr).toBe('');
    }
    for (const out of ['outside', 'linked']) {
      cpSync(join(work, out), join(work, `${out}-cut`), { recursive: true });
      rmSync(join(work, `${out}-cut`, 'summary.json'));
    }
  }, 60_000);

  const verbs = (out: string) => [
    ['replay', out],
    ['resume', `${out}-cut`, '--threads', '0', '--quiet'],
    ['fork', out, '--threads', '0', '--quiet', '--set', 'until.rounds=2'],
  ];
  it.each([...verbs('outside'), ...verbs('linked')].map((args) => [args.slice(0, 2).join(' '), args] as const))(
    'is refused by %s, which says what would be run',
    (_title, args) => {
      rmSync(ran, { force: true });
      const { status, stderr } = fadelab(args);
      expect([status, stderr]).toEqual([
        2,
        expect.stringMatching(
          /^error: untrusted module: ".*(?:stranger|linked)\.mjs" would be run.*\[MODULE_UNTRUSTED\]\n$/,
        ),
      ]);
      expect(() => readFileSync(ran)).toThrow();
    },
    60_000,
  );

  it('is run with --trust', () => {
    expect(fadelab(['replay', 'outside', '--trust']).stdout).toMatch(/^all [\d,]+ events match/);
    expect(readFileSync(ran, 'utf8')).toBe('');
  }, 60_000);

  it('is read by verbs that run nothing', () => {
    rmSync(ran, { force: true });
    for (const args of [
      ['query', 'outside'],
      ['diff', 'outside', 'outside'],
      ['export', 'outside'],
      ['report', 'outside'],
    ]) {
      expect(fadelab(args).status).toBe(0);
    }
    expect(() => readFileSync(ran)).toThrow();
  }, 60_000);
});
