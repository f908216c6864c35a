import { count, quantity } from '../quantity.ts';
import { type FigureState, figure, gallery } from './charts.ts';
import { h, thinned } from './dom.ts';
import { colorOf, lineOption } from './options.ts';
import type { Run } from './runs.ts';

/** Updates by round, and where the energy went. */
export function roundsSection() {
  const updates = figure('Updates by round');
  const energy = figure('Energy');
  const beside = gallery([updates, energy]);
  const element = h(
    'section',
    { id: 'rounds', 'aria-labelledby': 'rounds-title' },
    h('div', { class: 'section-head' }, h('h2', { id: 'rounds-title' }, 'Rounds and energy')),
    beside.element,
  );
  return {
    element,
    update(runs: readonly Run[]) {
      updates.update(updatesState(runs));
      energy.update(energyState(runs));
      element.hidden = !beside.arrange();
    },
  };
}

function updatesState(runs: readonly Run[]): FigureState | undefined {
  const isSeveral = runs.length > 1;
  const rows = runs.flatMap((run) => run.record.rounds.map((row) => ({ run, row })));
  if (rows.length === 0) return undefined;
  const per = (value: number, first: number, last: number): number => value / (last - first + 1);
  const lines = runs.flatMap(({ label, index, record }) =>
    (['admitted', 'lost'] as const).flatMap((what, offset) => {
      const points = record.rounds.map((row) => [row.first, per(row[what], row.first, row.last)] as const);
      if (what === 'lost' && points.every(([, value]) => value === 0)) return [];
      const name = isSeveral ? `${label}, ${WORDS[what]}` : WORDS[what];
      return [{ name, color: colorOf(isSeveral ? index : offset), points }];
    }),
  );
  return {
    option: lineOption(lines, { title: 'round' }, { title: 'updates in a round, all servers', min: 0 }),
    sentence: runs
      .map(({ label, record }) => {
        const sum = (what: 'admitted' | 'lost') => record.rounds.reduce((total, row) => total + row[what], 0);
        const said = `${count(sum('admitted'))} updates were used and ${count(sum('lost'))} lost.`;
        return isSeveral ? `${label}: ${said}` : said;
      })
      .join(' '),
    table: {
      caption: 'updates by round, all servers',
      head: [...(isSeveral ? ['run'] : []), 'rounds', 'used', 'lost'],
      rows: thinned(rows).map(({ run, row }) => [
        ...(isSeveral ? [run.label] : []),
        ...[
          row.first === row.last ? String(row.first) : `${row.first}–${row.last}`,
          count(row.admitted),
          count(row.lost),
        ],
      ]),
    },
    legend: lines,
  };
}

const WORDS = { admitted: 'used', lost: 'lost' } as const;

/** A bar for each run: what was for computing and what for transmitting. Nobody knows before the run is over. */
function energyState(runs: readonly Run[]): FigureState | undefined {
  const parts = runs.flatMap(({ label, record: { summary } }) =>
    summary?.energy === undefined || summary.energyJoules === 0 ? [] : [{ label, ...summary.energy }],
  );
  // Older summaries only say how much it was: that stands among the key figures.
  if (parts.length === 0) return undefined;
  const say = (value: number): string => quantity(value, 'J');
  const kinds = [
    { key: 'computing', name: 'computing', color: colorOf(0) },
    { key: 'transmitting', name: 'transmitting', color: colorOf(5) },
  ] as const;
  return {
    option: {
      grid: { left: 8, right: 24, top: 16, bottom: 30, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: (value) => say(value as number) },
      xAxis: {
        type: 'value',
        name: 'energy of all clients',
        nameLocation: 'middle',
        nameGap: 26,
        axisLabel: { formatter: say },
      },
      yAxis: { type: 'category', data: parts.map(({ label }) => label), inverse: true, splitLine: { show: false } },
      series: kinds.map(({ key, name, color }) => ({
        ...{ name, type: 'bar' as const, color, stack: 'energy', barMaxWidth: 44 },
        data: parts.map((part) => part[key]),
      })),
    },
    sentence: parts
      .map(({ label, computing, transmitting }) => {
        const split = `${say(computing)} for computing and ${say(transmitting)} for transmitting`;
        return `${runs.length > 1 ? `${label}: ` : ''}${say(computing + transmitting)} in all: ${split}.`;
      })
      .join(' '),
    table: {
      caption: 'energy of all clients',
      head: ['run', ...kinds.map(({ name }) => name)],
      rows: parts.map((part) => [part.label, ...kinds.map(({ key }) => say(part[key]))]),
    },
    legend: kinds,
  };
}
