import type { EChartsOption } from 'echarts/types/dist/shared';
import { UPLINK_SNR } from '../distributions.ts';
import { count, span } from '../quantity.ts';
import type { GainRow } from '../reduction/gains.ts';
import { type FigureState, figure, gallery, type LegendEntry } from './charts.ts';
import { distributionState } from './distributions.ts';
import { h, thinned } from './dom.ts';
import { bandSeries, colorOf, type Line, lineOption } from './options.ts';
import type { Run } from './runs.ts';

const BAND = '10–90 % of uploads';
const X = { title: 'virtual time, as uploads began', say: span };
const Y = { title: 'SNR [dB]', say: (value: number) => String(Number(value.toFixed(1))) };

/** What the uplink's links were like: SNR of uploads, in all and over time. */
export function channelSection() {
  const overall = figure(UPLINK_SNR.title);
  const overTime = figure('Uplink SNR over time');
  const beside = gallery([overall, overTime]);
  const element = h(
    'section',
    { id: 'channel', 'aria-labelledby': 'channel-title' },
    h('div', { class: 'section-head' }, h('h2', { id: 'channel-title' }, 'Channel')),
    beside.element,
  );
  return {
    element,
    update(runs: readonly Run[]) {
      overall.update(distributionState(runs, UPLINK_SNR));
      overTime.update(overTimeState(runs));
      element.hidden = !beside.arrange();
    },
  };
}

function overTimeState(all: readonly Run[]): FigureState | undefined {
  const runs = all.filter(({ record }) => record.gains.length > 0);
  if (runs.length === 0) return undefined;
  const isSeveral = all.length > 1;
  const { option, legend } = isSeveral ? severalRuns(runs) : oneRun((runs[0] as Run).record.gains);
  return {
    // A point says less than the sentence.
    option: runs.every(({ record }) => record.gains.length < 2) ? undefined : option,
    sentence: runs.map(({ label, record }) => `${isSeveral ? `${label}: ` : ''}${sentence(record.gains)}`).join(' '),
    table: {
      caption: 'SNR of uploads [dB] by virtual time, as they began',
      head: [...(isSeveral ? ['run'] : []), 'from', 'uploads', '10 %', 'median', '90 %', 'worst', 'whose'],
      rows: runs.flatMap(({ label, record }) =>
        thinned(record.gains).map(({ from, uploads, low, median, high, worst, client }) => [
          ...(isSeveral ? [label] : []),
          ...[span(from), count(uploads), ...[low, median, high, worst].map((value) => value.toFixed(1)), client],
        ]),
      ),
    },
    legend,
  };
}

interface Picture {
  readonly option: EChartsOption;
  readonly legend: readonly LegendEntry[];
}

function oneRun(rows: readonly GainRow[]): Picture {
  const line = (name: string, color: string, of: 'median' | 'worst'): Line => ({
    ...{ name, color, points: rows.map((row) => [middle(row), row[of]] as const) },
  });
  const [median, worst] = [line('median', colorOf(0), 'median'), line('worst client', colorOf(1), 'worst')];
  const band = { name: BAND, color: colorOf(0) };
  return { option: withBands([median, worst], [{ ...band, rows }]), legend: [median, band, worst] };
}

/** Their medians and bands: the worst of each would be one line too many. */
function severalRuns(runs: readonly Run[]): Picture {
  const lines = runs.map(({ label, index, record }) => ({
    ...{ name: label, color: colorOf(index) },
    points: record.gains.map((row) => [middle(row), row.median] as const),
  }));
  const bands = runs.map(({ label, index, record }) => ({ name: label, color: colorOf(index), rows: record.gains }));
  return { option: withBands(lines, bands), legend: lines };
}

interface Band {
  readonly name: string;
  readonly color: string;
  readonly rows: readonly GainRow[];
}

function withBands(lines: readonly Line[], bands: readonly Band[]): EChartsOption {
  const option = lineOption(lines, X, Y);
  const areas = bands.flatMap(({ name, color, rows }) =>
    bandSeries(
      name,
      color,
      rows.map((row) => [middle(row), row.low, row.high] as const),
      Y.say,
    ),
  );
  const drawn = (option.series as object[]).map((each) => ({ ...each, z: 2 }));
  return { ...option, series: [...areas, ...drawn] as never };
}

const middle = ({ from, to }: GainRow): number => (from + to) / 2;

function sentence(rows: readonly GainRow[]): string {
  const medians = rows.map(({ median }) => median).sort((a, b) => a - b);
  const [least, most] = [medians[0] ?? Number.NaN, medians.at(-1) ?? Number.NaN];
  const worst = rows.reduce((low, each) => (each.worst < low.worst ? each : low));
  const steady = least === most ? `The median is ${most.toFixed(1)} dB` : undefined;
  const range = steady ?? `Medians over time lie between ${least.toFixed(1)} and ${most.toFixed(1)} dB`;
  return `${range}; the worst upload, of ${worst.client} after ${span(worst.from)}, began at ${worst.worst.toFixed(1)} dB.`;
}
