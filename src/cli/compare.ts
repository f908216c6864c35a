import { compareCells, metricsOf } from '../lab/comparison.ts';
import { checkWritable, folderStore, writeWhole } from '../lab/store.ts';
import { sayPlace } from '../lab/study.ts';
import { comparisonReport } from '../report/comparison-report.ts';
import { accuracyChart } from '../report/study-charts.ts';
import { exitCode } from './exit-code.ts';
import { type RawLabOptions, readLabOptions } from './lab-options.ts';
import { runTrials, sayFailures, study } from './lab-run.ts';
import { printJson, type Terminal } from './terminal.ts';

/** `fadelab compare`: runs each choice under the same seeds, and says what tells them apart. */
export async function compare(name: string, raw: RawLabOptions, to: Terminal): Promise<number> {
  const options = readLabOptions(raw);
  const { cells, seeds, targets, over, out, engine } = options;
  const quiet = raw.json === true;
  return study({ name, raw, options }, to, async (planned) => {
    const { scenario, trials } = planned;
    const store = out === undefined ? {} : { store: folderStore(out) };
    if (raw.chart !== undefined) checkWritable(raw.chart, '--chart');
    const { finished, failed } = await runTrials(planned, trials, { engine, quiet, kept: out, ...store }, to);
    if (failed.length > 0) {
      sayFailures(failed, to);
      if (quiet) printJson(to, { scenario, seeds, failed: failed.map(sayPlace) });
      return exitCode.misuse;
    }
    const measured = compareCells(cells, finished, metricsOf(finished, targets));
    if (raw.chart !== undefined) {
      const { svg } = await import('../report/chart/svg.ts');
      writeWhole(raw.chart, svg(accuracyChart(scenario, cells, finished, over)));
    }
    if (quiet) printJson(to, { scenario, seeds, ...asJson(measured) });
    else for (const line of comparisonReport(measured, seeds.length, to.width)) to.print(line);
    if (!quiet && raw.chart !== undefined) to.print(`\nchart  ${raw.chart}`);
    return exitCode.fine;
  });
}

const asJson = (measured: ReturnType<typeof compareCells>) => ({
  metrics: measured.map(({ metric: { of: _of, ...metric }, rows }) => ({ ...metric, rows })),
});
