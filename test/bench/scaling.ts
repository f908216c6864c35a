/**
 * The quickstart with one, two and eight threads, which take turns: client updates per second of wall time, from reading
 * the images to the last line of the trace, on threads that are already there. One thread does everything itself; two are
 * the world's, which computes where it would wait, and one beside it; there are never more than processors. Beside the
 * rates stands the CPU time of a run, which says what more threads cost where other programs keep the processors busy.
 */
import { availableParallelism } from 'node:os';
import { corePool, simulate } from 'fadelab';
import { median, quantile } from 'simple-statistics';
import { quickstart } from '../../scenarios/quickstart.ts';

const RUNS = 7;
const THREADS = [1, 2, 8] as const;

export interface Scaled {
  /** Client updates per second: the median of the runs, and what the best quarter of them reach. */
  readonly perSecond: number;
  readonly bestQuarter: number;
  /** Of a run, all threads of the process together [s]. */
  readonly cpuSeconds: number;
}

/** By the number of threads. */
export type Scaling = ReadonlyMap<number, Scaled>;

export async function scaling(): Promise<Scaling> {
  const racers = THREADS.map((threads) => {
    const pool = corePool(threads, (warning) => console.error(warning));
    return { threads, pool, rates: [] as number[], cpu: [] as number[] };
  });
  for (let run = -1; run < RUNS; run += 1) {
    for (const { pool, rates, cpu } of racers) {
      const [began, spent] = [performance.now(), process.cpuUsage()];
      const { trace } = await simulate(quickstart, { pool, backend: 'wasm' });
      const seconds = (performance.now() - began) / 1e3;
      const { user, system } = process.cpuUsage(spent);
      if (run < 0) continue;
      rates.push(trace.filter((line) => line.includes('"kind":"training.finished"')).length / seconds);
      cpu.push((user + system) / 1e6);
    }
  }
  await Promise.all(racers.map(({ pool }) => pool.close()));
  return new Map(
    racers.map(({ threads, rates, cpu }) => [
      threads,
      { perSecond: median(rates), bestQuarter: quantile(rates, 0.75), cpuSeconds: median(cpu) },
    ]),
  );
}

/** Client updates per second by the number of threads. */
export const scalingFigures = (scaled: Scaling) =>
  Object.fromEntries([...scaled].map(([threads, { perSecond }]) => [String(threads), Math.round(perSecond)]));

export function scalingTable(scaled: Scaling): string[] {
  const one = scaled.get(1);
  const rows = [...scaled].map(([threads, { perSecond, bestQuarter, cpuSeconds }]) => {
    const ratio = (perSecond / (one?.perSecond ?? Number.NaN)).toFixed(2);
    const best = (bestQuarter / (one?.bestQuarter ?? Number.NaN)).toFixed(2);
    const rates = `${Math.round(perSecond)} (${Math.round(bestQuarter)})`.padStart(16);
    return `${String(threads).padStart(7)} ${rates}   ${ratio} (${best}) times   ${cpuSeconds.toFixed(2)} s of CPU time a run`;
  });
  return [
    `quickstart, wasm, client updates per second on ${availableParallelism()} processors, median (best quarter)`,
    'threads',
    ...rows,
  ];
}
