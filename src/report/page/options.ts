import type { EChartsOption } from 'echarts/types/dist/shared';
import { allBins, isSame } from '../chart/bins.ts';
import type { Bin } from '../reduction/histogram.ts';
import { theme } from './theme.ts';

/** An axis of a chart: its title, and how its numbers read. */
export interface Axis {
  readonly title: string;
  readonly say?: (value: number) => string;
  readonly min?: number;
  readonly max?: number;
}

export interface Line {
  readonly name: string;
  readonly color: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const GRID = {
  ...{ left: 8, right: 20, top: 30, bottom: 30 },
  ...{ outerBoundsMode: 'same' as const, outerBoundsContain: 'axisLabel' as const },
};

const along = ({ title, say }: Axis) => ({
  ...{ name: title, nameLocation: 'middle' as const, nameGap: 26 },
  axisLabel: say === undefined ? {} : { formatter: (value: number) => say(value) },
});

/** The title lies flat over its axis, where it is read without turning one's head. */
const upright = ({ title, say, min, max }: Axis) => ({
  ...{ type: 'value' as const, name: title, nameLocation: 'end' as const, nameGap: 12 },
  nameTextStyle: { align: 'left' as const },
  axisLabel: say === undefined ? {} : { formatter: (value: number) => say(value) },
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
});

const POINTS_WITH_SYMBOL = 24;

/** Lines over an axis of numbers. */
export function lineOption(lines: readonly Line[], x: Axis, y: Axis): EChartsOption {
  return {
    grid: GRID,
    tooltip: { trigger: 'axis', valueFormatter: (value) => (y.say ?? String)(value as number) },
    xAxis: { type: 'value', ...along(x), splitLine: { show: false }, min: 'dataMin', max: 'dataMax' },
    yAxis: { ...upright(y), scale: y.min === undefined },
    series: lines.map(({ name, color, points }) => ({
      ...{ name, type: 'line' as const, color, showSymbol: points.length <= POINTS_WITH_SYMBOL, symbolSize: 5 },
      ...{ lineStyle: { width: 2 }, data: points.map((each) => [...each]), emphasis: { disabled: true } },
    })),
  };
}

export interface BinGroup {
  readonly name: string;
  readonly color: string;
  readonly bins: readonly Bin[];
}

/** Between two lines: an area that doesn't answer the pointer. Both halves go by one name, to be switched off together. */
export function bandSeries(
  name: string,
  color: string,
  rows: readonly (readonly [x: number, low: number, high: number])[],
  say: (value: number) => string,
) {
  const half = {
    ...{ name, type: 'line' as const, color, stack: `band ${name}`, stackStrategy: 'all' as const, symbol: 'none' },
    ...{ silent: true, lineStyle: { opacity: 0 }, z: 1, emphasis: { disabled: true } },
  };
  // The upper half is drawn by its height, and read by its edge.
  const edge = (index: number): string => say(rows[index]?.[2] ?? Number.NaN);
  return [
    {
      ...{ ...half, data: rows.map(([x, low]) => [x, low]) },
      tooltip: { valueFormatter: (value: unknown) => `from ${say(value as number)}` },
    },
    {
      ...{ ...half, areaStyle: { color, opacity: 0.2 }, data: rows.map(([x, low, high]) => [x, high - low]) },
      tooltip: { valueFormatter: (_value: unknown, index: number) => `to ${edge(index)}` },
    },
  ];
}

/** Bars over bins, as many beside each other as there are groups; `say` names the bin from its edges. */
export function binOption(groups: readonly BinGroup[], x: Axis & { nameOf(bin: Bin): string }, y: Axis): EChartsOption {
  const bins = allBins(groups);
  return {
    grid: GRID,
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
    xAxis: {
      ...{
        type: 'category',
        name: x.title,
        nameLocation: 'middle',
        nameGap: 26,
        data: bins.map((bin) => x.nameOf(bin)),
      },
      ...{ splitLine: { show: false }, axisTick: { alignWithLabel: true } },
    },
    yAxis: { ...upright(y), minInterval: 1 },
    series: groups.map(({ name, color, bins: own }) => ({
      ...{ name, type: 'bar' as const, color, barCategoryGap: groups.length > 1 ? '20%' : '8%', barGap: '0%' },
      itemStyle: { borderRadius: [2, 2, 0, 0] },
      data: bins.map((bin) => own.find((each) => isSame(each, bin))?.count ?? 0),
    })),
  };
}

/** Runs and series keep one colour on the whole page. */
export const colorOf = (index: number): string => {
  const { series } = theme();
  return series[index % series.length] as string;
};
