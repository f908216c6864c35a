/**
 * The quickstart with one, two and eight threads, which take turns: client updates per second of wall time, from reading
 * the images to the last line of the trace, on threads that are already there and have compiled what they run. One thread
 * does everything itself, but V8 compiles and collects beside it: so it is also kept on one core. Two are the world's, which
 * computes where it would wait, and one beside it; there are never more than processors. Beside the rates stands the CPU
 * time of a run, which says what more threads cost where other programs keep the processors busy; and two processes that
 * have nothing to do with each other show what the machine allows.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { median, quantile } from 'simple-statistics';
import { canPin, onOneCore } from './one-core.ts';
import type { Run } from './scaling-run.ts';

const RUNS = 7;
/** Before them, for V8 to compile what a run needs: the first ones take up to half as long again. */
const WARM_UP = 3;
/** As a world's thread of the command line has it [MiB]: V8 counts three of these as the room of young objects. */
const SEMI_SPACE = 32;
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
  /** One thread and V8's helpers on one core, where a process can be kept on one. */
  readonly oneCore: Scaled | undefined;
  /** Two processes that know nothing of each other, one thread each, over one of them alone: what the machine allows. */
  readonly ceiling: number;
}

export async function scaling(): Promise<Scaling> {
  const racing = THREADS.map((threads) => ({ threads, racer: startRacer(threads), runs: [] as Run[] }));
  const pinned = canPin ? { racer: startRacer(1, onOneCore), runs: [] as Run[] } : undefined;
  const racers = [...racing, ...(pinned ? [pinned] : [])];
  const twins = [startRacer(1), startRacer(1)];
  const pairs: (readonly Run[])[] = [];
  for (let turn = -WARM_UP; turn < RUNS; turn += 1) {
    for (const { racer, runs } of racers) {
      const run = await racer.run();
      if (turn >= 0) runs.push(run);
    }
    const pair = await Promise.all(twins.map((twin) => twin.run()));
    if (turn >= 0) pairs.push(pair);
  }
  for (const racer of [...racers.map((each) => each.racer), ...twins]) racer.close();
  const alone = median((racing[0]?.runs ?? []).map(({ seconds }) => seconds));
  const together = median(pairs.map((pair) => Math.max(...pair.map(({ seconds }) => seconds))));
  return {
    byThreads: new Map(racing.map(({ threads, runs }) => [threads, scaledOf(runs)])),
    oneCore: pinned && scaledOf(pinned.runs),
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
function startRacer(threads: number, place = (command: readonly string[]) => command) {
  const script = fileURLToPath(new URL('./scaling-run.ts', import.meta.url));
  const [execPath, ...execArgv] = place([process.execPath, `--max-semi-space-size=${SEMI_SPACE}`, '--import', 'tsx']);
  const child = fork(script, [String(threads)], { execPath, execArgv });
  return {
    async run(): Promise<Run> {
      const answer = once(child, 'message');
      child.send('run');
      return (await answer)[0] as Run;
    },
    close: () => child.disconnect(),
  };
}

/** Client updates per second by the number of threads. */
export const scalingFigures = ({ byThreads }: Scaling) =>
  Object.fromEntries([...byThreads].map(([threads, { perSecond }]) => [String(threads), Math.round(perSecond)]));

export function scalingTable({ byThreads, oneCore, ceiling }: Scaling): string[] {
  const one = byThreads.get(1);
  const row = (title: string, { perSecond, bestQuarter, cpuSeconds }: Scaled) => {
    const times = (rate: number, base: number | undefined) => (rate / (base ?? Number.NaN)).toFixed(2);
    const rates = `${Math.round(perSecond)} (${Math.round(bestQuarter)})`.padStart(16);
    const ofThread = `${times(perSecond, one?.perSecond)} (${times(bestQuarter, one?.bestQuarter)})`;
    const ofCore =
      oneCore && `, ${times(perSecond, oneCore.perSecond)} (${times(bestQuarter, oneCore.bestQuarter)}) times one core`;
    return `${title.padEnd(12)} ${rates}   ${ofThread} times one thread${ofCore ?? ''}   ${cpuSeconds.toFixed(2)} s of CPU time a run`;
  };
  return [
    `quickstart, wasm, client updates per second on ${availableParallelism()} processors, median (best quarter)`,
    ...(oneCore ? [row('one core', oneCore)] : []),
    ...[...byThreads].map(([threads, scaled]) => row(`${threads} thread${threads > 1 ? 's' : ''}`, scaled)),
    `two processes of one thread each, side by side: ${ceiling.toFixed(2)} times one alone`,
  ];
}
