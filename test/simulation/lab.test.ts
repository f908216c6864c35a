import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// Goal: compare and sweep as a stranger meets them. Method: the compiled program on runs of a fraction of a second.

/** Programs that start one after the other, on a busy machine. */
const BUDGET = 120_000;
const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
let folder = '';

const POLICY = `export const everySecond = ({ idle }) => ({ invite: idle.filter((_, index) => index % 2 === 0) });`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fadelab-compare-'));
  writeFileSync(join(folder, 'policy.ts'), POLICY);
  writeFileSync(join(folder, 'two.ts'), `${POLICY}\nexport const other = () => ({ invite: [] });`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fadelab = (...args: string[]) =>
  new Promise<{ code: number; out: string; said: string }>((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { cwd: folder, maxBuffer: 2 ** 26 }, (error, out, said) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, said });
    });
  });

const SHORT = ['--set', 'until.rounds=2', '--set', 'schedule.cohort=6'];

describe('compare', { timeout: BUDGET }, () => {
  it('gives the same results on any number of threads, with a policy of the user’s own among the others', async () => {
    const args = [
      'compare',
      'dropouts',
      ...SHORT,
      '--policy',
      'random(cohort=4)',
      '--policy',
      './policy.ts',
      '--seeds',
      '3',
    ];
    const ends = await Promise.all(['1', '2'].map((threads) => fadelab(...args, '--json', '--threads', threads)));
    expect(ends.map(({ code, said }) => [code, said])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(ends[0]?.out).toBe(ends[1]?.out);
    const { metrics } = JSON.parse(ends[0]?.out ?? '');
    expect(metrics[0].rows.map(({ label }: { label: string }) => label)).toEqual(['random(cohort=4)', './policy.ts']);
    expect(metrics[0].rows[1].difference.count).toBe(3);
  });

  it('finds nothing between a policy and itself, and draws a chart', async () => {
    const { code, out } = await fadelab(
      ...[
        'compare',
        'dropouts',
        ...SHORT,
        '--policy',
        'fastest',
        '--policy',
        'fastest',
        '--seeds',
        '2',
        '--chart',
        'c.svg',
      ],
    );
    expect(code).toBe(0);
    expect(out.match(/the same under every seed/g)?.length).toBeGreaterThan(4);
    expect(readFileSync(join(folder, 'c.svg'), 'utf8')).toContain('test accuracy');
  });

  it.each([
    ['a policy that there is not', ['--policy', 'rndom'], /unknown schedule: "rndom"/],
    ['a module without a policy', ['--policy', './gone.ts'], /missing module|gone\.ts/],
    [
      'a module with several',
      ['--policy', './two.ts'],
      /ambiguous policy or part: the module exports #everySecond, #other/,
    ],
    ['a value out of range', ['--grid', 'clients=0,10'], /invalid topology.clients: 0/],
    ['seeds that are none', ['--seeds', '0'], /invalid --seeds: 0/],
  ])('refuses %s before anything runs, with exit code 2', async (_what, args, expected) => {
    const { code, said } = await fadelab('compare', 'dropouts', ...SHORT, ...args);
    expect(said).toMatch(expected);
    expect(code).toBe(2);
  });
});

describe('sweep', { timeout: BUDGET }, () => {
  it('in shards comes to the same tables, to the byte, as at once; and costs nothing when it is there', async () => {
    const args = ['sweep', 'dropouts', ...SHORT, '--grid', 'clients=10,20', '--seeds', '2', '--json'];
    const whole = await fadelab(...args, '--out', 'whole');
    expect(whole.code).toBe(0);
    const first = await fadelab(...args, '--out', 'parts', '--shard', '1/2');
    expect(JSON.parse(first.out).missing).toBe(2);
    await fadelab(...args, '--out', 'parts', '--shard', '2/2');
    const { code } = await fadelab(...args, '--out', 'parts');
    expect(code).toBe(0);
    for (const name of ['runs.csv', 'runs.parquet', 'curves.csv', 'chart.svg']) {
      expect(readFileSync(join(folder, 'parts', name)).equals(readFileSync(join(folder, 'whole', name)))).toBe(true);
    }
    expect(readdirSync(join(folder, 'whole', 'trials')).length).toBe(4);
    expect(readFileSync(join(folder, 'whole', 'runs.csv'), 'utf8').split('\n')[1]).toMatch(/^10,dropouts,1,/);
  });
});

it('both verbs say what they do, with examples', async () => {
  for (const verb of ['compare', 'sweep']) {
    const { out } = await fadelab(verb, '--help');
    expect(out.slice(out.indexOf('Examples:'))).toContain(`fadelab ${verb}`);
  }
});
