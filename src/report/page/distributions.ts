import { allBins, isSame } from '../chart/bins.ts';
import { type Distribution, nameOfBin, PARTICIPATION, RADIO } from '../distributions.ts';
import { count } from '../quantity.ts';
import type { Bin } from '../reduction/histogram.ts';
import { type FigureState, figure, gallery } from './charts.ts';
import { h } from './dom.ts';
import { binOption, colorOf } from './options.ts';
import type { Run } from './runs.ts';

const distributionSection = (id: string, title: string, all: readonly Distribution[]) => {
  const figures = all.map((each) => ({ each, shown: figure(each.title) }));
  const beside = gallery(figures.map(({ shown }) => shown));
  const element = h(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    h('div', { class: 'section-head' }, h('h2', { id: `${id}-title` }, title)),
    beside.element,
  );
  return {
    element,
    update(runs: readonly Run[]) {
      for (const { each, shown } of figures) shown.update(distributionState(runs, each));
      element.hidden = !beside.arrange();
    },
  };
};

export const radioSection = () => distributionSection('radio', 'Uploads and devices', RADIO);
export const participationSection = () => distributionSection('participation', 'Participation', PARTICIPATION);

/** A distribution as a figure; undefined where no run has it. */
export function distributionState(runs: readonly Run[], distribution: Distribution): FigureState | undefined {
  const { of, x, y, say, unit = '', isWhole = false, remark } = distribution;
  const groups = runs.map(({ label, index, record }) => ({
    ...{ name: label, color: colorOf(index), bins: record.histograms[of] },
  }));
  if (groups.every(({ bins }) => bins.length === 0)) return undefined;
  const nameOf = (bin: Bin): string => nameOfBin(distribution, bin);
  const isSeveral = runs.length > 1;
  return {
    // One bar says less than the sentence.
    option: allBins(groups).length < 2 ? undefined : binOption(groups, { title: x, nameOf }, { title: y, say: count }),
    sentence: runs
      .flatMap(({ label, record }) => {
        const said = sayBins(record.histograms[of], (value) => `${say(value)}${unit}`, isWhole);
        return said === undefined ? [] : [`${isSeveral ? `${label}: ` : ''}${said}${remark?.(record) ?? ''}`];
      })
      .join(' '),
    table: {
      caption: `${y} by ${x}`,
      head: [x, ...(isSeveral ? runs.map(({ label }) => label) : [y])],
      rows: allBins(groups).map((bin) => [
        isWhole ? nameOf(bin) : `${say(bin.low)} – ${say(bin.high)}`,
        ...groups.map(({ bins }) => count(bins.find((each) => isSame(each, bin))?.count ?? 0)),
      ]),
    },
    legend: groups,
  };
}

/** Median and the span of the middle 90 % of a histogram, from its bins. */
function sayBins(bins: readonly Bin[], say: (value: number) => string, isWhole: boolean): string | undefined {
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  if (total === 0) return undefined;
  const at = (share: number): number => {
    let below = 0;
    for (const { low, high, count: own } of bins) {
      below += own;
      if (below >= share * total) return isWhole ? low : Math.sqrt(low * high);
    }
    return bins.at(-1)?.low ?? 0;
  };
  const [least, middle, most] = [at(0.05), at(0.5), at(0.95)];
  if (least === most) return `${say(middle)} in nearly all of ${count(total)}.`;
  return `Median ${say(middle)}; nine in ten of ${count(total)} lie between ${say(least)} and ${say(most)}.`;
}
