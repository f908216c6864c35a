/**
 * Goal: a run that is killed at any moment can be gone on with, and ends with the bytes of one that was not. Method: a
 * process kills its whole group at a given event or instant of wall time; the folder that it leaves is resumed here.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { radio } from '../../channels/index.ts';
import { asyncSdFeel, fedBuff, hierFavg, mifa, mimic, poFl, scaffold, sdFeel } from '../../src/algorithms/index.ts';
import { markovOnOff } from '../../src/devices/index.ts';
import { poFlScheduling } from '../../src/policies/index.ts';
import { resume } from '../../src/scenario/replay.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { fileSink } from '../../src/trace/sink.ts';
import { MHz } from '../../src/units.ts';
import { sharedStudy } from '../support/secret-shares.ts';
import { study } from '../support/study.ts';

const ROOT = new URL('../../', import.meta.url);
const work = mkdtempSync(join(tmpdir(), 'fadelab-'));
const folder = (name: string) => join(work, name);
const bytesOf = (name: string) => readFileSync(join(folder(name), 'trace.ndjson'), 'utf8');

/** As the process below makes it. */
const scenario = study({
  devices: { availability: markovOnOff({ meanOnline: 0.5, meanOffline: 0.1 }) },
  algorithm: sdFeel({ localSteps: 2 }),
  until: { rounds: 8 },
});
const run = { backend: 'wasm', seed: 3, checkpoint: { rounds: 1 } } as const;

const program = join(work, 'killed.mjs');
writeFileSync(
  program,
  `import { federation, ring } from '${new URL('dist/actors/index.js', ROOT)}';
import { hierLike } from '${new URL('dist/channels/index.js', ROOT)}';
import { markovOnOff } from '${new URL('dist/src/devices/index.js', ROOT)}';
import * as learning from '${new URL('dist/src/learning/index.js', ROOT)}';
import { scenario, sdFeel, simulate } from '${new URL('dist/src/index.js', ROOT)}';
const { classify, gaussianBlobs, classesPerClient, softmax, sgd } = learning;
const [out, threads, at] = process.argv.slice(2);
const killed = scenario({
  name: 'study',
  topology: federation({ clients: 20, edgeServers: 4, graph: ring() }),
  ...hierLike(),
  task: classify({ dataset: gaussianBlobs({ trainPerClass: 200, testPerClass: 50 }), split: classesPerClient({ classes: 2 }),
    model: softmax(), batchSize: 10, optimizer: sgd({ learningRate: 0.1 }) }),
  devices: { availability: markovOnOff({ meanOnline: 0.5, meanOffline: 0.1 }) },
  algorithm: sdFeel({ localSteps: 2 }),
  until: { rounds: 8 },
});
const dashboard = { stop: false, show: (_now, events) => { if (events >= Number(at)) process.kill(-process.pid, 'SIGKILL'); } };
await simulate(killed, { ...${JSON.stringify(run)}, out, threads: Number(threads), dashboard });
`,
);

const killedAt = (name: string, threads: number, event: number): Promise<string | null> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [program, folder(name), String(threads), String(event)], { detached: true });
    child.on('exit', (_code, signal) => resolve(signal));
  });

