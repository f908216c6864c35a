import { Command, CommanderError } from 'commander';
import { version } from '../version.ts';
import { addChannel } from './channel.ts';
import type { RawClaimsOptions } from './claims-options.ts';
import { fail } from './fail.ts';
import { addLab } from './lab.ts';
import type { ListOptions } from './list.ts';
import type { RawRunOptions } from './run-options.ts';
import { STEP_TIMEOUT_OPTION } from './step-timeout.ts';
import { type Terminal, terminal } from './terminal.ts';
import { addTraceVerbs } from './trace-verbs.ts';

/** The command line. Verbs are loaded when they are called, so that help comes at once. */
export async function fadelab(args: readonly string[], to: Terminal = terminal): Promise<number> {
  let code = 0;
  const verbs = program(to, (ended) => {
    code = ended;
  });
  try {
    if (args.length === 0) verbs.outputHelp();
    else await verbs.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    return fail(error, args, to);
  }
}

function program(to: Terminal, end: (code: number) => void): Command {
  const top = new Command('fadelab')
    .description('Simulates federated learning at the wireless edge: real training, an emulated network, virtual time.')
    .version(version, '-v, --version', 'the version')
    .helpOption('-h, --help', 'this help')
    .helpCommand('help [verb]', 'help for a verb')
    .configureOutput({ outputError: () => {} })
    .exitOverride()
    .addHelpText('after', examples(['fadelab run', 'fadelab run quickstart --set clients=100', 'fadelab run --help']));
  addRun(top, to, end);
  addLab(top, { to, end, examples, gather });
  addClaims(top, to, end);
  addList(top, to, end);
  addChannel(top, { to, end, examples, gather });
  addTraceVerbs(top, { to, end, examples, gather });
  addStatechart(top, to, end);
  addDoctor(top, to, end);
  return top;
}

function addRun(top: Command, to: Terminal, end: (code: number) => void): void {
  top
    .command('run')
    .summary('run a scenario')
    .description('Runs a scenario to its end, and leaves its trace, its summary and a page about it in a folder.')
    .argument('[scenario]', 'a shipped scenario or a module: quickstart, ./mine.ts, ./mine.ts#second', 'quickstart')
    .option('--scenario <name>', 'which export is meant, where a module has several')
    .option('--seed <n>', "root of all draws; the scenario's own by default")
    .option(
      '--threads <n>',
      'cores to keep busy, the world among them; all by default, and never more; never changes a result',
    )
    .option(...STEP_TIMEOUT_OPTION)
    .option('--set <key=value>', 'replace an option of the scenario; can be repeated', gather)
    .option('--until <time>', 'end at this virtual time: 90, 90s, 250ms, 5m, 2h')
    .option(
      '--out <folder>',
      'where its files go; runs/<scenario>-<seed> by default, or beside a run with other options',
    )
    .option('--overwrite', 'write to --out though it holds a run with other options')
    .option('--record-environment <folder>', 'also write gains, compute times and availability as CSV files')
    .option(
      '--backend <name>',
      'what trains: native, wasm or tensorflow; by default auto, which takes the first that is here',
    )
    .option(
      '--checkpoint <rule>',
      'how often it is made safe: 20rounds, 10s (virtual), wall:30s, off; by default wall:30s',
    )
    .option('--watch', 'serve the page of the run on this machine while it goes on')
    .option('--port <n>', 'port of that page; 8417 by default, or any that is free')
    .option('--no-report', 'leave report.html out')
    .option('--json', 'print one JSON object and nothing else')
    .option('--quiet', 'print only where the files are')
    .addHelpText('after', RUN_EXAMPLES)
    .action(async (scenario: string, options: RawRunOptions) => {
      // The world's thread loads what it needs beside this one.
      const { withHost } = await import('../scenario/host.ts');
      end(await withHost(async (host) => (await import('./run.ts')).run(scenario, options, host, to)));
    });
}

