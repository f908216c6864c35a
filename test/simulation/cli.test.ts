import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// Goal: the command line as a stranger meets it, in a folder with no package near.
// Method: the compiled program in a process of its own, on scenarios of a second or less.

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
let folder = '';

const HEAD = `import { scenario, sdFeel } from 'fadelab';
import { federation } from 'fadelab/actors';
import { radio } from 'fadelab/channels';
import { classify, gaussianBlobs, timingOnly } from 'fadelab/learning';
const options = { topology: federation({ clients: 4, edgeServers: 2 }), channel: radio(), algorithm: sdFeel() };
`;
const FILES = {
  'timing.ts': `${HEAD}import type { Scenario } from 'fadelab';
export const timing: Scenario = scenario({ ...options, name: 'timing', task: timingOnly(), until: { rounds: 5 } });`,
  'blobs.js': `${HEAD}const dataset = gaussianBlobs({ trainPerClass: 60, testPerClass: 20 });
export const blobs = scenario({ ...options, name: 'blobs', task: classify({ dataset }), until: { rounds: 6 } });`,
  'long.ts': `${HEAD}
export const long = scenario({ ...options, name: 'long', task: timingOnly(), until: { rounds: 1_000_000 } });`,
  'two.ts': `${HEAD}
export const one = scenario({ ...options, name: 'one', task: timingOnly(), until: { rounds: 2 } });
export const two = scenario({ ...options, name: 'two', task: timingOnly(), until: { rounds: 2 } });`,
  'policy.ts': `${HEAD}
const base = { ...options, name: 'policy', task: timingOnly(), until: { rounds: 2 } };
export const policy = scenario({ ...base, schedule: () => ({ invite: ['nobody'] }) });`,
  'syntax.ts': 'export const x =\n = 3;\n',
  'throws.ts': "const x: number = 1;\nthrow new Error('no luck');\n",
  'none.ts': 'export const x = 3;\n',
  'notes.txt': 'not a module\n',
};

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

