import type { EChartsOption } from 'echarts';
import type { Bin } from '../reduction/histogram.ts';
import { axis, type ChartAxis, frame, PALETTE } from './option.ts';

export interface BinsOptions {
  readonly title: string;
  readonly x: { readonly title: string; readonly nameOf: (bin: Bin) => string };
  readonly y: ChartAxis;
  readonly groups: readonly { readonly name: string; readonly bins: readonly Bin[] }[];
}

/** Bars over bins, those of several groups beside each other. */
export function binChart({ title, x, y, groups }: BinsOptions): EChartsOption {
  const bins = allBins(groups);
  const names = groups.length > 1 ? groups.map(({ name }) => name) : [];
  return {
    ...frame(title, names),
    xAxis: {
      ...{
        type: 'category',
        name: x.title,
        nameLocation: 'middle',
        nameGap: 28,
        data: bins.map((bin) => x.nameOf(bin)),
      },
      axisLabel: { hideOverlap: true },
    },
    yAxis: { ...axis(y, 52), min: 0 },
    series: groups.map(({ name, bins: own }, index) => ({
      ...{
        name,
        type: 'bar' as const,
        color: PALETTE[index % PALETTE.length] as string,
        barCategoryGap: '10%',
        barGap: '0%',
      },
      data: bins.map((bin) => own.find((each) => isSame(each, bin))?.count ?? 0),
    })),
  };
}

/** The bins of all groups, each once, ascending. */
export function allBins(groups: readonly { readonly bins: readonly Bin[] }[]): Bin[] {
  const all: Bin[] = [];
  for (const bin of groups.flatMap(({ bins }) => bins)) if (!all.some((each) => isSame(each, bin))) all.push(bin);
  return all.sort((a, b) => a.low - b.low);
}

/** Edges are the same but for rounding. */
export const isSame = (a: Bin, b: Bin): boolean =>
  Math.abs(a.low - b.low) <= 1e-9 * Math.abs(a.high) && a.high - a.low > 0.5 * (b.high - b.low);