describe('a run that is killed', () => {
  it('goes on from its last checkpoint, and ends with the same bytes, wherever it was', async () => {
    const whole = await simulate(scenario, { ...run, out: folder('whole') });
    const KILLS = 22;
    const kill = async (index: number) => {
      const event = Math.floor(((index + 0.5) * whole.summary.events) / KILLS);
      expect(await killedAt(`killed-${index}`, index % 5 === 0 ? 2 : 0, event)).toBe('SIGKILL');
      expect(existsSync(join(folder(`killed-${index}`), 'summary.json'))).toBe(false);
      const { summary, scores } = await resume(folder(`killed-${index}`), { scenario, checkpoint: { rounds: 3 } });
      expect(bytesOf(`killed-${index}`)).toBe(bytesOf('whole'));
      expect(summary).toEqual({ ...whole.summary, wallSeconds: summary.wallSeconds });
      expect(scores).toEqual(whole.scores);
    };
    for (let index = 0; index < KILLS; index += 2) await Promise.all([kill(index), kill(index + 1)]);
  }, 120_000);

  it('uses the checkpoint before one that is damaged, and begins anew without any', async () => {
    const out = folder('damaged');
    await killedAt('damaged', 0, 400);
    const newest = join(out, 'checkpoint.bin');
    const bytes = readFileSync(newest);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
    writeFileSync(newest, bytes);
    const warnings: string[] = [];
    const warn = (message: string) => void warnings.push(message);
    await resume(out, { scenario, warn });
    expect(warnings).toEqual([`${newest} is not used: its checksum is wrong`]);
    expect(bytesOf('damaged')).toBe(bytesOf('whole'));

    await killedAt('cut', 0, 400);
    truncateSync(join(folder('cut'), 'trace.ndjson'), statSync(join(folder('cut'), 'trace.ndjson')).size >> 3);
    await resume(folder('cut'), { scenario, warn });
    expect(warnings.slice(1).join('\n')).toMatch(/trace is shorter than it was[\s\S]*the run begins anew/);
    expect(bytesOf('cut')).toBe(bytesOf('whole'));
  });

  it.each([
    ['DReS-FL', sharedStudy().options],
    ['MimiC', { algorithm: mimic({ localSteps: 2 }) }],
    ['SCAFFOLD', { algorithm: scaffold({ localSteps: 2 }) }],
    ['MIFA', { algorithm: mifa({ localSteps: 2 }) }],
    ['FedBuff', { algorithm: fedBuff({ localSteps: 2 }) }],
    ['HierFAVG', { algorithm: hierFavg({ localSteps: 2 }) }],
    [
      'PO-FL',
      {
        algorithm: poFl(),
        channel: radio({ overTheAir: { bandwidth: MHz(1), snrDb: 10 } }),
        schedule: poFlScheduling({ cohort: 5 }),
      },
    ],
  ])('goes on under %s', async (name, options) => {
    const story = study({ ...options, until: { rounds: 6 } });
    const rules = { backend: 'wasm', checkpoint: { rounds: 1 } } as const;
    const whole = await simulate(story, { ...rules, out: folder(name) });
    const show = (_now: number, seen: number) => {
      if (seen > whole.summary.events * 0.6) throw new Error('died');
    };
    const out = folder(`${name}, dying`);
    await expect(simulate(story, { ...rules, out, dashboard: { stop: false, show } })).rejects.toThrow('died');
    expect(existsSync(join(out, 'checkpoint.bin'))).toBe(true);
    await resume(out, { scenario: story });
    expect(bytesOf(`${name}, dying`)).toBe(bytesOf(name));
  });

  it('goes on where it is asynchronous and has a script', async () => {
    const story = study({
      algorithm: asyncSdFeel(),
      until: { rounds: 6 },
      *script(world) {
        yield world.closed(2);
        world.crash('edge-1');
        yield world.closed(4);
        world.restart('edge-1');
      },
    });
    const rules = { backend: 'wasm', checkpoint: { rounds: 1 } } as const;
    const whole = await simulate(story, { ...rules, out: folder('async') });
    let events = 0;
    const dying = {
      stop: false,
      show: (_now: number, seen: number) => {
        events = seen;
        if (seen > whole.summary.events * 0.7) throw new Error('died');
      },
    };
    await expect(simulate(story, { ...rules, out: folder('dying'), dashboard: dying })).rejects.toThrow('died');
    expect(events).toBeGreaterThan(0);
    expect(existsSync(join(folder('dying'), 'checkpoint.bin'))).toBe(true);
    await resume(folder('dying'), { scenario: story });
    expect(bytesOf('dying')).toBe(bytesOf('async'));
  });
});

describe('a trace that can not be written', () => {
  it('ends the run with a clear error', async () => {
    const path = join(work, 'full');
    symlinkSync('/dev/full', path);
    expect(() => {
      const sink = fileSink(path);
      sink.write('x\n');
      sink.close();
    }).toThrow(/invalid output: ENOSPC.*\[OUTPUT_UNWRITABLE\]/);
  });
});
