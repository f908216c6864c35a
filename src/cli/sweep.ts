import { join } from 'node:path';
import { compareCells, type Measured, metricsOf } from '../lab/comparison.ts';
import { checkWritable, folderStore, type Store, writeWhole } from '../lab/store.ts';
import { type Finished, type Planned, type StudyEnd, sayPlace } from '../lab/study.ts';
import { csv, curveRows, parquet, runRows } from '../lab/tidy-rows.ts';
import { plural } from '../report/quantity.ts';
import { gridChart } from '../report/study-charts.ts';
import { sweepReport } from '../report/sweep-report.ts';
import { table } from '../report/table.ts';
import { exitCode } from './exit-code.ts';
import { type LabOptions, type RawLabOptions, readLabOptions } from './lab-options.ts';
import { runTrials, type Study, sayFailures, study } from './lab-run.ts';
import { printJson, type Terminal } from './terminal.ts';

/** `fadelab sweep`: runs a grid of options under several seeds, keeps what is finished, and writes it all down. */
export async function sweep(name: string, raw: RawLabOptions, to: Terminal): Promise<number> {
  const options = readLabOptions(raw);
  return study({ name, raw, options }, to, (planned) => sweepOver(planned, raw, options, to));
}

async function sweepOver(planned: Study, raw: RawLabOptions, options: LabOptions, to: Terminal): Promise<number> {
  const { scenario, trials } = planned;
  const out = options.out ?? join('runs', `sweep-${scenario}`);
  const store = folderStore(out);
  if (raw.chart !== undefined) checkWritable(raw.chart, '--chart');
  const { index, of } = options.shard;
  const mine = trials.filter((_, at) => at % of === index - 1);
  const { engine } = options;
  const { failed } = await runTrials(planned, mine, { engine, quiet: raw.json === true, store, kept: out }, to);
  const finished = keptOf(trials, store);
  if (failed.length > 0) return leaveRows(out, { finished, failed }, raw, to);
  const missing = trials.length - finished.length;
  if (missing > 0) {
    const say = `${plural(missing, 'run')} of other shards still to come; the same command without --shard gathers them`;
    if (raw.json === true) printJson(to, { scenario, out, missing, files: {} });
    else to.print(say);
    return exitCode.fine;
  }
  const measured = compareCells(options.cells, finished, metricsOf(finished, options.targets));
  const files = await written(out, raw, { scenario, options, finished, measured });
  if (raw.json === true) printJson(to, { scenario, out, missing, files, runs: recordsOf(finished) });
  else for (const line of [...sweepReport(options.cells, measured, to.width), '', ...fileLines(files)]) to.print(line);
  return exitCode.fine;
}

/** Runs have failed: rows of the others are written all the same, and those that failed are named. */
function leaveRows(out: string, { finished, failed }: StudyEnd, raw: RawLabOptions, to: Terminal): number {
  const files = { runs: join(out, 'runs.csv'), curves: join(out, 'curves.csv') };
  writeWhole(files.runs, csv(runRows(finished)));
  writeWhole(files.curves, csv(curveRows(finished)));
  sayFailures(failed, to);
  const say = `${plural(failed.length, 'run')} failed; the ${finished.length} others are in ${files.runs}`;
  if (raw.json === true) printJson(to, { out, failed: failed.map(sayPlace), files, runs: recordsOf(finished) });
  else to.print(say);
  return exitCode.misuse;
}

const keptOf = (trials: readonly Planned[], store: Store): Finished[] =>
  trials.flatMap((each) => {
    const result = store.get(each.key);
    return result === undefined ? [] : [{ ...each, result }];
  });

interface Outcome {
  readonly scenario: string;
  readonly options: LabOptions;
  readonly finished: readonly Finished[];
  readonly measured: readonly Measured[];
}

/** Writes the tables and the chart; paths by what they are. */
async function written(out: string, raw: RawLabOptions, { scenario, options, finished, measured }: Outcome) {
  const { svg } = await import('../report/chart/svg.ts');
  const runs = runRows(finished);
  const curves = curveRows(finished);
  const files = {
    ...{ runs: join(out, 'runs.csv'), parquet: join(out, 'runs.parquet'), curves: join(out, 'curves.csv') },
    ...{ curvesParquet: join(out, 'curves.parquet'), chart: raw.chart ?? join(out, 'chart.svg') },
  };
  writeWhole(files.runs, csv(runs));
  writeWhole(files.parquet, parquet(runs));
  writeWhole(files.curves, csv(curves));
  writeWhole(files.curvesParquet, parquet(curves));
  const [first] = measured;
  if (first !== undefined) writeWhole(files.chart, svg(gridChart(scenario, options.axes, options.cells, first)));
  return files;
}

const fileLines = (files: Readonly<Record<string, string>>): string[] => table(Object.entries(files));

const recordsOf = (finished: readonly Finished[]) =>
  finished.map(({ cell, seed, result: { summary } }) => ({ at: cell.at, ...summary, seed }));
