import type { Figure } from '../claims/claim.ts';
import { measuring } from '../claims/measure.ts';
import { type Row, reproduce, type Verdict } from '../claims/reproduce.ts';
import { checkWritable, writeWhole } from '../lab/store.ts';
import { linesWithIntervals } from '../report/chart/intervals.ts';
import { plural } from '../report/quantity.ts';
import { wrappedTable } from '../report/table.ts';
import { inlinePool } from '../runtime/inline-pool.ts';
import { threadPool } from '../runtime/pool.ts';
import { type RawClaimsOptions, readClaimsOptions } from './claims-options.ts';
import { exitCode } from './exit-code.ts';
import { showRuns } from './runs-progress.ts';
import { printJson, type Terminal } from './terminal.ts';

/** Modules of the studies behind the claims, named like their papers. */
const STUDIES = new URL('../../scenarios/claims/', import.meta.url);

/** `fadelab claims`: runs the study behind each of a paper's claims, and says which hold. */
export async function claims(paper: string, raw: RawClaimsOptions, to: Terminal): Promise<number> {
  const { claims: chosen, seeds, isEnough, threads, chart } = readClaimsOptions(paper, raw);
  if (chart !== undefined) checkWritable(chart, '--chart');
  const warn = (message: string) => to.say(`warning: ${message}`);
  const pool = threads > 0 ? threadPool(threads, warn, { groupMax: 1 }) : inlinePool();
  const progress = raw.json === true ? () => {} : showRuns(to);
  try {
    const measure = measuring(new URL(`${paper}.js`, STUDIES).href, pool);
    const rows = await reproduce(chosen, { measure, seeds, isEnough, progress });
    if (chart !== undefined) await draw(chart, rows);
    if (raw.json === true) printJson(to, rows);
    else for (const line of [...sayRows(rows, seeds, to.width), ...sayChart(chart)]) to.print(line);
    return exitCode.fine;
  } finally {
    await pool.close();
  }
}

/** The pictures of all rows that have one, side by side. */
async function draw(chart: string, rows: readonly Row[]): Promise<void> {
  const { panels } = await import('../report/chart/svg.ts');
  const options = rows.flatMap(({ figure }) => (figure === undefined ? [] : [optionOf(figure)]));
  writeWhole(chart, panels(options, { width: 640, height: 420 }));
}

const optionOf = ({ title, x, y, logarithmic = [], lines }: Figure) =>
  linesWithIntervals({
    ...{ title, lines },
    x: { title: x, logarithmic: logarithmic.includes('x') },
    y: { title: y, logarithmic: logarithmic.includes('y') },
  });

const sayChart = (chart: string | undefined): string[] => (chart === undefined ? [] : ['', `chart  ${chart}`]);

const MARKS: Readonly<Record<Verdict, string>> = { holds: '✓', fails: '✗', open: '?' };

/** Each claim in a few lines: what is claimed, when it counts, what was measured; and the verdict on all at the end. */
function sayRows(rows: readonly Row[], seeds: number, width: number): string[] {
  const table = wrappedTable(
    rows.flatMap(({ id, claim, criterion, measured, verdict, seeds: own }) => [
      [`${MARKS[verdict]} ${id}`, verdict, claim],
      ['', 'criterion', criterion],
      ['', verdict === 'open' ? 'because' : 'measured', measured],
      ...(own > Math.max(1, seeds) ? [['', 'seeds', `${own}: with fewer, luck is as large as the effect`]] : []),
    ]),
    width,
  );
  return [...table, '', verdictOn(rows, seeds)];
}

function verdictOn(rows: readonly Row[], seeds: number): string {
  const ids = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict).map(({ id }) => id);
  const [fails, open] = [ids('fails'), ids('open')];
  const rest = [
    ...(fails.length > 0 ? [`${fails.join(', ')} ${fails.length === 1 ? 'fails' : 'fail'}`] : []),
    ...(open.length > 0 ? [`${open.join(', ')} ${open.length === 1 ? 'is' : 'are'} open`] : []),
  ];
  const holds = `${ids('holds').length} of ${plural(rows.length, 'claim')} hold, over ${plural(seeds, 'seed')}`;
  return [holds, ...rest].join('; ');
}
