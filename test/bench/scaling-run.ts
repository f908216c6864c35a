/** A process that has as many threads as its argument says, and runs the quickstart whenever it is told to. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv } from 'node:process';
import { corePool, simulate } from 'fadelab';
import { tuneCollector, tuneEngine } from '../../dist/src/cli/tuning.js';
import { quickstart } from '../../scenarios/quickstart.ts';

/** What one run took, from reading the images to the last line of the trace. */
export interface Run {
  readonly updates: number;
  readonly seconds: number;
  /** Of all threads of the process together. */
  readonly cpuSeconds: number;
}

async function run(): Promise<Run> {
  const [began, spent] = [performance.now(), process.cpuUsage()];
  await simulate(quickstart, { pool, backend: 'wasm', out });
  const seconds = (performance.now() - began) / 1e3;
  const { user, system } = process.cpuUsage(spent);
  const lines = readFileSync(join(out, 'trace.ndjson'), 'utf8').split('\n');
  const updates = lines.filter((line) => line.includes('"kind":"training.finished"')).length;
  return { updates, seconds, cpuSeconds: (user + system) / 1e6 };
}

const threads = Number(argv[2]);
tuneEngine();
tuneCollector(threads);
const pool = corePool(threads, (warning) => console.error(warning));
const out = mkdtempSync(join(tmpdir(), 'fadelab-bench-'));
process.on('exit', () => rmSync(out, { recursive: true }));
process.on('disconnect', () => process.exit());
process.on('message', async () => process.send?.(await run()));
