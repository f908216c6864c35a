import type { EChartsOption } from 'echarts';
import { axis, type ChartAxis, frame, PALETTE } from './option.ts';

export interface PlainLine {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** For what was expected, beside what came. */
  readonly dashed?: boolean;
  /** Lines of one hue belong together; each has its own where it is left out. */
  readonly hue?: number;
}

export interface PlainLinesOptions {
  readonly title: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis & { readonly logarithmic?: boolean };
  readonly lines: readonly PlainLine[];
}

/** So far below the largest value, what is left on a logarithmic axis is rounding. */
const ROUNDING = 1e-12;

/** Lines without bands. On a logarithmic axis what is zero, but for rounding, leaves a gap. */
export function plainLines({ title, x, y, lines }: PlainLinesOptions): EChartsOption {
  const { logarithmic = false, ...yAxis } = y;
  const most = lines.flatMap(({ points }) => points).reduce((top, [, value]) => Math.max(top, value), 0);
  const isDrawn = (value: number) => Number.isFinite(value) && (!logarithmic || value > ROUNDING * most);
  const drawn = lines.filter(({ points }) => points.some(([, value]) => isDrawn(value)));
  return {
    ...frame(
      title,
      drawn.map(({ name }) => name),
    ),
    tooltip: { trigger: 'axis' },
    xAxis: { ...axis(x, 28), axisLine: { onZero: false } },
    yAxis: { ...axis(yAxis, 52), ...(logarithmic ? { type: 'log' as const } : {}) },
    series: drawn.map(({ name, points, dashed = false, hue }, index) => {
      const color = PALETTE[(hue ?? index) % PALETTE.length] as string;
      return {
        ...{ name, type: 'line' as const, color, symbol: points.length > 20 ? 'none' : 'circle' },
        lineStyle: { width: dashed ? 1 : 2, type: dashed ? ('dashed' as const) : ('solid' as const) },
        data: points.map(([at, value]) => [at, isDrawn(value) ? value : null]),
      };
    }),
  };
}
