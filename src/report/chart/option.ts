import type { EChartsOption } from 'echarts';

/** Colours that differ in hue and in lightness: Okabe and Ito, Color Universal Design, 2008. */
export const PALETTE = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000', '#999999'];

export interface ChartAxis {
  readonly title: string;
  /** How a value reads on the axis. */
  readonly say?: (value: number) => string;
}

export interface ChartLine {
  readonly name: string;
  readonly points: readonly {
    readonly x: number;
    readonly mean: number;
    readonly low: number;
    readonly high: number;
  }[];
}

export interface LinesOptions {
  readonly title: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly lines: readonly ChartLine[];
}

export const frame = (title: string, names: readonly string[]): EChartsOption => ({
  animation: false,
  color: PALETTE,
  textStyle: { fontFamily: 'sans-serif' },
  title: { text: title, left: 'center', textStyle: { fontSize: 14 } },
  legend: { bottom: 0, data: [...names], type: 'scroll' },
  grid: { left: 70, right: 24, top: 44, bottom: 74 },
});

export const axis = ({ title, say }: ChartAxis, gap: number) => ({
  ...{ type: 'value' as const, name: title, nameLocation: 'middle' as const, nameGap: gap, scale: true },
  ...(say === undefined ? {} : { axisLabel: { formatter: say } }),
});

/** Curves with their confidence bands: two stacked areas each, of which the lower one isn't drawn. */
export function linesWithBands({ title, x, y, lines }: LinesOptions): EChartsOption {
  const hidden = { type: 'line' as const, symbol: 'none', silent: true, lineStyle: { opacity: 0 }, z: 1 };
  const series = lines.flatMap(({ name, points }, index) => {
    const color = PALETTE[index % PALETTE.length] as string;
    const stack = { ...hidden, stack: `band ${index}`, stackStrategy: 'all' as const };
    return [
      { ...stack, name: `${name}, lower`, data: points.map((each) => [each.x, each.low]) },
      {
        ...stack,
        name: `${name}, upper`,
        areaStyle: { color, opacity: 0.18 },
        data: points.map((each) => [each.x, each.high - each.low]),
      },
      {
        ...{ name, type: 'line' as const, symbol: points.length > 20 ? 'none' : 'circle', color, z: 2 },
        lineStyle: { width: 2 },
        data: points.map((each) => [each.x, each.mean]),
      },
    ];
  });
  return {
    ...frame(
      title,
      lines.map(({ name }) => name),
    ),
    xAxis: axis(x, 28),
    yAxis: axis(y, 52),
    series,
  };
}

export interface BarsOptions {
  readonly title: string;
  readonly y: ChartAxis;
  readonly bars: readonly {
    readonly name: string;
    readonly mean: number;
    readonly low: number;
    readonly high: number;
  }[];
}

/** Points with their intervals, one per name. */
export function pointsWithIntervals({ title, y, bars }: BarsOptions): EChartsOption {
  const intervals = bars.flatMap(({ low, high }, index) => [
    [{ coord: [index, low] }, { coord: [index, high] }] as [{ coord: number[] }, { coord: number[] }],
  ]);
  return {
    ...frame(title, []),
    xAxis: {
      type: 'category',
      data: bars.map(({ name }) => name),
      axisLabel: { interval: 0, rotate: bars.length > 6 ? 30 : 0 },
    },
    yAxis: axis(y, 52),
    series: [
      {
        ...{ type: 'scatter', symbolSize: 10, data: bars.map(({ mean }, index) => [index, mean]) },
        markLine: {
          symbol: ['none', 'none'],
          silent: true,
          animation: false,
          lineStyle: { type: 'solid', width: 2 },
          data: intervals,
        },
      },
    ],
  };
}
