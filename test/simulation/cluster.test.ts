import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Program, start } from '../support/program.ts';
import { freePort, hasRedis, orWhyNot, type RedisHere, startRedis } from '../support/redis.ts';

// Goal: studies that run on several machines come to the same bytes, whatever happens on the way. Method: the compiled
// program as one who asks and several workers, on a Redis server of the test's own; workers are killed, keys are lost.

const BUDGET = 180_000;
let folder = '';
let redis: RedisHere;
const programs: Program[] = [];

const POLICY = `import { strong } from './strong.ts';
export const strongest = ({ idle }) => ({ invite: strong(idle).slice(0, 8) });`;
const RULE = `export const strong = (idle) => idle.toSorted((a, b) => b.snrDb - a.snrDb);`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fadelab-cluster-'));
  writeFileSync(join(folder, 'strongest.ts'), POLICY);
  writeFileSync(join(folder, 'strong.ts'), RULE);
  if (hasRedis) redis = await startRedis();
});
afterAll(async () => {
  for (const each of programs) each.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  if (hasRedis) await redis.end();
  rmSync(folder, { recursive: true, force: true });
});

const fadelab = (args: readonly string[], where = folder): Program => {
  const program = start(where, args);
  programs.push(program);
  return program;
};
/** A database, workers at it, and the option that leads there. */
const machines = () => {
  const { url, keys, clear, write } = redis.database();
  const worker = (where = folder) => fadelab(['worker', '--engine', url, '--threads', '1'], where);
  return { worker, engine: ['--engine', url], keys, clear, write };
};
const rounds = (count: number) => ['--set', `until.rounds=${count}`];
const POLICIES = ['--policy', 'random(cohort=8)', '--policy', './strongest.ts'];
const COMPARE = ['compare', 'dropouts', ...rounds(2), ...POLICIES, '--seeds', '2', '--json'];
const sweep = (out: string, length = 2) => [
  ...['sweep', 'dropouts', ...rounds(length), ...POLICIES, '--grid', 'clients=10,20', '--seeds', '2', '--out', out],
];
const TABLES = ['runs.csv', 'runs.parquet', 'curves.csv', 'curves.parquet', 'chart.svg'];
const tables = (out: string) => TABLES.map((name) => readFileSync(join(folder, out, name)).toString('base64'));
const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
};
const kept = (out: string) => {
  const trials = join(folder, out, 'trials');
  return existsSync(trials) ? readdirSync(trials).filter((name) => name.endsWith('.json')).length : 0;
};

