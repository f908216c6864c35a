import type { EChartsOption } from 'echarts';
import { frame } from './option.ts';

export interface CellsOptions {
  readonly title: string;
  readonly x: { readonly title: string; readonly names: readonly (string | number)[] };
  readonly y: { readonly names: readonly string[] };
  /** Column, row and value; places without one stay blank. Values are positive where colours go by their logarithm. */
  readonly cells: readonly (readonly [column: number, row: number, value: number])[];
  readonly logarithmic?: boolean;
}

/** From pale to dark in one hue, readable without colour. */
const SHADES = ['#dceaf7', '#6aaed6', '#08306b'];

/** A table of coloured cells. */
export function cellChart({ title, x, y, cells, logarithmic = false }: CellsOptions): EChartsOption {
  const values = cells.map(([, , value]) => value);
  // A call with so many arguments could overflow the stack.
  const least = values.reduce((so, each) => Math.min(so, each), Number.POSITIVE_INFINITY);
  const most = values.reduce((so, each) => Math.max(so, each), Number.NEGATIVE_INFINITY);
  const shade = (value: number) => (logarithmic ? Math.log10(value) : value);
  return {
    ...frame(title, []),
    grid: { left: 90, right: 96, top: 44, bottom: 52 },
    tooltip: {},
    xAxis: { type: 'category', data: [...x.names], name: x.title, nameLocation: 'middle', nameGap: 28 },
    yAxis: { type: 'category', data: [...y.names], inverse: true },
    visualMap: {
      ...{ min: shade(least), max: shade(most), dimension: 2, right: 8, top: 'middle' },
      ...{ text: [say(most), say(least)], inRange: { color: SHADES } },
    },
    series: [
      {
        ...{ type: 'heatmap', progressive: 0, dimensions: [x.title, 'row', 'shade', 'value'] },
        encode: { tooltip: [3] },
        data: cells.map(([column, row, value]) => [column, row, shade(value), value]),
      },
    ],
  };
}

const say = (value: number): string => String(Number(value.toPrecision(2)));
