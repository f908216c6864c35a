/**
 * Random scenarios with random faults, each run in every way that must not matter: `npm run swarm -- --seeds 10000`.
 *
 * The last line says what was found; the exit code is 1 where anything broke.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import type { News } from './worker.ts';

/** A seed that takes longer than this hangs [ms]. */
const PATIENCE = 60_000;
const SHRINKING = 60_000;

function counted(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('pass a whole number');
  return value;
}
const program = new Command('swarm')
  .option('--seeds <n>', 'how many', counted, 200)
  .option('--from <n>', 'the first of them', counted, 1)
  .option('--refusals', 'say why scenarios were refused')
  .option('--show', 'print each recipe')
  .addHelpText('after', '\nExamples:\n  npm run swarm -- --seeds 10000\n  npm run swarm -- --from 4711 --seeds 1');
program.parse();
const { seeds, from, refusals, show } = program.opts<{ seeds: number; from: number; refusals?: true; show?: true }>();

const found = { ran: 0, refused: 0, broke: 0, events: 0, seconds: 0 };
const reasons = new Map<string, number>();
let next = from;

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** Checks seeds in a process, until all are through, or one hangs or ends it; then the next goes on behind that one. */
function round(): Promise<void> {
  return new Promise((resolve) => {
    const child = fork(WORKER, [String(next), String(from + seeds), show === true ? 'show' : ''], {
      execArgv: ['--import', 'tsx'],
    });
    let alarm: NodeJS.Timeout | undefined;
    let isShrinking = false;
    const watch = (patience: number) => {
      clearTimeout(alarm);
      alarm = setTimeout(() => child.kill('SIGKILL'), patience);
    };
    child.on('message', (news: News) => {
      isShrinking = news.is === 'broken';
      if (news.is === 'begun') {
        next = news.seed;
        watch(PATIENCE);
        return;
      }
      if (news.is === 'broken') watch(SHRINKING);
      hear(news);
    });
    child.on('exit', (code, signal) => {
      clearTimeout(alarm);
      if (code === 0) next = from + seeds;
      else if (isShrinking) next += 1;
      else {
        found.broke += 1;
        console.log(`seed ${next}: ${signal === 'SIGKILL' ? 'it hangs' : `the process ends with ${signal ?? code}`}`);
        next += 1;
      }
      resolve();
    });
  });
}

function hear(news: Exclude<News, { is: 'begun' }>): void {
  if (news.is === 'broken') {
    found.broke += 1;
    console.log(`seed ${news.seed}: ${news.problem}`);
    return;
  }
  if (news.is === 'smaller') {
    console.log(`  smallest: ${JSON.stringify(news.recipe)}`);
    return;
  }
  found.events += news.events;
  found.seconds += news.seconds;
  if (news.hasRun) found.ran += 1;
  else found.refused += 1;
  if (news.refusal !== undefined) {
    const reason = news.refusal.split('\n')[0]?.replace(/\d[\d.e+-]*/g, '#') ?? '';
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  if (process.stderr.isTTY && news.seed % 20 === 0) process.stderr.write(`\r${news.seed - from + 1} of ${seeds} `);
}

while (next < from + seeds) await round();
if (refusals === true) {
  for (const [reason, count] of [...reasons].sort((a, b) => b[1] - a[1])) console.log(`${count} × ${reason}`);
}
const { seconds } = found;
console.log(
  `${seeds} seeds from ${from}: ${found.ran} ran, ${found.refused} refused, ${found.broke} broke; ` +
    `${found.events} events, ${seconds.toFixed(0)} CPU s, ${(seconds / seeds).toFixed(2)} a seed`,
);
process.exitCode = found.broke > 0 ? 1 : 0;
