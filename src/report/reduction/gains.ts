import type { Seconds } from '../../units.ts';

const SPANS_MOST = 128;
/** Length of a span at first [s]; doubled until all of the run fits. */
const SPAN = 1e-3;
/** SNRs are counted in steps of 0.1 dB. */
const STEPS_PER_DB = 10;

/** SNRs of the uploads that began in a span of time [dB]. */
export interface GainRow {
  /** [s] */
  readonly from: Seconds;
  readonly to: Seconds;
  readonly uploads: number;
  /** Nine in ten were better. */
  readonly low: number;
  readonly median: number;
  /** One in ten was better. */
  readonly high: number;
  readonly worst: number;
  /** Whose the worst was. */
  readonly client: string;
}

interface Tally {
  /** Uploads by SNR, in steps. */
  readonly counts: Map<number, number>;
  worst: number;
  client: string;
}

/** SNR of uploads against the time at which they began, in at most 128 spans, whatever the length of the run. */
export class GainTable {
  #spans: (Tally | undefined)[] = [];
  #width = SPAN;

  add(at: Seconds, client: string, snrDb: number): void {
    while (at >= SPANS_MOST * this.#width) this.#double();
    const index = Math.max(0, Math.floor(at / this.#width));
    const step = Math.round(snrDb * STEPS_PER_DB);
    merge(this.#spans, index, { counts: new Map([[step, 1]]), worst: snrDb, client });
  }

  /** Those with uploads in them. */
  get rows(): readonly GainRow[] {
    return this.#spans.flatMap((tally, index) => {
      if (tally === undefined) return [];
      const { worst, client } = tally;
      const [from, to] = [index * this.#width, (index + 1) * this.#width];
      return [{ from, to, ...quantiles(tally.counts), worst, client }];
    });
  }

  #double(): void {
    const spans = this.#spans;
    this.#spans = [];
    this.#width *= 2;
    spans.forEach((tally, index) => {
      if (tally !== undefined) merge(this.#spans, Math.floor(index / 2), tally);
    });
  }
}

function merge(spans: (Tally | undefined)[], index: number, more: Tally): void {
  const there = spans[index];
  if (there === undefined) {
    spans[index] = more;
    return;
  }
  for (const [step, count] of more.counts) there.counts.set(step, (there.counts.get(step) ?? 0) + count);
  if (more.worst < there.worst) Object.assign(there, { worst: more.worst, client: more.client });
}

/** The least SNR that the given share of the uploads doesn't exceed: a value that was measured, to a tenth of a dB. */
function quantiles(counts: ReadonlyMap<number, number>): Pick<GainRow, 'uploads' | 'low' | 'median' | 'high'> {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const uploads = sorted.reduce((sum, [, count]) => sum + count, 0);
  const at = (share: number): number => {
    let below = 0;
    const found = sorted.find(([, count]) => {
      below += count;
      return below >= share * uploads;
    });
    return (found?.[0] ?? Number.NaN) / STEPS_PER_DB;
  };
  return { uploads, low: at(0.1), median: at(0.5), high: at(0.9) };
}
