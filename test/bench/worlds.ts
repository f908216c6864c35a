/**
 * Worlds side by side, as `compare` and `sweep` run them: the same command with one and with two threads, which take turns,
 * by wall time from start to end. Needs the compiled program.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from 'simple-statistics';

const RUNS = 3;
const THREADS = ['1', '2'] as const;
const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const STUDY = [
  ...['compare', 'dropouts', '--policy', 'random', '--policy', 'fastest', '--seeds', '10', '--backend', 'wasm'],
  ...['--set', 'until.rounds=80', '--json'],
];

export interface SideBySide {
  /** Medians, by threads [s]. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Of two threads over one, in the turn where it was least: what others do meanwhile only makes it larger. */
  readonly leastShare: number;
}

export function sideBySide(): SideBySide {
  const turns = Array.from({ length: RUNS }, () =>
    THREADS.map((threads) => {
      const began = performance.now();
      execFileSync(process.execPath, [MAIN, ...STUDY, '--threads', threads], { maxBuffer: 2 ** 26 });
      return (performance.now() - began) / 1e3;
    }),
  );
  const seconds = THREADS.map((threads, at) => [threads, median(turns.map((turn) => turn[at] as number))] as const);
  const shares = turns.map(([one, two]) => (two as number) / (one as number));
  return { seconds: Object.fromEntries(seconds), leastShare: Math.min(...shares) };
}

export const sideBySideLine = ({ seconds, leastShare }: SideBySide): string =>
  `compare, 20 worlds: ${THREADS.map((each) => `${(seconds[each] as number).toFixed(2)} s with ${each}`).join(', ')}; ` +
  `two threads take ${leastShare.toFixed(2)} of the time of one at best`;
