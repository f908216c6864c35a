import type { EChartsOption } from 'echarts/types/dist/shared';
import { type AirChart, airCharts } from '../air-charts.ts';
import { airRoundsOf } from '../air-history.ts';
import type { AirRound } from '../air-rounds.ts';
import { count } from '../quantity.ts';
import type { AirHistory } from '../reduction/record.ts';
import { type FigureState, figure, gallery } from './charts.ts';
import { h, thinned } from './dom.ts';
import { colorOf } from './options.ts';
import type { Run } from './runs.ts';
import { theme } from './theme.ts';

const TITLES: Readonly<Record<AirChart['key'], string>> = {
  snr: 'SNR of the sum',
  distortion: 'Squared error of the sum',
  weights: 'Who sent, with which weight',
  probabilities: 'Scheduling probabilities',
  denoising: 'Denoising factor',
  energy: 'Transmit energy by round',
};
const KEYS = Object.keys(TITLES) as AirChart['key'][];

interface Choice {
  readonly name: string;
  readonly history: AirHistory;
}

/** What rounds over the air left on record, one server of one run at a time. */
export function airSection() {
  const figures = new Map(KEYS.map((key) => [key, figure(TITLES[key])]));
  const beside = gallery([...figures.values()]);
  const select = h('select', { id: 'air-server' });
  const chooser = h('label', { class: 'field' }, 'Server ', select);
  const element = h(
    'section',
    { id: 'air', 'aria-labelledby': 'air-title', hidden: true },
    h('div', { class: 'section-head' }, h('h2', { id: 'air-title' }, 'Over the air'), chooser),
    beside.element,
  );
  let choices: readonly Choice[] = [];
  const draw = (): void => {
    const chosen = choices.find(({ name }) => name === select.value) ?? choices[0];
    element.hidden = chosen === undefined;
    for (const [key, shown] of figures) shown.update(chosen && state(key, chosen.history));
    beside.arrange();
  };
  select.addEventListener('change', draw);
  return {
    element,
    update(runs: readonly Run[]) {
      choices = runs.flatMap(({ label, record }) =>
        record.air.map((history) => ({
          name: runs.length > 1 ? `${label}, ${history.server}` : history.server,
          history,
        })),
      );
      const before = select.value;
      if (choices.map(({ name }) => name).join('\n') !== [...select.options].map(({ value }) => value).join('\n')) {
        select.replaceChildren(...choices.map(({ name }) => h('option', { value: name }, name)));
      }
      if (choices.some(({ name }) => name === before)) select.value = before;
      chooser.hidden = choices.length < 2;
      draw();
    },
  };
}

function state(key: AirChart['key'], history: AirHistory): FigureState | undefined {
  const isByClient = key === 'weights' || key === 'probabilities';
  const rounds = airRoundsOf(isByClient ? history.members : history.figures);
  const option = airCharts(rounds).find((each) => each.key === key)?.option as EChartsOption | undefined;
  if (option === undefined) return undefined;
  const table = isByClient ? byClient(key, rounds) : byRound(key, rounds);
  const series = (option.series ?? []) as {
    readonly name?: string;
    readonly color?: string;
    readonly lineStyle?: { readonly type?: string };
  }[];
  return {
    option: recoloured(option),
    sentence: `${count(history.count)} rounds at ${history.server}. ${SENTENCES[key](rounds)}`,
    table: { caption: TITLES[key], ...table },
    legend: isByClient
      ? []
      : series.map(({ name = '', color = '', lineStyle }) => ({
          ...{ name, color: shade(color), isDashed: lineStyle?.type === 'dashed' },
        })),
  };
}

