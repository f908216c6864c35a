import type { EChartsOption } from 'echarts';
import { airCharts } from './air-charts.ts';
import { airRoundsOf } from './air-history.ts';
import { binChart } from './chart/bins.ts';
import { plainLines } from './chart/lines.ts';
import { linesWithBands } from './chart/option.ts';
import { svg } from './chart/svg.ts';
import { type Distribution, nameOfBin, PARTICIPATION, RADIO, UPLINK_SNR } from './distributions.ts';
import { span } from './quantity.ts';
import { pack, unpack } from './reduction/packing.ts';
import type { Reduced } from './reduction/reducer.ts';
import { timelinePicture } from './timeline-picture.ts';

/** The charts of runs by name, each drawn as SVG when it is asked for. Those that runs have nothing for are left out. */
export function runCharts(runs: readonly Reduced[]): ReadonlyMap<string, () => string> {
  const options = new Map<string, EChartsOption>();
  for (const measure of ['accuracy', 'loss'] as const) {
    if (runs.some(({ record }) => record.curve.length > 0)) options.set(measure, curves(runs, measure));
  }
  for (const each of [UPLINK_SNR, ...RADIO, ...PARTICIPATION]) {
    const isKnown = runs.some(({ record }) => record.histograms[each.of].length > 0);
    if (isKnown) options.set(keyOf(each.of), distribution(runs, each));
  }
  if (runs.some(({ record }) => record.gains.length > 1)) options.set('snr-over-time', gains(runs));
  const [first] = runs;
  const history = first?.record.air[0];
  for (const { key, option } of history === undefined ? [] : airCharts(airRoundsOf(history.figures))) {
    options.set(`air-${key}`, option);
  }
  for (const { key, option } of history === undefined ? [] : airCharts(airRoundsOf(history.members))) {
    if (key === 'weights' || key === 'probabilities') options.set(`air-${key}`, option);
  }
  const drawn = [...options].map(([key, option]) => [key, () => svg(option)] as const);
  return new Map([...drawn, ...(first === undefined ? [] : [['timeline', () => timeline(first)] as const])]);
}

const keyOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const curves = (runs: readonly Reduced[], measure: 'accuracy' | 'loss'): EChartsOption =>
  plainLines({
    title: measure === 'accuracy' ? 'Test accuracy' : 'Test loss',
    x: { title: 'virtual time', say: span },
    y: { title: measure === 'accuracy' ? 'accuracy' : 'cross-entropy [nats]' },
    lines: runs.map(({ record }) => ({
      name: record.title,
      points: record.curve.map((point) => [point.at, point[measure] ?? Number.NaN] as const),
    })),
  });

const gains = (runs: readonly Reduced[]): EChartsOption =>
  linesWithBands({
    title: 'Uplink SNR: median, and from the tenth to the ninetieth in a hundred',
    x: { title: 'virtual time, as uploads began', say: span },
    y: { title: 'SNR [dB]' },
    lines: runs.map(({ record }) => ({
      name: record.title,
      points: record.gains.map(({ from, to, low, median, high }) => ({ x: (from + to) / 2, mean: median, low, high })),
    })),
  });

const distribution = (runs: readonly Reduced[], each: Distribution): EChartsOption =>
  binChart({
    title: each.title,
    x: { title: each.x, nameOf: (bin) => nameOfBin(each, bin) },
    y: { title: each.y },
    groups: runs.map(({ record }) => ({ name: record.title, bins: record.histograms[each.of] })),
  });

function timeline({ record, lanes }: Reduced): string {
  const { scenario, seed } = record.header;
  return timelinePicture(
    `${scenario}, seed ${seed}: what each actor did`,
    unpack(pack(record, lanes)).lanes,
    record.now,
  );
}
