/**
 * The quickstart with one, two and eight threads, which take turns: client updates per second of wall time, from reading
 * the images to the last line of the trace, on threads that are already there. One thread does everything itself; two are
 * the world's, which computes where it would wait, and one beside it; there are never more than processors. Beside the
 * rates stands the CPU time of a run, which says what more threads cost where other programs keep the processors busy; and
 * two processes that have nothing to do with each other show what the machine allows.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { median, quantile } from 'simple-statistics';
import type { Run } from './scaling-run.ts';

const RUNS = 7;
const THREADS = [1, 2, 8] as const;

export interface Scaled {
  /** Client updates per second: the median of the runs, and what the best quarter of them reach. */
  readonly perSecond: number;
  readonly bestQuarter: number;
  /** Of a run, all threads of the process together [s]. */
  readonly cpuSeconds: number;
}

export interface Scaling {
  readonly byThreads: ReadonlyMap<number, Scaled>;
  /** Two processes that know nothing of each other, one thread each, over one of them alone: what the machine allows. */
  readonly ceiling: number;
}

export async function scaling(): Promise<Scaling> {
  const racers = THREADS.map((threads) => ({ threads, racer: startRacer(threads), runs: [] as Run[] }));
  const twins = [startRacer(1), startRacer(1)];
  const pairs: (readonly Run[])[] = [];
  for (let turn = -1; turn < RUNS; turn += 1) {
    for (const { racer, runs } of racers) {
      const run = await racer.run();
      if (turn >= 0) runs.push(run);
    }
    const pair = await Promise.all(twins.map((twin) => twin.run()));
    if (turn >= 0) pairs.push(pair);
  }
  for (const racer of [...racers.map((each) => each.racer), ...twins]) racer.close();
  const alone = median((racers[0]?.runs ?? []).map(({ seconds }) => seconds));
  const together = median(pairs.map((pair) => Math.max(...pair.map(({ seconds }) => seconds))));
  return {
    byThreads: new Map(racers.map(({ threads, runs }) => [threads, scaledOf(runs)])),
    ceiling: (2 * alone) / together,
  };
}

function scaledOf(runs: readonly Run[]): Scaled {
  const rates = runs.map(({ updates, seconds }) => updates / seconds);
  return {
    perSecond: median(rates),
    bestQuarter: quantile(rates, 0.75),
    cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
  };
}

/** A process of its own that runs the quickstart when it is told to: code that V8 has optimized for one way suits no other. */
function startRacer(threads: number) {
  const script = fileURLToPath(new URL('./scaling-run.ts', import.meta.url));
  const child = fork(script, [String(threads)], { execArgv: ['--import', 'tsx'] });
  return {
    async run(): Promise<Run> {
      const answer = once(child, 'message');
      child.send('run');
      return (await answer)[0] as Run;
    },
    close: () => child.kill(),
  };
}

/** Client updates per second by the number of threads. */
export const scalingFigures = ({ byThreads }: Scaling) =>
  Object.fromEntries([...byThreads].map(([threads, { perSecond }]) => [String(threads), Math.round(perSecond)]));

export function scalingTable({ byThreads, ceiling }: Scaling): string[] {
  const one = byThreads.get(1);
  const rows = [...byThreads].map(([threads, { perSecond, bestQuarter, cpuSeconds }]) => {
    const ratio = (perSecond / (one?.perSecond ?? Number.NaN)).toFixed(2);
    const best = (bestQuarter / (one?.bestQuarter ?? Number.NaN)).toFixed(2);
    const rates = `${Math.round(perSecond)} (${Math.round(bestQuarter)})`.padStart(16);
    return `${String(threads).padStart(7)} ${rates}   ${ratio} (${best}) times   ${cpuSeconds.toFixed(2)} s of CPU time a run`;
  });
  return [
    `quickstart, wasm, client updates per second on ${availableParallelism()} processors, median (best quarter)`,
    'threads',
    ...rows,
    `two processes of one thread each, side by side: ${ceiling.toFixed(2)} times one alone`,
  ];
}