/** The page has a title, a legend and colours of its own. */
function recoloured(option: EChartsOption): EChartsOption {
  const { title: _title, legend: _legend, grid, backgroundColor: _background, ...rest } = option;
  const isTable = rest.visualMap !== undefined;
  const series = (rest.series ?? []) as { readonly color?: string }[];
  const frame = {
    left: 8,
    right: isTable ? 76 : 20,
    top: 30,
    bottom: 30,
    outerBoundsMode: 'same',
    outerBoundsContain: 'axisLabel',
  };
  const y = rest.yAxis as Record<string, unknown>;
  return {
    ...rest,
    grid: frame as never,
    yAxis: {
      ...y,
      ...(isTable ? {} : { nameLocation: 'end', nameGap: 12, nameTextStyle: { align: 'left' } }),
    } as never,
    series: series.map((each) => ({
      ...each,
      ...(each.color === undefined ? {} : { color: shade(each.color) }),
    })) as never,
    ...(isTable
      ? {
          visualMap: {
            ...(rest.visualMap as object),
            textStyle: { color: theme().muted },
            inRange: { color: shades() },
          } as never,
        }
      : {}),
  };
}

/** From hardly there to strong, on either ground. */
const shades = (): string[] => (theme().isDark ? ['#1d3a52', '#3d8cc4', '#d9ecfa'] : ['#dceaf7', '#6aaed6', '#08306b']);

const PLAIN = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000', '#999999'];
const shade = (color: string): string => (PLAIN.includes(color) ? colorOf(PLAIN.indexOf(color)) : color);

const median = (values: readonly number[]): number => {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

const brief = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : '–');

const SENTENCES: Readonly<Record<AirChart['key'], (rounds: readonly AirRound[]) => string>> = {
  snr: (rounds) => `The median is ${brief(median(rounds.map(({ snrDb }) => snrDb)))} dB.`,
  distortion: (rounds) =>
    `Median squared errors: ${brief(median(rounds.map((each) => each.noiseError)))} of noise, ${brief(median(rounds.map((each) => each.samplingError)))} of sampling.`,
  weights: (rounds) =>
    `${brief(median(rounds.map(({ senders }) => senders.length)))} clients send in the median round.`,
  probabilities: (rounds) => {
    const all = rounds.flatMap(({ probabilities = [] }) => probabilities);
    return `Probabilities lie between ${brief(all.reduce((a, b) => Math.min(a, b), 1))} and ${brief(all.reduce((a, b) => Math.max(a, b), 0))}.`;
  },
  denoising: (rounds) => `η is ${brief(median(rounds.map((each) => each.denoisingFactor)))} in the median round.`,
  energy: (rounds) => `All senders spend ${brief(median(rounds.map(({ joules }) => joules)))} J in the median round.`,
};

const FIGURES: Readonly<Partial<Record<AirChart['key'], readonly (readonly [string, (round: AirRound) => number])[]>>> =
  {
    snr: [['SNR [dB]', ({ snrDb }) => snrDb]],
    distortion: [
      ['noise', (each) => each.noiseError],
      ['noise, expected', (each) => each.expectedNoise],
      ['sampling', (each) => each.samplingError],
      ['sampling, expected', (each) => each.expectedSampling],
      ['both', (each) => each.totalError],
    ],
    denoising: [['η', (each) => each.denoisingFactor]],
    energy: [['energy [J]', ({ joules }) => joules]],
  };

function byRound(key: AirChart['key'], rounds: readonly AirRound[]) {
  const columns = FIGURES[key] ?? [];
  return {
    head: ['round', ...columns.map(([name]) => name)],
    rows: thinned(rounds).map((round) => [String(round.round), ...columns.map(([, of]) => brief(of(round)))]),
  };
}

function byClient(key: AirChart['key'], rounds: readonly AirRound[]) {
  const listed = (names: readonly string[], values: readonly number[]): string =>
    names.map((name, index) => `${name} ${brief(values[index] ?? Number.NaN)}`).join(', ');
  return {
    head: ['round', key === 'weights' ? 'senders with their weights' : 'candidates with their probabilities'],
    rows: thinned(rounds, 20).map((each) => [
      String(each.round),
      key === 'weights' ? listed(each.cohort, each.weights) : listed(each.candidates, each.probabilities ?? []),
    ]),
  };
}
