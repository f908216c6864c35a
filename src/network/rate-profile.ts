import { type Bits, type BitsPerSecond, type Duration, type Instant, never, toDurationUp } from '../units.ts';

/**
 * The rate of a transfer over virtual time: constant within each block, blocks counted from the start of the run.
 * It holds from the transfer's last change of share until the next.
 */
export interface RateProfile {
  /** Length of a block [ns]; Infinity where the rate never changes. */
  readonly block: Duration;
  /** Rate in block `index` ≥ 0. */
  rate(index: number): BitsPerSecond;
}

export const constantRate = (rate: BitsPerSecond): RateProfile => ({
  block: Number.POSITIVE_INFINITY as Duration,
  rate: () => rate,
});

/** Blocks that one look ahead may cross before it hands back to the event list. */
export const LOOK_AHEAD_BLOCKS = 4096;
export const NANOSECONDS_PER_SECOND = 1e9;

/** The block that an instant lies in; 0 where there is only one. */
export const blockAt = (block: Duration, at: Instant): number => (Number.isFinite(block) ? Math.floor(at / block) : 0);

/** Bits carried between two instants: Σ over blocks of rate × time in the block. */
export function carried({ block, rate }: RateProfile, from: Instant, to: Instant): Bits {
  if (!Number.isFinite(block)) return (rate(0) * (to - from)) / NANOSECONDS_PER_SECOND;
  let bits = 0;
  let at: number = from;
  for (let index = Math.floor(from / block); at < to; index++) {
    const end = Math.min((index + 1) * block, to);
    bits += (rate(index) * (end - at)) / NANOSECONDS_PER_SECOND;
    at = end;
  }
  return bits;
}

/** When a transfer is through, or where the look ahead ends before that. */
export type Outlook = { readonly at: Instant; readonly done: boolean };

/** The first whole nanosecond at which `bits` have been carried since `from`; never, at a rate of zero for good. */
export function outlook({ block, rate }: RateProfile, from: Instant, bits: Bits): Outlook {
  if (!Number.isFinite(block)) return { at: through(from, bits, rate(0)), done: true };
  let left = bits;
  let at: number = from;
  const first = Math.floor(from / block);
  for (let index = first; index < first + LOOK_AHEAD_BLOCKS; index++) {
    const end = (index + 1) * block;
    const speed = rate(index);
    const capacity = (speed * (end - at)) / NANOSECONDS_PER_SECOND;
    if (capacity >= left) return { at: Math.min(through(at, left, speed), end) as Instant, done: true };
    left -= capacity;
    at = end;
  }
  return { at: at as Instant, done: false };
}

/** The first whole nanosecond at which `bits` have been carried since `from` at one rate. */
export function through(from: number, bits: Bits, rate: BitsPerSecond): Instant {
  if (bits <= 0) return from as Instant;
  if (rate <= 0) return never;
  return (from + toDurationUp(bits / rate)) as Instant;
}
