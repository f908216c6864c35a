import type { EChartsOption } from 'echarts';
import { axis, type ChartAxis, frame, PALETTE } from './option.ts';

export interface IntervalAxis extends ChartAxis {
  readonly logarithmic?: boolean;
}

export interface IntervalLine {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number; readonly low: number; readonly high: number }[];
}

export interface IntervalsOptions {
  readonly title: string;
  readonly x: IntervalAxis;
  readonly y: IntervalAxis;
  readonly lines: readonly IntervalLine[];
}

const scaled = ({ logarithmic = false, ...plain }: IntervalAxis, gap: number) => ({
  ...axis(plain, gap),
  ...(logarithmic ? { type: 'log' as const } : {}),
  axisLine: { onZero: false },
});

/** Lines through a few places, each with an upright interval; bands would hide each other there, and fail on logarithmic axes. */
export const linesWithIntervals = ({ title, x, y, lines }: IntervalsOptions): EChartsOption => ({
  ...frame(title, []),
  // Names may take two lines: a picture has no buttons to leaf through them.
  legend: { bottom: 0, data: lines.map(({ name }) => name), type: 'plain' },
  grid: { left: 70, right: 24, top: 44, bottom: 92 },
  xAxis: scaled(x, 28),
  yAxis: scaled(y, 52),
  series: [...lines.map(lineOf), reaching(lines)],
});

/** Marks don't widen an axis, and one that doesn't fit isn't drawn: points that nobody sees make room for all of them. */
const reaching = (lines: readonly IntervalLine[]) => ({
  ...{ type: 'scatter' as const, symbolSize: 0, silent: true },
  data: lines.flatMap(({ points }) => points.flatMap(({ x, low, high }) => [low, high].map((each) => [x, each]))),
});

const lineOf = ({ name, points }: IntervalLine, index: number) => ({
  ...{ name, type: 'line' as const, color: PALETTE[index % PALETTE.length] as string },
  ...{ symbol: 'circle', symbolSize: 7, lineStyle: { width: 2 } },
  data: points.map((each) => [each.x, each.y]),
  markLine: {
    ...{
      symbol: ['none', 'none'],
      silent: true,
      animation: false,
      lineStyle: { type: 'solid' as const, width: 1.5 },
    },
    data: points
      .filter(({ low, high }) => low < high)
      .map(({ x: at, low, high }): [{ coord: number[] }, { coord: number[] }] => [
        { coord: [at, low] },
        { coord: [at, high] },
      ]),
  },
});
