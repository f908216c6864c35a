import { BarChart, HeatmapChart, LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent, VisualMapComponent } from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { EChartsOption } from 'echarts/types/dist/shared';
import { dataTable, download, h, type TableOptions } from './dom.ts';
import { theme, wantsLessMotion } from './theme.ts';

use([BarChart, HeatmapChart, LineChart, GridComponent, TooltipComponent, VisualMapComponent, SVGRenderer]);

export interface LegendEntry {
  readonly name: string;
  readonly color: string;
  readonly isDashed?: boolean;
}

/** What a figure shows at a time. */
export interface FigureState {
  /** Absent where a sentence says it all. */
  readonly option: EChartsOption | undefined;
  /** The chart in a sentence, for those who don't see it and those who don't read charts. */
  readonly sentence: string;
  readonly table: TableOptions;
  /** Series that can be switched on and off; where there is only one, there is nothing to switch. */
  readonly legend?: readonly LegendEntry[];
}

export interface Figure {
  readonly element: HTMLElement;
  /** Shows something else, or hides the figure where there is nothing. */
  update(state: FigureState | undefined): void;
}

/** Figures side by side, up to three, in rows that are full. */
export function gallery(figures: readonly Figure[]) {
  const element = h('div', { class: 'figures' }, ...figures.map((each) => each.element));
  return {
    element,
    /** Looks which of them are shown. @returns whether any is */
    arrange(): boolean {
      const shown = figures.filter((each) => !each.element.hidden).length;
      element.dataset.columns = String(shown <= 1 ? 1 : shown % 3 === 0 || shown > 4 ? 3 : 2);
      return shown > 0;
    },
  };
}

/** A chart with its title, what it says in words, a legend of buttons, its numbers as a table, and itself as a file. */
export function figure(title: string): Figure {
  const chart = new LiveChart();
  const sentence = h('p', { class: 'sentence' });
  const legend = h('div', { class: 'legend', role: 'group', 'aria-label': `Series of ${title}` });
  const numbers = h('div');
  const save = h('button', { type: 'button', class: 'quiet' }, 'Save as SVG');
  const details = h('details', {}, h('summary', {}, 'Numbers'), numbers);
  const element = h(
    'figure',
    { class: 'card', hidden: true },
    h('figcaption', {}, h('h3', {}, title)),
    legend,
    chart.canvas,
    sentence,
    h('div', { class: 'below' }, details, save),
  );
  save.addEventListener('click', () => chart.save(title));
  let shown: FigureState | undefined;
  const drawLegend = (): void => {
    const entries = shown?.legend ?? [];
    legend.hidden = entries.length < 2;
    legend.replaceChildren(...entries.map((entry) => legendButton(entry, chart)));
  };
  return {
    element,
    update(state) {
      const isSameLegend = namesIn(state) === namesIn(shown);
      shown = state;
      element.hidden = state === undefined;
      if (state === undefined) return;
      sentence.textContent = state.sentence;
      chart.canvas.setAttribute('aria-label', `${title}. ${state.sentence}`);
      numbers.replaceChildren(dataTable(state.table));
      // Buttons stay where they are, so that a live page doesn't take the focus away.
      if (!isSameLegend) drawLegend();
      chart.show(state.option);
      save.hidden = state.option === undefined;
    },
  };
}

/** A chart in the page's colours, some of whose series may be switched off. */
class LiveChart {
  readonly canvas = h('div', { class: 'chart', role: 'img' });
  readonly #hidden = new Set<string>();
  #option: EChartsOption | undefined;
  #chart: ECharts | undefined;

  constructor() {
    new ResizeObserver(() => this.#fit()).observe(this.canvas);
  }

  show(option: EChartsOption | undefined): void {
    this.#option = option;
    this.canvas.hidden = option === undefined;
    this.#draw();
  }

  isHidden(series: string): boolean {
    return this.#hidden.has(series);
  }

  toggle(series: string): void {
    if (!this.#hidden.delete(series)) this.#hidden.add(series);
    this.#draw();
  }

  save(title: string): void {
    const drawn = this.#chart?.renderToSVGString();
    const name = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    if (drawn !== undefined) download(`${name}.svg`, `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawn)}`);
  }

  /** At once, in the frame in which the size is new: a picture of the page is whole, and nobody sees it jump. */
  #fit(): void {
    this.#chart?.resize();
    this.#chart?.getZr().flush();
  }

  #draw(): void {
    if (this.#option === undefined) return;
    this.#chart ??= init(this.canvas, null, { renderer: 'svg' });
    this.#chart.setOption(dressed(visible(this.#option, this.#hidden)), { notMerge: true });
  }
}

function legendButton({ name, color, isDashed = false }: LegendEntry, chart: LiveChart): HTMLElement {
  const swatch = h('span', { class: isDashed ? 'swatch dashed' : 'swatch', 'aria-hidden': 'true' });
  swatch.style.setProperty('--color', color);
  const button = h('button', { type: 'button', 'aria-pressed': String(!chart.isHidden(name)) }, swatch, name);
  button.addEventListener('click', () => {
    chart.toggle(name);
    button.setAttribute('aria-pressed', String(!chart.isHidden(name)));
  });
  return button;
}

const namesIn = (state: FigureState | undefined): string =>
  (state?.legend ?? []).map(({ name, color }) => `${name} ${color}`).join('\n');

/** Without the series that are switched off. */
function visible(option: EChartsOption, hidden: ReadonlySet<string>): EChartsOption {
  const series = (Array.isArray(option.series) ? option.series : []) as { readonly name?: string }[];
  return { ...option, series: series.filter(({ name }) => !hidden.has(name ?? '')) as never };
}

/** In the page's colours and type. */
function dressed(option: EChartsOption): EChartsOption {
  const { ink, muted, line, surface } = theme();
  const dress = (axis: unknown) => {
    const { nameTextStyle, axisLabel, ...rest } = (axis ?? {}) as Record<string, object | undefined>;
    return {
      ...rest,
      axisLine: { lineStyle: { color: line }, ...rest.axisLine },
      axisTick: { lineStyle: { color: line } },
      splitLine: { lineStyle: { color: line }, ...rest.splitLine },
      axisLabel: { color: muted, hideOverlap: true, ...axisLabel },
      nameTextStyle: { color: muted, ...nameTextStyle },
    };
  };
  return {
    animation: !wantsLessMotion(),
    animationDuration: 250,
    ...option,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12, color: ink },
    xAxis: dress(option.xAxis) as never,
    yAxis: dress(option.yAxis) as never,
    tooltip: {
      ...{ confine: true, backgroundColor: surface, borderColor: line, textStyle: { color: ink, fontSize: 12 } },
      ...(option.tooltip as object),
    },
  };
}
