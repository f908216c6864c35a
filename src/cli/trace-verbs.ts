import type { Command } from 'commander';
import type { ExportOptions } from './export.ts';
import type { ForkVerbOptions } from './fork.ts';
import type { QueryOptions } from './query.ts';
import type { ReplayVerbOptions } from './replay.ts';
import type { ReportOptions } from './report.ts';
import type { ResumeVerbOptions } from './resume.ts';
import { STEP_TIMEOUT_OPTION } from './step-timeout.ts';
import type { Terminal } from './terminal.ts';

interface Setting {
  readonly to: Terminal;
  readonly end: (code: number) => void;
  readonly examples: (lines: readonly string[]) => string;
  readonly gather: (value: string, before?: readonly string[]) => string[];
}

const NO_REPORT = ['--no-report', 'leave report.html out'] as const;
const TRUST_OPTION = ['--trust', 'run the modules that the trace names wherever they lie'] as const;
const JSON_OPTION = ['--json', 'print one JSON object and nothing else'] as const;

/** The verbs that begin with a trace: report, replay, fork, diff, query, export, resume. */
export function addTraceVerbs(top: Command, setting: Setting): void {
  addReport(top, setting);
  addReplay(top, setting);
  addFork(top, setting);
  addDiff(top, setting);
  addQuery(top, setting);
  addExport(top, setting);
  addResume(top, setting);
}

function addReport(top: Command, { to, end, examples, gather }: Setting): void {
  top
    .command('report')
    .summary('runs as one HTML page')
    .description(
      'Writes one HTML file with curves, a timeline of all actors and all figures of runs. It needs no network.',
    )
    .argument('<traces...>', 'folders of runs, or their traces; several are drawn over each other')
    .option('--out <file>', 'the page; report.html beside the trace by default, or here where there are several')
    .option('--chart <file>', 'a chart instead, by its name: timeline.svg, accuracy.png; can be repeated', gather)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples([
        'fadelab report runs/quickstart-1',
        'fadelab report runs/quickstart-1 runs/quickstart-1-fork --out what-if.html',
        'fadelab report runs/quickstart-1 --chart timeline.svg --chart accuracy.png',
        'fadelab report runs/mine-7 --json | jq .report',
      ]),
    )
    .action(async (traces: readonly string[], options: ReportOptions) => {
      const { reportVerb } = await import('./report.ts');
      end(await reportVerb(traces, options, to));
    });
}

function addReplay(top: Command, { to, end, examples }: Setting): void {
  top
    .command('replay')
    .summary('run a recorded run again and compare every event')
    .description('Runs a trace again with its recorded results, without training, and names the first difference.')
    .argument('<trace>', 'folder of a run, or its trace.ndjson')
    .option('--until <time>', 'stop at this virtual time and show the state of every actor')
    .option('--recompute', 'train again instead of taking results from the trace')
    .option('--scenario <module>', 'the scenario, where the trace does not know it or it has moved')
    .option(...TRUST_OPTION)
    .option('--threads <n>', 'cores to keep busy with --recompute; 1 by default')
    .option(...STEP_TIMEOUT_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples([
        'fadelab replay runs/quickstart-1',
        'fadelab replay runs/quickstart-1 --until 2.5s',
        'fadelab replay runs/quickstart-1 --recompute --threads 2',
      ]),
    )
    .action(async (trace: string, options: ReplayVerbOptions) => {
      const verb = await import('./replay.ts');
      end(await verb.replayVerb(trace, options, to));
    });
}

function addFork(top: Command, { to, end, examples, gather }: Setting): void {
  top
    .command('fork')
    .summary('the recorded run up to an instant, then another policy')
    .description(
      'Branches off a recorded run: the same world, from an instant on with other decisions or another end. At 0 any option may differ.',
    )
    .argument('<trace>', 'folder of a run, or its trace.ndjson')
    .option('--at <time>', 'virtual time at which it branches off; 0 by default')
    .option('--set <key=value>', 'what is different from then on; can be repeated', gather)
    .option('--policy <module>', 'a scheduling policy of your own: ./patient.ts, ./patient.ts#name')
    .option('--scenario <module>', 'the scenario, where the trace does not know it or it has moved')
    .option(...TRUST_OPTION)
    .option(
      '--threads <n>',
      'cores to keep busy, the world among them; all by default, and never more; never changes a result',
    )
    .option(...STEP_TIMEOUT_OPTION)
    .option('--checkpoint <rule>', 'how often it is made safe: 20rounds, 10s (virtual), wall:30s, off')
    .option('--chart <file>', 'draw the accuracy of both branches as SVG')
    .option('--out <folder>', "where the fork's trace, summary and report go; beside the recorded run by default")
    .option(...NO_REPORT)
    .option(...JSON_OPTION)
    .option('--quiet', 'print only where the files are')
    .addHelpText(
      'after',
      examples([
        'fadelab fork runs/blocked-uplink-7 --at 2s --set schedule=random',
        'fadelab fork runs/blocked-uplink-7 --at 2s --policy ./patient.ts',
        'fadelab fork runs/quickstart-1 --set channel.fading=rician --out runs/what-if',
      ]),
    )
    .action(async (trace: string, options: ForkVerbOptions) => {
      const { withHost } = await import('../scenario/host.ts');
      end(await withHost(async (host) => (await import('./fork.ts')).forkVerb(trace, options, host, to)));
    });
}

