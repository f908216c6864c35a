/**
 * The quickstart on one and on two compute threads, which take turns: client updates per second of wall time, from
 * reading the images to the last line of the trace, on threads that are already there. Needs the compiled engine.
 */
import { availableParallelism } from 'node:os';
import { median } from 'simple-statistics';
import type * as Engine from '../../src/index.ts';

const RUNS = 5;
const THREADS = [1, 2] as const;

/** Client updates per second, by the number of threads. */
export type Scaling = Readonly<Record<string, number>>;

const compiled = (path: string): Promise<unknown> => import(new URL(`../../dist/${path}`, import.meta.url).href);

export async function scaling(): Promise<Scaling> {
  const engine = (await compiled('src/index.js')) as typeof Engine;
  const { quickstart } = (await compiled('scenarios/quickstart.js')) as { quickstart: Engine.Scenario };
  const pools = THREADS.map((threads) => engine.threadPool(threads, (warning) => console.error(warning)));
  const rates = pools.map((): number[] => []);
  for (let run = -1; run < RUNS; run += 1) {
    for (const [at, pool] of pools.entries()) {
      const began = performance.now();
      const { trace } = await engine.simulate(quickstart, { pool, backend: 'wasm' });
      const updates = trace.filter((line) => line.includes('"kind":"training.finished"')).length;
      if (run >= 0) rates[at]!.push((1000 * updates) / (performance.now() - began));
    }
  }
  await Promise.all(pools.map((pool) => pool.close()));
  return Object.fromEntries(THREADS.map((threads, at) => [String(threads), Math.round(median(rates[at]!))]));
}

export function scalingTable(scaled: Scaling): string[] {
  const [one, two] = THREADS.map((threads) => scaled[String(threads)] ?? Number.NaN) as [number, number];
  return [
    `quickstart, wasm, client updates per second on ${availableParallelism()} processors`,
    `${one} on one thread, ${two} on two: ${(two / one).toFixed(2)} times`,
  ];
}
