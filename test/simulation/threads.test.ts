import { describe, expect, it } from 'vitest';
import type * as Engine from '../../src/index.ts';

/** Compute threads run compiled code, so this file does too. */
const compiled = <Module>(path: string): Promise<Module> =>
  import(new URL(`../../dist/${path}`, import.meta.url).href) as Promise<Module>;

const engine = await compiled<typeof Engine>('src/index.js');
const { federation, ring } = await compiled<typeof import('../../actors/index.ts')>('actors/index.js');
const { radio, rayleigh } = await compiled<typeof import('../../channels/index.ts')>('channels/index.js');
const learning = await compiled<typeof import('../../src/learning/index.ts')>('src/learning/index.js');
const devices = await compiled<typeof import('../../src/devices/index.ts')>('src/devices/index.js');

const policies = await compiled<typeof import('../../src/policies/index.ts')>('src/policies/index.js');

const study = (rounds: number) =>
  engine.scenario({
    name: 'threads',
    topology: federation({ clients: 12, edgeServers: 3, graph: ring() }),
    channel: radio({ fading: rayleigh({ coherence: 0.01 }) }),
    devices: { availability: devices.markovOnOff({ meanOnline: 0.5, meanOffline: 0.1 }) },
    task: learning.classify({
      dataset: learning.gaussianBlobs({ trainPerClass: 120, testPerClass: 40 }),
      split: learning.classesPerClient({ classes: 2 }),
      batchSize: 10,
    }),
    algorithm: engine.sdFeel({ localSteps: 3 }),
    until: { rounds },
  });

// Goal: how many threads compute, how fast they are, and whether they survive, never shows in a run.
// Method: the same study on different pools, compared byte for byte.
describe('compute threads', { timeout: 180_000 }, () => {
  it('leave the same bytes where updates add up in the air', async () => {
    const { options } = study(4);
    const algorithm = engine.hierFavg({ localSteps: 2, uplink: policies.overTheAir({ scheduling: 'after' }) });
    const onAir = engine.scenario({ ...options, algorithm, schedule: policies.random({ cohort: 2 }) });
    const reference = await engine.simulate(onAir, { threads: 1 });
    expect((await engine.simulate(onAir, { threads: 2 })).trace).toEqual(reference.trace);
    expect(reference.trace.some((line) => line.includes('"kind":"aggregate.received"'))).toBe(true);
  });

  it('leave the same bytes whether there is one, or two or eight of them', async () => {
    const reference = await engine.simulate(study(6), { threads: 1 });
    for (const threads of [2, 8]) {
      const { trace, summary } = await engine.simulate(study(6), { threads });
      expect(trace).toEqual(reference.trace);
      expect(summary.fingerprint).toEqual(reference.summary.fingerprint);
    }
  });

  it('differ by the seed alone', async () => {
    const [first, again] = [await engine.simulate(study(3), { seed: 7 }), await engine.simulate(study(3), { seed: 7 })];
    const other = await engine.simulate(study(3), { seed: 8 });
    expect(again.trace).toEqual(first.trace);
    expect(other.summary.fingerprint.values).not.toBe(first.summary.fingerprint.values);
  });

  it.each([
    ['while they work', 400],
    ['while they start', 1],
  ])('may be killed %s: warnings, and nothing else, come of it', async (_when, event) => {
    const reference = await engine.simulate(study(12), { threads: 1 });
    const warnings: string[] = [];
    const pool = engine.threadPool(2, (message) => warnings.push(message));
    // Right after that event the world waits for its steps, which the threads have by then.
    const killAll = () => setImmediate(() => pool.workers.forEach((worker) => void worker.terminate()));
    const dashboard = { show: (_now: number, events: number) => void (events === event && killAll()), stop: false };
    const { trace } = await engine.simulate(study(12), { pool, dashboard });
    await pool.close();
    expect(trace).toEqual(reference.trace);
    expect(warnings.length).toBeGreaterThan(0);
  });

  it('report a step that fails with its name, module and reason', async () => {
    const pool = engine.threadPool(1, () => {});
    const failing = pool.run({
      module: new URL('../../dist/src/learning/steps.js', import.meta.url).href,
      name: 'nothing',
      input: {},
    });
    pool.flush();
    await expect(failing).rejects.toThrow(/unknown step "nothing"/);
    await pool.close();
  });

  it('that take long steps one by one leave none waiting behind another while a thread has nothing to do', async () => {
    const pool = engine.threadPool(2, () => {}, { groupMax: 1 });
    const module = 'data:text/javascript,export const nap = (ms) => new Promise((end) => setTimeout(end, ms, ms));';
    const ended: unknown[] = [];
    const nap = async (input: number) => ended.push(await pool.run({ module, name: 'nap', input }));
    const naps = [nap(1000), nap(2), nap(3), nap(4)];
    pool.flush();
    await Promise.all(naps);
    expect(ended.at(-1)).toBe(1000);
    await pool.close();
  });
});