const fadelab = (...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { cwd: folder, timeout: 60_000 }, (error, out, said) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, said });
    });
  });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fadelab-cli-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('fadelab run', () => {
  it('runs a TypeScript file, and leaves a trace and a summary that --json prints too', async () => {
    const { code, out, said } = await fadelab('run', './timing.ts', '--seed', '3', '--threads', '1', '--json');
    expect([code, said]).toEqual([0, '']);
    const printed = JSON.parse(out);
    const summary = JSON.parse(readFileSync(join(folder, 'runs/timing-3/summary.json'), 'utf8'));
    expect(printed).toMatchObject({ ...summary, cause: 'rounds' });
    expect(summary).toMatchObject({ scenario: 'timing', seed: 3, rounds: 5 });
    expect(readdirSync(join(folder, 'runs/timing-3')).sort()).toEqual(['report.html', 'summary.json', 'trace.ndjson']);
  });

  it('runs a JavaScript module that trains, with overrides, and shows people a table, a plot and the files', async () => {
    const { code, out } = await fadelab(
      'run',
      'blobs.js',
      '--set',
      'channel.fading=rician',
      '--set',
      'clients=6',
      '--out',
      'here',
    );
    expect(code).toBe(0);
    for (const part of ['accuracy', 'virtual time', 'fingerprint', '┤', 'here/trace.ndjson', 'here/summary.json']) {
      expect(out).toContain(part);
    }
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('ends at --until', async () => {
    const { out } = await fadelab('run', 'long.ts', '--until', '500ms', '--threads', '1', '--json');
    expect(JSON.parse(out)).toMatchObject({ cause: 'time', virtualSeconds: 0.5 });
  });

  it('ends cleanly when interrupted: exit code 130, whole lines in the trace, a summary', async () => {
    const child = spawn(process.execPath, [MAIN, 'run', 'long.ts', '--threads', '1', '--out', 'cut'], { cwd: folder });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const trace = join(folder, 'cut/trace.ndjson');
    while (!existsSync(trace) || readFileSync(trace).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(said).toContain('interrupted');
    const lines = readFileSync(trace, 'utf8').trimEnd().split('\n');
    expect(() => lines.map((line) => JSON.parse(line))).not.toThrow();
    expect(JSON.parse(readFileSync(join(folder, 'cut/summary.json'), 'utf8'))).toMatchObject({ scenario: 'long' });
  });

  it.concurrent.each([
    ['an unknown name', ['quikstart'], /did you mean quickstart\?/],
    ['a missing file', ['./gone.ts'], /unknown scenario: ".\/gone.ts"/],
    ['a folder', ['.'], /is a folder/],
    ['a file that is no module', ['notes.txt'], /is no module/],
    ['a module without a scenario', ['none.ts'], /missing scenario/],
    ['a module with two', ['two.ts'], /ambiguous scenario.*one, two/],
    ['an unknown export', ['two.ts#three'], /unknown scenario: "three"/],
    ['a syntax error', ['syntax.ts'], /syntax\.ts:2:\d+/],
    ['a module that throws', ['throws.ts'], /no luck.*throws\.ts:2/],
    ['a policy that returns nonsense', ['policy.ts'], /POLICY_INVALID/],
    ['a negative bandwidth', ['timing.ts', '--set', 'channel.access.bandwidth=-1'], /channel\.access\.bandwidth: -1/],
    ['NaN', ['timing.ts', '--set', 'seed=NaN'], /invalid seed: NaN/],
    ['an unknown option to set', ['timing.ts', '--set', 'clints=3'], /did you mean clients\?/],
    ['an unknown option', ['timing.ts', '--thread', '3'], /did you mean --threads\?/],
    ['negative threads', ['timing.ts', '--threads', '-1'], /invalid --threads: -1/],
    ['no time at all', ['timing.ts', '--until', '0'], /invalid --until: 0/],
    ['a file in the way of the folder', ['timing.ts', '--out', 'notes.txt'], /invalid output folder/],
    ['a folder that no file system makes', ['timing.ts', '--out', '/proc/x'], /invalid output folder/],
  ])('refuses %s with one error, exit code 2, no stack and no summary', async (_what, args, expected) => {
    const { code, out, said } = await fadelab('run', ...args);
    expect(said).toMatch(expected);
    expect([code, out, said.trim().split('\n').length]).toEqual([2, '', 1]);
    const left = ['timing-1', 'policy-1', 'two-1'].map((name) =>
      existsSync(join(folder, 'runs', name, 'summary.json')),
    );
    expect(left).not.toContain(true);
  });

  it('picks one of several scenarios by # or --scenario', async () => {
    const ends = await Promise.all([
      fadelab('run', 'two.ts#two', '--quiet'),
      fadelab('run', 'two.ts', '--scenario', 'one', '--quiet'),
    ]);
    expect(ends.map(({ out }) => /runs\/(\w+)-1/.exec(out)?.[1])).toEqual(['two', 'one']);
  });
});

describe('the other verbs', () => {
  it('list what there is', async () => {
    const { scenarios, algorithms, parts, options } = JSON.parse((await fadelab('list', '--json')).out);
    expect(scenarios.map(({ name }: { name: string }) => name)).toContain('quickstart');
    expect(algorithms).toContain('sd-feel');
    expect(Object.keys(parts)).toContain('fading');
    expect(options.map(({ path }: { path: string }) => path)).toContain('backhaul.edge.rate');
  });

  it('look at the machine', async () => {
    const { code, out } = await fadelab('doctor', '--json');
    expect([code, JSON.parse(out).healthy]).toEqual([0, true]);
  });

  it('say what they do, with examples at the end', async () => {
    for (const verb of ['run', 'list', 'doctor']) {
      const { code, out } = await fadelab(verb, '--help');
      expect(code).toBe(0);
      expect(out.slice(out.indexOf('Examples:'))).toContain(`fadelab ${verb}`);
    }
  });
});
