import type { Command } from 'commander';
import type { RawLabOptions } from './lab-options.ts';
import type { Terminal } from './terminal.ts';
import type { RawWorkerOptions } from './worker.ts';

export interface Context {
  readonly to: Terminal;
  readonly end: (code: number) => void;
  readonly examples: (lines: readonly string[]) => string;
  readonly gather: (value: string, before?: readonly string[]) => string[];
}

/** `compare` and `sweep`: many runs side by side. */
export function addLab(top: Command, { to, end, examples, gather }: Context): void {
  shared(top.command('compare'), gather)
    .summary('tell policies, algorithms or options apart')
    .description('Runs each choice under the same seeds, and compares each to the first, seed by seed.')
    .option('--out <folder>', 'keep finished runs there, and take them from there')
    .option('--chart <file>', 'draw the mean accuracy with its 95 % band as SVG')
    .option('--over <axis>', 'what the chart is drawn over: time, rounds or bits; time by default')
    .addHelpText(
      'after',
      examples([
        'fadelab compare dropouts --policy random --policy fastest --seeds 20',
        'fadelab compare dropouts --policy "fastest(cohort=8,closeAfter=2)" --policy ./mine.ts',
        'fadelab compare quickstart --algorithm sd-feel --algorithm hier-favg --target 0.8',
        'fadelab compare quickstart --grid channel.fading=rayleigh,rician --chart fading.svg',
      ]),
    )
    .action(async (scenario: string, options: RawLabOptions) => {
      const { compare } = await import('./compare.ts');
      end(await compare(scenario, options, to));
    });
  shared(top.command('sweep'), gather)
    .summary('run a grid of options')
    .description('Runs every combination of options under every seed; goes on where it was interrupted.')
    .option('--out <folder>', 'where runs, tables and chart go; runs/sweep-<scenario> by default')
    .option('--chart <file>', 'where the chart goes; chart.svg in the folder by default')
    .option('--shard <i/n>', 'run only the i-th of n shares, as a job array does')
    .addHelpText(
      'after',
      examples([
        'fadelab sweep quickstart --grid clients=10,50,100 --seeds 5',
        'fadelab sweep dropouts --policy random --policy fastest --grid schedule.cohort=4:16:4',
        'fadelab sweep quickstart --grid channel.pathLoss.exponent=2:4:0.5 --shard $SLURM_ARRAY_TASK_ID/8',
        'fadelab sweep quickstart --grid clients=10,50,100 --engine redis://10.0.0.5:6379',
      ]),
    )
    .action(async (scenario: string, options: RawLabOptions) => {
      const { sweep } = await import('./sweep.ts');
      end(await sweep(scenario, options, to));
    });
  top
    .command('worker')
    .summary('run worlds of other machines’ studies')
    .description('Takes part in each compare and sweep that asks on a Redis server, until Ctrl-C.')
    .requiredOption(
      '--engine <url>',
      'where: redis://host:6379, rediss:// for TLS; a password can stand in FADELAB_REDIS_PASSWORD',
    )
    .option('--threads <n>', 'worlds side by side; as many as there are cores by default')
    .option('--idle <time>', 'end after so long without a study: 90s, 10m; never by default')
    .addHelpText(
      'after',
      examples([
        'fadelab worker --engine redis://10.0.0.5:6379',
        'fadelab worker --engine redis://10.0.0.5 --idle 10m',
      ]),
    )
    .action(async (options: RawWorkerOptions) => {
      const { worker } = await import('./worker.ts');
      end(await worker(options, to));
    });
}

const shared = (verb: Command, gather: Context['gather']): Command =>
  verb
    .argument('<scenario>', 'a shipped scenario or a module: quickstart, ./mine.ts, ./mine.ts#second')
    .option('--scenario <name>', 'which export is meant, where a module has several')
    .option('--policy <policy>', 'a scheduling policy: random, "random(cohort=5)" or ./mine.ts; repeat it', gather)
    .option('--algorithm <algorithm>', 'an algorithm, in the same ways; repeat it', gather)
    .option('--grid <key=values>', 'values of any option: key=a,b or key=from:to:step; repeat it', gather)
    .option('--seeds <seeds>', 'how many (20), a range (5:9) or a list (3,14); 5 by default')
    .option('--target <accuracy>', 'compare the time to this accuracy; repeat it', gather)
    .option('--set <key=value>', 'replace an option in all runs; repeat it', gather)
    .option('--until <time>', 'end each run at this virtual time: 90, 90s, 250ms, 5m, 2h')
    .option('--threads <n>', 'runs side by side; as many as there are cores by default; never changes a result')
    .option('--backend <name>', 'what trains: native, wasm, tensorflow or auto')
    .option('--engine <url>', 'let workers on other machines run the worlds: redis://host:6379')
    .option('--json', 'print one JSON object and nothing else');
