/**
 * Worlds side by side, as `compare` and `sweep` run them: the same command on one core, with one thread, and with two, which
 * take turns, by wall time from start to end. One thread keeps more than one core busy, since V8 compiles and collects
 * garbage beside it: so both are told. Needs the compiled program.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from 'simple-statistics';
import { canPin, onOneCore } from './one-core.ts';

const RUNS = 3;
const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const COMPARE = ['compare', 'dropouts', '--policy', 'random', '--policy', 'fastest', '--backend', 'wasm', '--json'];

/** Short worlds, where starting and warming up threads counts, and long ones. */
const STUDIES = {
  short: ['--seeds', '10', '--set', 'until.rounds=80'],
  long: ['--seeds', '4', '--set', 'until.rounds=800'],
};
type Study = keyof typeof STUDIES;

const WAYS = { ...(canPin ? { oneCore: '1' } : {}), oneThread: '1', twoThreads: '2' } as const;
type Way = 'oneCore' | 'oneThread' | 'twoThreads';

export interface SideBySide {
  /** Medians [s]; `oneCore` where a program can be kept on one. */
  readonly seconds: { readonly [way in Way]?: number };
  /** Of two threads over one, by their medians. */
  readonly ofOneThread: number;
  /** Of two threads over one core. */
  readonly ofOneCore?: number;
}

export const sideBySide = (): Readonly<Record<Study, SideBySide>> => ({
  short: measured(STUDIES.short),
  long: measured(STUDIES.long),
});

function measured(study: readonly string[]): SideBySide {
  const ways = Object.keys(WAYS) as Way[];
  const turns = Array.from({ length: RUNS }, () => ways.map((way) => secondsOf(way, study)));
  const seconds: { [way in Way]?: number } = Object.fromEntries(
    ways.map((way, at) => [way, median(turns.map((turn) => turn[at] as number))]),
  );
  const { oneCore, oneThread = Number.NaN, twoThreads = Number.NaN } = seconds;
  const ofOneCore = oneCore === undefined ? {} : { ofOneCore: twoThreads / oneCore };
  return { seconds, ofOneThread: twoThreads / oneThread, ...ofOneCore };
}

function secondsOf(way: Way, study: readonly string[]): number {
  const command = [process.execPath, MAIN, ...COMPARE, ...study, '--threads', way === 'twoThreads' ? '2' : '1'];
  const [program = '', ...rest] = way === 'oneCore' ? onOneCore(command) : command;
  const began = performance.now();
  execFileSync(program, rest, { maxBuffer: 2 ** 26 });
  return (performance.now() - began) / 1e3;
}

const NAMES: Readonly<Record<Way, string>> = {
  oneCore: 'on one core',
  oneThread: 'with one thread',
  twoThreads: 'with two',
};

export const sideBySideLines = (all: Readonly<Record<Study, SideBySide>>): string[] =>
  Object.entries(all).map(([study, { seconds, ofOneThread, ofOneCore }]) => {
    const times = Object.entries(seconds).map(([way, each]) => `${each.toFixed(2)} s ${NAMES[way as Way]}`);
    const shares = [
      `${ofOneThread.toFixed(2)} of one thread's time`,
      ...(ofOneCore === undefined ? [] : [`${ofOneCore.toFixed(2)} of one core's`]),
    ];
    return `compare, ${study} worlds: ${times.join(', ')}: ${shares.join(', ')}`;
  });