describe.runIf(hasRedis)(`a study on several machines${orWhyNot}`, { concurrent: true, timeout: BUDGET }, () => {
  it('comes to the bytes of a local run, two studies at a time, and leaves nothing on the server', async () => {
    const { worker, engine, keys } = machines();
    const here = [fadelab(COMPARE), fadelab(sweep('here'))];
    const [compared] = await Promise.all(here.map(({ ended }) => ended));
    const workers = [worker(), worker()];
    const there = [fadelab([...COMPARE, ...engine]), fadelab([...sweep('there'), ...engine])];
    const [far, swept] = await Promise.all(there.map(({ ended }) => ended));
    expect([far?.code, swept?.code]).toEqual([0, 0]);
    expect(far?.out).toBe(compared?.out);
    expect(far?.said).toBe('');
    expect(swept?.said).toMatch(/2 workers take part/);
    expect(swept?.said).toMatch(/100 % · 8 of 8 runs/);
    expect(tables('there')).toEqual(tables('here'));
    for (const each of workers) each.kill('SIGINT');
    const ends = await Promise.all(workers.map(({ ended }) => ended));
    expect(ends.map(({ code }) => code)).toEqual([130, 130]);
    expect(await keys()).toEqual([]);
  });

  it('loses only the world that a killed worker was at, and costs nothing where it is there already', async () => {
    const { worker, engine } = machines();
    await fadelab(sweep('whole', 40)).ended;
    const doomed = worker();
    const asking = fadelab([...sweep('parts', 40), ...engine]);
    await until(() => kept('parts') >= 2);
    doomed.kill('SIGKILL');
    await doomed.ended;
    const had = kept('parts');
    const heir = worker();
    expect((await asking.ended).code).toBe(0);
    expect(tables('parts')).toEqual(tables('whole'));
    heir.kill('SIGINT');
    const ran = Number(/ran (\d+) world/.exec((await heir.ended).said)?.[1]);
    // What was kept is not run again; of the rest some may have been on their way.
    expect(ran).toBeGreaterThanOrEqual(1);
    // One more is made to see whether anything in the files of the user's own remembers.
    expect(ran).toBeLessThanOrEqual(8 - had + 1);
    const again = await fadelab([...sweep('parts', 40), '--engine', 'redis://127.0.0.1:1']).ended;
    expect(again.code).toBe(0);
    expect(tables('parts')).toEqual(tables('whole'));
  });

  it('runs a share of a study alone, and comes to the same tables once all shares are there', async () => {
    const { worker, engine } = machines();
    worker();
    const share = (of: string) => fadelab([...sweep('shares', 3), ...engine, '--json', '--shard', of]).ended;
    const first = await share('1/2');
    expect([first.code, JSON.parse(first.out).missing, kept('shares')]).toEqual([0, 4, 4]);
    const second = await share('2/2');
    expect([second.code, JSON.parse(second.out).missing, kept('shares')]).toEqual([0, 0, 8]);
    await fadelab(sweep('unshared', 3)).ended;
    expect(tables('shares')).toEqual(tables('unshared'));
  });

  it('goes on when the server has lost everything', async () => {
    const { worker, engine, clear } = machines();
    await fadelab(sweep('kept', 8)).ended;
    const asking = fadelab([...sweep('lost', 8), ...engine]);
    worker();
    await until(() => kept('lost') >= 1);
    await clear();
    const { code, said } = await asking.ended;
    expect(code).toBe(0);
    expect(said).toMatch(/warning: the Redis server has forgotten the study/);
    expect(tables('lost')).toEqual(tables('kept'));
  });

  it('takes no worker whose files differ, says why on both sides, and takes it once they are mended', async () => {
    const { worker, engine } = machines();
    const other = join(folder, 'other');
    mkdirSync(other);
    cpSync(join(folder, 'strongest.ts'), join(other, 'strongest.ts'));
    writeFileSync(join(other, 'strong.ts'), RULE.replace('b.snrDb - a.snrDb', 'a.snrDb - b.snrDb'));
    const differing = worker(other);
    const args = COMPARE.filter((each) => each !== '--json');
    const asking = fadelab([...args, ...engine]);
    await differing.says(/can't take part: strong\.ts: another content here/);
    await asking.says(/can't take part: strong\.ts: another content here/);
    expect(asking.said()).toMatch(/no worker takes part: start some with: fadelab worker --engine redis:/);
    writeFileSync(join(other, 'strong.ts'), RULE);
    await differing.says(/taking part/);
    expect((await asking.ended).out).toBe((await fadelab(args).ended).out);
  });

  it('ends at Ctrl-C without a trace on the server, and keeps what is finished', async () => {
    const { worker, engine, keys } = machines();
    const helping = worker();
    const asking = fadelab([...sweep('stopped', 20), ...engine]);
    await until(() => kept('stopped') >= 1);
    asking.kill('SIGINT');
    const { code, said } = await asking.ended;
    expect(code).toBe(130);
    expect(said).toMatch(
      /\d of 8 runs are finished; they are kept in stopped, and the same command goes on from there/,
    );
    // The worker gives up what nobody waits for, and is there for the next.
    const next = await fadelab([...COMPARE, ...engine]).ended;
    expect(next.code).toBe(0);
    helping.kill('SIGINT');
    await helping.ended;
    expect(await keys()).toEqual([]);
  });

  it('is given up and cleared away by workers once whoever asked is dead', async () => {
    const { worker, engine, keys } = machines();
    const helping = worker();
    const asking = fadelab([...sweep('orphan', 20), ...engine]);
    await until(() => kept('orphan') >= 1);
    asking.kill('SIGKILL');
    await asking.ended;
    while ((await keys()).length > 0) await new Promise((resolve) => setTimeout(resolve, 200));
    helping.kill('SIGINT');
    expect((await helping.ended).code).toBe(130);
    expect(await keys()).toEqual([]);
  });

  it('is served though the list of studies holds entries that are none', async () => {
    const { worker, engine, write } = machines();
    for (const [id, text] of [
      ['odd:one', '{'],
      ['3f2b8f0e-6f0f-4c3b-9f0e-0a5f6b1c2d3e', '[]'],
    ] as const) {
      await write('fadelab:studies', id, text);
    }
    const serving = worker();
    await serving.says(/warning: an entry among the studies is none: "odd:one"/);
    const args = ['compare', 'dropouts', ...rounds(2), '--policy', 'random(cohort=8)', '--seeds', '1', ...engine];
    expect((await fadelab(args).ended).code).toBe(0);
  });

  it('brings a policy’s error from a worker in the words of a local run', async () => {
    const { worker, engine } = machines();
    writeFileSync(
      join(folder, 'throws.ts'),
      `export const throws = ({ round }) => { throw new Error('at ' + round); };`,
    );
    const args = ['compare', 'dropouts', ...rounds(2), '--policy', './throws.ts', '--seeds', '1', '--json'];
    worker();
    const [here, there] = [await fadelab(args).ended, await fadelab([...args, ...engine]).ended];
    expect(there).toEqual(here);
    expect(here.code).toBe(2);
  });
});

describe('a Redis server that is not to be had', { timeout: BUDGET }, () => {
  const ask = (url: string) => fadelab([...COMPARE.filter((each) => each !== '--json'), '--engine', url]).ended;

  it('is named before anything runs, without its password', async () => {
    const port = await freePort();
    const { code, said } = await ask(`redis://me:secret@127.0.0.1:${port}`);
    expect(code).toBe(2);
    expect(said).toMatch(
      /^error: missing Redis at redis:\/\/127\.0\.0\.1:\d+ \(connect ECONNREFUSED.*ENGINE_UNREACHABLE/,
    );
    expect(said).not.toMatch(/secret/);
  });

  it.each(['http://x', 'redis://', 'redis://me:secret@host/one', '127.0.0.1:6379', ''])(
    'is no such address: %s',
    async (url) => {
      const { code, said } = await ask(url);
      expect(said).toMatch(/invalid --engine: .*write redis:\/\/host:6379/);
      expect(said).not.toMatch(/secret/);
      expect(code).toBe(2);
    },
  );

  it.runIf(hasRedis)(`lets nobody in with a wrong password${orWhyNot}`, async () => {
    const locked = await startRedis('right');
    try {
      const { code, said } = await ask(locked.url.replace('//', '//:wrong@'));
      expect(said).toMatch(/missing Redis at redis:\/\/127\.0\.0\.1:\d+ \(.*WRONGPASS/);
      expect(said).not.toMatch(/wrong@/);
      expect(code).toBe(2);
      expect((await ask(locked.url)).said).toMatch(/NOAUTH/);
    } finally {
      await locked.end();
    }
  });
});