function addClaims(top: Command, to: Terminal, end: (code: number) => void): void {
  top
    .command('claims')
    .summary("reproduce a paper's claims")
    .description('Runs the study behind each claim of a paper, and says which hold, which fail and which are open.')
    .argument('[paper]', 'whose claims: sd-feel', 'sd-feel')
    .option('--fast', 'runs of half the length')
    .option('--seeds <n>', 'runs of each setting, with seeds 1 … n; 3 by default')
    .option('--only <ids>', 'these claims alone: C1,C5')
    .option('--threads <n>', 'runs side by side; as many as there are cores by default; never changes a result')
    .option('--chart <file>', 'draw what was measured as SVG, for claims that have a picture')
    .option('--json', 'print one JSON array and nothing else')
    .addHelpText(
      'after',
      examples([
        'fadelab claims sd-feel',
        'fadelab claims sd-feel --fast',
        'fadelab claims sd-feel --only C5,C8 --json',
        'fadelab claims po-fl --fast --only P1,P5 --chart errors.svg',
      ]),
    )
    .action(async (paper: string, options: RawClaimsOptions) => {
      const { claims } = await import('./claims.ts');
      end(await claims(paper, options, to));
    });
}

function addList(top: Command, to: Terminal, end: (code: number) => void): void {
  top
    .command('list')
    .summary('what there is to run, to plug in, and to set')
    .description('Lists scenarios, algorithms, parts by kind, and options with their defaults and units.')
    .option('--parts [kind]', 'parts with their options: all, or those of a kind such as fading')
    .option('--options', 'all options of a scenario by dotted path')
    .option('--json', 'print one JSON object and nothing else')
    .addHelpText(
      'after',
      examples(['fadelab list', 'fadelab list --parts fading', 'fadelab list --options', 'fadelab list --json']),
    )
    .action(async (options: ListOptions) => {
      const { list } = await import('./list.ts');
      end(await list(options, to));
    });
}

function addStatechart(top: Command, to: Terminal, end: (code: number) => void): void {
  top
    .command('statechart')
    .summary("an actor's statechart, from its machine")
    .description('Draws the statechart that an actor runs by, as Mermaid or SCXML.')
    .argument('[actor]', 'client, edge-server, central-server or asynchronous-central-server', 'client')
    .option('--format <name>', 'mermaid or scxml', 'mermaid')
    .option('--json', 'print one JSON object and nothing else')
    .addHelpText('after', examples(['fadelab statechart client', 'fadelab statechart edge-server --format scxml']))
    .action(async (actor: string, options: { readonly format?: string; readonly json?: boolean }) => {
      const { statechart } = await import('./statechart.ts');
      end(await statechart(actor, options, to));
    });
}

function addDoctor(top: Command, to: Terminal, end: (code: number) => void): void {
  top
    .command('doctor')
    .summary('what was found on this machine')
    .description(
      'Looks at Node, cores, memory, back ends, data sets and optional packages. Exits with 0 if the quickstart can run.',
    )
    .option('--json', 'print one JSON object and nothing else')
    .addHelpText('after', examples(['fadelab doctor', 'fadelab doctor --json']))
    .action(async (options: { readonly json?: boolean }) => {
      const { doctor } = await import('./doctor.ts');
      end(await doctor(options, to));
    });
}

const gather = (value: string, before: readonly string[] = []): string[] => [...before, value];

const examples = (lines: readonly string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;

const RUN_EXAMPLES = examples([
  'fadelab run                                       the quickstart',
  'fadelab run ./mine.ts --seed 7                    a scenario of your own',
  'fadelab run quickstart --set channel.fading=rician --set until.rounds=20',
  'fadelab run quickstart --until 30s --out /tmp/short',
  'fadelab run sd-feel-mnist --watch                 and open the address that it prints',
  'fadelab run quickstart --json | jq .accuracy.final',
]);
