import { type EChartsOption, init } from 'echarts';

export interface Canvas {
  readonly width: number;
  readonly height: number;
}

/** Draws a chart as SVG, without a browser. The same option gives the same bytes. */
export function svg(option: EChartsOption, { width, height }: Canvas = { width: 800, height: 450 }): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ backgroundColor: '#ffffff', ...option });
    return renumbered(chart.renderToSVGString());
  } finally {
    // Until then its clock keeps the program alive.
    chart.dispose();
  }
}

/** ECharts counts its classes, clips and gradients through the whole program; here they count from the picture's first. */
function renumbered(drawn: string): string {
  const names = new Map<string, string>();
  return drawn.replaceAll(/\bzr\d+-(cls-|[cgps])\d+\b/g, (name, kind: string) => {
    const known = names.get(name) ?? `${kind}${names.size}`;
    names.set(name, known);
    return known;
  });
}
