import type { EChartsOption } from 'echarts';
import type { Summary } from '../scenario/summary.ts';
import { linesWithBands } from './chart/option.ts';
import { plot } from './plot.ts';
import { count, quantity, score, span } from './quantity.ts';
import type { KeptSummary } from './read-summary.ts';
import { table } from './table.ts';

interface ForkReportInput {
  readonly at: number;
  /** Undefined where the recorded run left no summary. */
  readonly recorded: KeptSummary | undefined;
  readonly before: readonly Curve[];
  readonly fork: Summary;
  readonly after: readonly Curve[];
}

/** A score of a run. */
export interface Curve {
  readonly at: number;
  readonly accuracy: number;
}

/** A recorded run and its fork side by side: one table, and a curve of each. */
export function forkReport({ at, recorded, before, fork, after }: ForkReportInput, width: number): string[] {
  const isSame = recorded?.fingerprint.values === fork.fingerprint.values;
  const columns = recorded === undefined ? [fork] : [recorded, fork];
  const heads = recorded === undefined ? ['', 'fork'] : ['', 'recorded', 'fork'];
  const row = (name: string, say: (summary: KeptSummary) => string): string[] => [name, ...columns.map(say)];
  const targets = Object.keys(fork.timeToAccuracy);
  const rows = [
    row('accuracy at the end', ({ accuracy }) => score(accuracy.final)),
    row('best accuracy', ({ accuracy }) => score(accuracy.best)),
    ...targets.map((target) => row(`time to ${target}`, (each) => sayTime(each.timeToAccuracy[target]))),
    row('virtual time', (each) => span(each.virtualSeconds)),
    row('rounds', (each) => count(each.rounds)),
    row('events', (each) => count(each.events)),
    row('energy', (each) => quantity(each.energyJoules, 'J')),
    row('uplink', (each) => quantity(each.uplinkBits, 'bit')),
    row('dropouts', (each) => count(each.dropouts)),
  ];
  const curve = (label: string, scores: readonly Curve[]): string[] => {
    const drawn = plot(
      scores.map((each) => ({ x: each.at, y: each.accuracy })),
      { width, label },
    );
    return drawn.length > 0 ? ['', ...drawn] : [];
  };
  return [
    `${fork.scenario}, seed ${fork.seed}, forked at ${span(at)}${isSame ? ': nothing changed' : ''}`,
    '',
    ...table([heads, ...rows], '  '),
    ...curve('test accuracy, recorded', before),
    ...curve('test accuracy, fork', after),
  ];
}

/** Test accuracy of both branches over virtual time. */
export const forkChart = (title: string, before: readonly Curve[], after: readonly Curve[]): EChartsOption =>
  linesWithBands({
    ...{ title, x: { title: 'virtual time [s]' }, y: { title: 'test accuracy' } },
    lines: [line('recorded', before), line('fork', after)],
  });

const line = (name: string, scores: readonly Curve[]) => ({
  name,
  points: scores.map(({ at, accuracy }) => ({ x: at, mean: accuracy, low: accuracy, high: accuracy })),
});

const sayTime = (seconds: number | null | undefined): string => (typeof seconds === 'number' ? span(seconds) : 'never');
