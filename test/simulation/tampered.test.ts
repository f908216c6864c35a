/**
 * Goal: whatever somebody did to the files of a run, no verb answers with a stack, or not at all. Method: traces, summaries
 * and checkpoints are spoiled by a seed and sealed anew, and go through all verbs in this process; each ends well, or with
 * one of our own errors.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { exitCode } from '../../dist/src/cli/exit-code.js';
import { fail } from '../../dist/src/cli/fail.js';
import { fadelab } from '../../dist/src/cli/program.js';
import { recordedScenario } from '../../dist/src/cli/recorded.js';
import { fork } from '../../dist/src/scenario/fork.js';
import { loadCatalogue, loadScenario } from '../../dist/src/scenario/load-module.js';
import { override } from '../../dist/src/scenario/override.js';
import { resume } from '../../dist/src/scenario/replay.js';
import { simulate } from '../../dist/src/scenario/simulate.js';
import { readOverrides } from '../../dist/src/scenario/spelled.js';
import { openTrace } from '../../dist/src/trace/reader.js';
import type { Terminal } from '../../src/cli/terminal.ts';
import { altered, type Draw, damaged, drawing, spoiledCheckpoint, spoiledTrace } from '../support/tampering.ts';

/** More of them, by FADELAB_TAMPERED=2000, take minutes. */
const COUNT = Number(process.env.FADELAB_TAMPERED ?? 160);
const FROM = Number(process.env.FADELAB_FROM ?? 1);
/** Those that once ended with a stack come first. */
const FOUND = [946, 1088, 1855];
const work = mkdtempSync(join(tmpdir(), 'fadelab-tampered-'));
const FILES = ['trace.ndjson', 'summary.json', 'checkpoint.bin'] as const;

/** Each has events of another kind: rounds over edge servers, sums over the air, a server that waits for nobody. */
const RUNS = {
  rounds: ['quickstart', 'clients=4', 'edgeServers=2'],
  memory: ['mimic', 'algorithm=scaffold', 'clients=4'],
  air: ['po-fl', 'clients=4'],
  streaming: ['quickstart', 'algorithm=fed-async', 'clients=4', 'edgeServers=1'],
} as const;
const SMALL = [
  'until.rounds=2',
  'task.dataset=gaussian-blobs',
  'task.split=iid',
  'task.model=softmax',
  'task.dataset.trainPerClass=8',
  'task.dataset.testPerClass=2',
  'evaluate.everyRounds=1',
];

/** A run that dies after its first checkpoints, and the same run to its end. */
async function prepare(name: keyof typeof RUNS): Promise<void> {
  const [scenario, ...set] = RUNS[name];
  const overrides = [...set, ...SMALL].flatMap((text) => readOverrides(text));
  const module = new URL(`../../dist/scenarios/${scenario}.js`, import.meta.url).href;
  const story = override(await loadScenario({ module }), overrides, await loadCatalogue(overrides));
  const origin = { scenario, set: [...set, ...SMALL] };
  const options = { backend: 'wasm', origin, checkpoint: { rounds: 1 } } as const;
  const [whole, cut] = [join(work, name), join(work, `${name}-cut`)];
  await simulate(story, { ...options, out: whole });
  const show = () => {
    if (!existsSync(join(cut, 'checkpoint.bin'))) return;
    for (const file of FILES.filter((each) => existsSync(join(cut, each)))) {
      mkdirSync(join(work, `${name}-kept`), { recursive: true });
      copyFileSync(join(cut, file), join(work, `${name}-kept`, file));
    }
    throw new Error('died');
  };
  await expect(simulate(story, { ...options, out: cut, dashboard: { stop: false, show } })).rejects.toThrow('died');
}

beforeAll(async () => {
  for (const name of Object.keys(RUNS)) await prepare(name as keyof typeof RUNS);
}, 120_000);

interface Spoiled {
  readonly folder: string;
  readonly original: string;
}

/** A folder of a run of which one file is spoiled. */
function spoil(seed: number): Spoiled {
  const draw = drawing(seed);
  const names = Object.keys(RUNS);
  const name = names[draw(names.length)] as string;
  const isCut = draw(4) === 0;
  const original = join(work, name);
  const from = join(work, isCut ? `${name}-kept` : name);
  const folder = join(work, 'spoiled');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const file of FILES.filter((each) => existsSync(join(from, each))))
    copyFileSync(join(from, file), join(folder, file));
  spoilOne(folder, isCut, draw);
  return { folder, original };
}

