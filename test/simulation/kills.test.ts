/**
 * Goal: no kill leaves a folder that can't be gone on with, wherever it strikes: between the halves of a write, between the
 * two renames of a checkpoint, in the last line of the trace. Method: a process counts what it asks of the file system, does
 * half of the n-th and kills its whole group with SIGKILL; and files are cut by hand, byte by byte.
 */
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { federation, ring } from '../../actors/index.ts';
import { hierLike } from '../../channels/index.ts';
import { sdFeel } from '../../src/algorithms/index.ts';
import { classesPerClient, classify, gaussianBlobs, softmax } from '../../src/learning/index.ts';
import { resume } from '../../src/scenario/replay.ts';
import { scenario as scenarioOf } from '../../src/scenario/scenario.ts';
import { openTrace } from '../../src/trace/reader.ts';

const ROOT = new URL('../../', import.meta.url);
const work = mkdtempSync(join(tmpdir(), 'fadelab-kills-'));
const folder = (name: string) => join(work, name);
const traceOf = (name: string) => readFileSync(join(folder(name), 'trace.ndjson'), 'utf8');

/** As the process below makes it. */
const scenario = scenarioOf({
  name: 'killed',
  topology: federation({ clients: 8, edgeServers: 4, graph: ring() }),
  ...hierLike(),
  task: classify({
    dataset: gaussianBlobs({ trainPerClass: 40, testPerClass: 10 }),
    split: classesPerClient({ classes: 2 }),
    model: softmax(),
  }),
  algorithm: sdFeel({ localSteps: 1 }),
  until: { rounds: 4 },
});

/** Checkpoints at every instant; the trace goes to disk at each of them. */
const program = join(work, 'killed.mjs');
writeFileSync(
  program,
  `import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { federation, ring } from '${new URL('dist/actors/index.js', ROOT)}';
import { hierLike } from '${new URL('dist/channels/index.js', ROOT)}';
import * as learning from '${new URL('dist/src/learning/index.js', ROOT)}';
import { scenario, sdFeel, simulate } from '${new URL('dist/src/index.js', ROOT)}';
const [out, at] = process.argv.slice(2);
const { classify, gaussianBlobs, classesPerClient, softmax } = learning;
const killed = scenario({
  name: 'killed',
  topology: federation({ clients: 8, edgeServers: 4, graph: ring() }),
  ...hierLike(),
  task: classify({ dataset: gaussianBlobs({ trainPerClass: 40, testPerClass: 10 }),
    split: classesPerClient({ classes: 2 }), model: softmax() }),
  algorithm: sdFeel({ localSteps: 1 }),
  until: { rounds: 4 },
});
let operations = 0;
let begun = false;
const die = () => { process.kill(-process.pid, 'SIGKILL'); for (;;); };
const wrap = (name, half) => {
  const whole = fs[name];
  fs[name] = (...all) => {
    if (name === 'openSync' && String(all[0]).endsWith('trace.ndjson')) begun = true;
    if (!begun || ++operations !== Number(at)) return whole(...all);
    half(whole, all);
    die();
  };
};
wrap('writeSync', (write, [file, bytes, from = 0]) => write(file, bytes, from, (bytes.length - from) >> 1));
for (const name of ['openSync', 'fsyncSync', 'closeSync', 'ftruncateSync']) wrap(name, (whole, all) => whole(...all));
for (const name of ['renameSync', 'rmSync', 'writeFileSync']) wrap(name, () => {});
syncBuiltinESMExports();
await simulate(killed, { out, backend: 'wasm', seed: 3, checkpoint: { wallSeconds: 1e-9 } });
console.log(operations);
`,
);

/** Runs it, to be killed in an operation if one is named: how it ended, and what it counted. */
const start = (name: string, operation = 0): Promise<{ signal: string | null; said: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [program, folder(name), String(operation)], { detached: true });
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
    });
    child.on('close', (_code, signal) => resolve({ signal, said }));
  });

let operations = 0;
beforeAll(async () => {
  operations = Number((await start('whole')).said);
}, 60_000);

describe('a run that is killed in the middle of what it asks of the file system', () => {
  it('goes on, and ends with the same bytes, for 24 kills of its whole group', async () => {
    expect(operations).toBeGreaterThan(200);
    const at = fc.integer({ min: 2, max: operations });
    let kills = 0;
    await fc.assert(
      fc.asyncProperty(at, async (operation) => {
        const name = `killed-${kills++}`;
        expect((await start(name, operation)).signal).toBe('SIGKILL');
        // Before the header is out there is nothing to go on with; after the summary, the run is over.
        const isBegun = traceOf(name).includes('\n');
        const isOver = existsSync(join(folder(name), 'summary.json'));
        if (isBegun && !isOver) await resume(folder(name), { scenario });
        if (isBegun) expect(traceOf(name)).toBe(traceOf('whole'));
        rmSync(folder(name), { recursive: true });
      }),
      { numRuns: 24, endOnFailure: true },
    );
    expect(kills).toBe(24);
  }, 240_000);

  it('and so do the halves of a checkpoint: not renamed yet, cut anywhere, or gone', async () => {
    // The third fifth of the run, somewhere between two checkpoints.
    await start('cut', Math.floor(operations * 0.6));
    const whole = traceOf('whole');
    const newest = (name: string) => join(folder(name), 'checkpoint.bin');
    const size = statSync(newest('cut')).size;
    const again = async (name: string, change: (path: string) => void) => {
      cpSync(folder('cut'), folder(name), { recursive: true });
      change(newest(name));
      const warnings: string[] = [];
      await resume(folder(name), { scenario, warn: (message) => void warnings.push(message) });
      expect(traceOf(name)).toBe(whole);
      rmSync(folder(name), { recursive: true });
      return warnings;
    };
    expect(await again('unrenamed', (path) => renameSync(path, `${path}.part`))).toEqual([]);
    expect(await again('gone', (path) => rmSync(path))).toEqual([]);
    for (const bytes of [0, 1, 31, 32, 33, size >> 1, size - 33, size - 32, size - 1]) {
      const [warning, ...more] = await again(`cut-${bytes}`, (path) => truncateSync(path, bytes));
      expect(warning).toMatch(/checkpoint\.bin is not used: its checksum is wrong/);
      expect(more).toEqual([]);
    }
  }, 120_000);
});

describe('a trace whose end is torn', () => {
  it('is refused at its torn line when read, at every byte, and whole where a line has just ended', () => {
    const text = Buffer.from(traceOf('whole'));
    const torn = folder('torn.ndjson');
    for (let bytes = text.length; bytes > text.length - 400; bytes--) {
      writeFileSync(torn, text.subarray(0, bytes));
      const read = () => [...openTrace(torn).lines()].length;
      if (text[bytes - 1] === 10) expect(read()).toBe(text.subarray(0, bytes).toString().split('\n').length - 2);
      else expect(read).toThrow('its last line was not written to the end');
    }
  });

  it('is gone on with from the checkpoint before, wherever it is torn', async () => {
    await start('long', Math.floor(operations * 0.8));
    const { size } = statSync(join(folder('long'), 'trace.ndjson'));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 600 }), async (back) => {
        cpSync(folder('long'), folder('torn'), { recursive: true });
        truncateSync(join(folder('torn'), 'trace.ndjson'), size - back);
        await resume(folder('torn'), { scenario });
        expect(traceOf('torn')).toBe(traceOf('whole'));
        rmSync(folder('torn'), { recursive: true });
      }),
      { numRuns: 12 },
    );
  }, 120_000);
});
