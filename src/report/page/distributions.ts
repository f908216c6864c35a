import { count, quantity, span } from '../quantity.ts';
import type { Bin } from '../reduction/histogram.ts';
import type { Histograms, RunRecord } from '../reduction/record.ts';
import { type FigureState, figure, gallery } from './charts.ts';
import { h } from './dom.ts';
import { allBins, binOption, colorOf, isSame } from './options.ts';
import type { Run } from './runs.ts';

interface Distribution {
  readonly title: string;
  readonly of: keyof Histograms;
  readonly x: string;
  /** What is counted. */
  readonly y: string;
  readonly say: (value: number) => string;
  /** Bins of whole numbers, and not of a tenth of a decade. */
  readonly isWhole?: boolean;
  readonly remark?: (record: RunRecord) => string;
}

const plain = (value: number): string => count(value);

const RADIO: readonly Distribution[] = [
  { title: 'Uplink SNR', of: 'snrDb', x: 'SNR [dB]', y: 'uploads', say: (value) => `${value}`, isWhole: true },
  {
    title: 'Uplink rate',
    of: 'uploadRate',
    x: 'bits over seconds of an upload',
    y: 'uploads',
    say: (value) => quantity(value, 'bit/s'),
  },
  { title: 'Duration of uploads', of: 'uploadSeconds', x: 'first to last bit', y: 'uploads', say: span },
  {
    title: 'Duration of local updates',
    of: 'computeSeconds',
    x: 'model received to update done',
    y: 'updates',
    say: span,
  },
];

const PARTICIPATION: readonly Distribution[] = [
  {
    ...{
      title: 'Participation',
      of: 'participation',
      x: 'updates used of a client',
      y: 'clients',
      say: plain,
      isWhole: true,
    },
    remark: ({ fairness }) => (fairness === null ? '' : ` Jain’s fairness index is ${fairness.toFixed(3)}.`),
  },
  {
    ...{
      title: 'Staleness',
      of: 'staleness',
      x: 'versions, or rounds since the client’s last update',
      y: 'updates',
      say: plain,
      isWhole: true,
    },
    remark: ({ isStalenessMeasured }) =>
      isStalenessMeasured
        ? ' Staleness counts versions that came between an update’s start and its use.'
        : ' Servers wait for all here, so this counts rounds since the client’s update before.',
  },
  { title: 'Updates that were too stale', of: 'discarded', x: 'staleness', y: 'updates', say: plain, isWhole: true },
];

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
      for (const { each, shown } of figures) shown.update(state(runs, each));
      element.hidden = !beside.arrange();
    },
  };
};

export const radioSection = () => distributionSection('radio', 'Radio and devices', RADIO);
export const participationSection = () => distributionSection('participation', 'Participation', PARTICIPATION);

function state(
  runs: readonly Run[],
  { of, x, y, say, isWhole = false, remark }: Distribution,
): FigureState | undefined {
  const groups = runs.map(({ label, index, record }) => ({
    ...{ name: label, color: colorOf(index), bins: record.histograms[of] },
  }));
  if (groups.every(({ bins }) => bins.length === 0)) return undefined;
  const nameOf = ({ low, high }: Bin): string => {
    if (!isWhole) return say(low);
    return high - low === 1 ? say(low) : `${say(low)}–${say(high - 1)}`;
  };
  const isSeveral = runs.length > 1;
  return {
    // One bar says less than the sentence.
    option: allBins(groups).length < 2 ? undefined : binOption(groups, { title: x, nameOf }, { title: y, say: plain }),
    sentence: runs
      .flatMap(({ label, record }) => {
        const said = sayBins(record.histograms[of], isWhole ? (value) => say(value) : say, isWhole);
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
