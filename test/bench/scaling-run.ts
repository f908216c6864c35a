/** A process that has as many threads as its argument says, and runs the quickstart whenever it is told to. */
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
  const { trace } = await simulate(quickstart, { pool, backend: 'wasm' });
  const seconds = (performance.now() - began) / 1e3;
  const { user, system } = process.cpuUsage(spent);
  const updates = trace.filter((line) => line.includes('"kind":"training.finished"')).length;
  return { updates, seconds, cpuSeconds: (user + system) / 1e6 };
}

const threads = Number(argv[2]);
tuneEngine();
tuneCollector(threads);
const pool = corePool(threads, (warning) => console.error(warning));
process.on('message', async () => process.send?.(await run()));