function spoilOne(folder: string, isCut: boolean, draw: Draw): void {
  const text = (file: string) => readFileSync(join(folder, file), 'utf8');
  const kind = draw(10);
  if (isCut && kind < 6) {
    const path = join(folder, 'checkpoint.bin');
    writeFileSync(path, spoiledCheckpoint(readFileSync(path), draw));
  } else if (!isCut && kind === 0) {
    const summary =
      draw(2) === 0 ? altered(JSON.parse(text('summary.json')), draw) : damaged(text('summary.json'), draw);
    writeFileSync(join(folder, 'summary.json'), summary);
  } else if (kind === 1) writeFileSync(join(folder, 'trace.ndjson'), damaged(text('trace.ndjson'), draw));
  else {
    const lines = text('trace.ndjson')
      .split('\n')
      .filter((line) => line !== '');
    writeFileSync(join(folder, 'trace.ndjson'), `${spoiledTrace(lines, draw).join('\n')}\n`);
  }
}

const silent: Terminal = { print: () => {}, say: () => {}, width: 80 };

/** What each verb ends with: its exit code. */
async function codes({ folder, original }: Spoiled): Promise<Record<string, readonly [number, string]>> {
  const found: Record<string, readonly [number, string]> = {};
  const out = join(work, 'out');
  const noted = async (name: string, act: (to: Terminal) => Promise<number>) => {
    let said = '';
    const say = (line: string): void => {
      said += line;
    };
    found[name] = [await act({ ...silent, say }), said];
  };
  const cli = (...args: string[]) => noted(args.join(' '), (to) => fadelab(args, to));
  await cli('query', folder);
  await cli('query', folder, '--of', 'model.evaluated', '--by', 'actor', '--mean', 'accuracy', '--json');
  await cli('query', folder, '--of', 'cohort.scheduled', '--where', 'round>=1');
  for (const format of ['perfetto', 'csv', 'parquet']) await cli('export', folder, '--format', format, '--out', out);
  await cli('report', folder, '--out', out);
  await cli('report', folder, '--chart', `${join(work, 'timeline.svg')}`);
  await cli('diff', folder, original);
  await cli('replay', folder);
  await cli('replay', folder, '--until', '1ms', '--json');
  await cli('replay', folder, '--recompute');
  const direct = (name: string, act: () => Promise<unknown>) =>
    noted(name, async (to) =>
      act().then(
        () => exitCode.fine,
        (error: unknown) => fail(error, [], to),
      ),
    );
  const fresh = () => rmSync(out, { recursive: true, force: true });
  const again = async () => {
    const trace = openTrace(folder);
    return { trace, ...(await recordedScenario(trace, { moved: undefined, isTrusted: false })) };
  };
  fresh();
  await direct('fork', async () => {
    const { trace, scenario } = await again();
    return fork(trace, { scenario, at: 0.001, set: ['until.rounds=1'], out });
  });
  fresh();
  rmSync(join(folder, 'summary.json'), { force: true });
  await direct('resume', async () => {
    const { scenario } = await again();
    return resume(folder, { scenario, checkpoint: { rounds: 1 } });
  });
  return found;
}

it(`ends well or says what is wrong, for ${COUNT} spoiled runs`, async () => {
  const stacks: string[] = [];
  let slowest = 0;
  const ends = { fine: 0, refused: 0 };
  for (const seed of [...FOUND, ...Array.from({ length: COUNT }, (_, index) => FROM + index)]) {
    const began = performance.now();
    for (const [verb, [code, said]] of Object.entries(await codes(spoil(seed)))) {
      if (code === exitCode.bug)
        stacks.push(`seed ${seed}: ${verb.replaceAll(work, '')}: ${said.split('\n').slice(2, 6).join(' | ')}`);
      else if (code === exitCode.fine) ends.fine += 1;
      else ends.refused += 1;
    }
    slowest = Math.max(slowest, performance.now() - began);
  }
  if (process.env.FADELAB_TAMPERED !== undefined) {
    console.log({
      COUNT,
      ...ends,
      stacks: stacks.length,
      slowestMs: slowest,
      peakMb: process.resourceUsage().maxRSS / 1024,
    });
  }
  expect(stacks).toEqual([]);
}, 3_600_000);