function addDiff(top: Command, { to, end, examples }: Setting): void {
  top
    .command('diff')
    .summary('the first difference of two traces')
    .description('Compares two traces event by event, names the first difference, and says what changed after it.')
    .argument('<a>', 'folder of a run, or its trace.ndjson')
    .argument('<b>', 'another one')
    .option(...JSON_OPTION)
    .addHelpText('after', examples(['fadelab diff runs/mine-1 runs/mine-2', 'fadelab diff a.ndjson b.ndjson --json']))
    .action(async (a: string, b: string, options: { readonly json?: boolean }) => {
      const { diffVerb } = await import('./diff.ts');
      end(diffVerb(a, b, options, to));
    });
}

function addQuery(top: Command, { to, end, examples, gather }: Setting): void {
  top
    .command('query')
    .summary('figures over the events of a trace')
    .description('Reads a trace of any length in constant memory: picks events and works out figures of a field.')
    .argument('<trace>', 'folder of a run, or its trace.ndjson')
    .option('--of <kind>', 'events of this kind; without it, how many there are of each kind')
    .option('--by <field>', 'one row for each value of this field')
    .option('--where <test>', 'only where round>=10, from=client-3, loss<1 and so on; can be repeated', gather)
    .option('--from <time>', 'from this virtual time on')
    .option('--to <time>', 'before this virtual time')
    .option('--count', 'how many')
    .option('--mean <field>', 'mean of a field')
    .option('--sum <field>', 'sum of a field')
    .option('--min <field>', 'least value of a field')
    .option('--max <field>', 'greatest value of a field')
    .option('--quantile <field:q>', 'quantile of a field, 0 ≤ q ≤ 1: loss:0.9')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples([
        'fadelab query runs/quickstart-1',
        'fadelab query runs/quickstart-1 --of upload.finished --by actor --mean seconds',
        "fadelab query runs/quickstart-1 --of model.evaluated --where 'round>=100' --max accuracy --json",
      ]),
    )
    .action(async (trace: string, options: QueryOptions) => {
      const { queryVerb } = await import('./query.ts');
      end(queryVerb(trace, options, to));
    });
}

function addExport(top: Command, { to, end, examples }: Setting): void {
  top
    .command('export')
    .summary('a trace for other programs: Perfetto, CSV, Parquet')
    .description('Writes a trace of any length as a timeline for ui.perfetto.dev, or its events as a table.')
    .argument('<trace>', 'folder of a run, or its trace.ndjson')
    .option('--format <name>', 'perfetto, csv or parquet', 'perfetto')
    .option('--of <kind>', 'csv and parquet: events of this kind; without it, all')
    .option('--out <file>', 'where it goes; beside the trace by default')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples([
        'fadelab export runs/quickstart-1',
        'fadelab export runs/quickstart-1 --format csv --of upload.finished',
        'fadelab export runs/quickstart-1 --format parquet --of model.evaluated --out scores.parquet',
      ]),
    )
    .action(async (trace: string, options: ExportOptions) => {
      const { exportVerb } = await import('./export.ts');
      end(exportVerb(trace, options, to));
    });
}

function addResume(top: Command, { to, end, examples }: Setting): void {
  top
    .command('resume')
    .summary('go on with a run that was killed')
    .description(
      'Goes on from the last good checkpoint, and ends with the same bytes as a run that was never interrupted.',
    )
    .argument('<folder>', 'folder of the run')
    .option('--scenario <module>', 'the scenario, where it has moved')
    .option(...TRUST_OPTION)
    .option(
      '--threads <n>',
      'cores to keep busy, the world among them; all by default, and never more; never changes a result',
    )
    .option(...STEP_TIMEOUT_OPTION)
    .option('--checkpoint <rule>', 'how often it is made safe: 20rounds, 10s (virtual), wall:30s, off')
    .option(...NO_REPORT)
    .option(...JSON_OPTION)
    .option('--quiet', 'print only where the files are')
    .addHelpText('after', examples(['fadelab resume runs/quickstart-1', 'fadelab resume runs/mine-7 --threads 8']))
    .action(async (folder: string, options: ResumeVerbOptions) => {
      const { withHost } = await import('../scenario/host.ts');
      end(await withHost(async (host) => (await import('./resume.ts')).resumeVerb(folder, options, host, to)));
    });
}
