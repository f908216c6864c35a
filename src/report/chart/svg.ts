import { type EChartsOption, init } from 'echarts';
import { printable } from '../printable.ts';

export interface Canvas {
  readonly width: number;
  readonly height: number;
}

const CANVAS: Canvas = { width: 800, height: 450 };

/** Draws a chart as SVG, without a browser. The same option gives the same bytes. */
export const svg = (option: EChartsOption, canvas: Canvas = CANVAS): string => renumbered(drawn(option, canvas));

/** Several charts in one picture, two side by side; each on a canvas of this size. */
export function panels(options: readonly EChartsOption[], canvas: Canvas = CANVAS): string {
  const [only] = options;
  if (only !== undefined && options.length === 1) return svg(only, canvas);
  const { width, height } = canvas;
  const [all, down] = [2 * width, Math.ceil(options.length / 2) * height];
  const placed = options.map((option, index) => {
    const at = `x="${(index % 2) * width}" y="${Math.floor(index / 2) * height}"`;
    return drawn(option, canvas).replace('<svg ', `<svg ${at} `);
  });
  const open = `<svg width="${all}" height="${down}" viewBox="0 0 ${all} ${down}" xmlns="http://www.w3.org/2000/svg">`;
  return renumbered([open, ...placed, '</svg>'].join('\n'));
}

function drawn(option: EChartsOption, { width, height }: Canvas): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ backgroundColor: '#ffffff', ...option });
    return chart.renderToSVGString();
  } finally {
    // Until then its clock keeps the program alive.
    chart.dispose();
  }
}

/** ECharts counts its classes, clips and gradients through the whole program; here they count from the picture's first. */
function renumbered(drawn: string): string {
  const names = new Map<string, string>();
  return printable(drawn).replaceAll(/\bzr\d+-(cls-|[cgps])\d+\b/g, (name, kind: string) => {
    const known = names.get(name) ?? `${kind}${names.size}`;
    names.set(name, known);
    return known;
  });
}
