import { count, quantity, span } from './quantity.ts';
import type { Bin } from './reduction/histogram.ts';
import type { Histograms, RunRecord } from './reduction/record.ts';

/** A distribution that a run's record has, and how it reads. */
export interface Distribution {
  readonly title: string;
  readonly of: keyof Histograms;
  readonly x: string;
  /** What is counted. */
  readonly y: string;
  readonly say: (value: number) => string;
  /** Of a single value, where an axis names it for all and a sentence must say it. */
  readonly unit?: string;
  /** Bins of whole numbers, and not of a tenth of a decade. */
  readonly isWhole?: boolean;
  readonly remark?: (record: RunRecord) => string;
}

const whole = { say: count, isWhole: true } as const;

export const UPLINK_SNR: Distribution = {
  ...{ title: 'Uplink SNR', of: 'snrDb', x: 'SNR [dB]', y: 'uploads', say: String, unit: ' dB', isWhole: true },
};

export const RADIO: readonly Distribution[] = [
  {
    ...{ title: 'Uplink rate', of: 'uploadRate', x: 'bits over seconds of an upload', y: 'uploads' },
    say: (value) => quantity(value, 'bit/s'),
  },
  { title: 'Duration of uploads', of: 'uploadSeconds', x: 'first to last bit', y: 'uploads', say: span },
  {
    ...{ title: 'Duration of local updates', of: 'computeSeconds', x: 'model received to update done', y: 'updates' },
    say: span,
  },
];

export const PARTICIPATION: readonly Distribution[] = [
  {
    ...{ title: 'Participation', of: 'participation', x: 'updates used of a client', y: 'clients', ...whole },
    remark: ({ fairness }) => (fairness === null ? '' : ` Jain’s fairness index is ${fairness.toFixed(3)}.`),
  },
  {
    ...{ title: 'Staleness', of: 'staleness', x: 'versions, or rounds since the client’s last update', y: 'updates' },
    ...whole,
    remark: ({ isStalenessMeasured }) =>
      isStalenessMeasured
        ? ' Staleness counts versions that came between an update’s start and its use.'
        : ' Servers wait for all here, so this counts rounds since the client’s update before.',
  },
  { title: 'Updates that were too stale', of: 'discarded', x: 'staleness', y: 'updates', ...whole },
];

/** A bin on an axis: by its lower edge, and whole numbers by all that fall into it. */
export function nameOfBin({ say, isWhole = false }: Distribution, { low, high }: Bin): string {
  if (!isWhole) return say(low);
  return high - low === 1 ? say(low) : `${say(low)}${low < 0 ? ' to ' : '–'}${say(high - 1)}`;
}
