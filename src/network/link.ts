import type { BitsPerSecond, Decibels, Duration, Instant, Metres, Watts } from '../units.ts';
import type { Share } from './medium.ts';

/** A client's access to an edge server, over the emulated radio or at a fixed rate. */
export interface AccessLink {
  /** Length of the blocks within which its gain stays [ns]; the same for all links of a channel. */
  readonly block: Duration;
  /** SNR at an instant over the channel's bandwidth; Infinity where the rate is fixed. */
  snrDb(at: Instant): Decibels;
  /** Rate of an upload that has the air to itself, at an instant. */
  soloRate(at: Instant): BitsPerSecond;
  /** Mean SNR over the channel's bandwidth at an instant, over fading alone; linear. */
  meanSnr(at: Instant): number;
  /** Channel gain |h|² at an instant, path loss and obstacles included, linear; 0 while it is cut. NaN where the rate is fixed. */
  gain(at: Instant): number;
  /** Its mean over fading, without obstacles. */
  meanGain(at: Instant): number;
  /** What obstacles leave of the power, 1 without any; 0 while the link is cut. */
  readonly clearance: number;
  /** Mean power at the far end of what one end sends with `power`, at an instant, over fading alone; 0 where cut. */
  meanReceivedW(at: Instant, power: Watts): Watts;
  /** Between the two ends in the horizontal plane, at an instant; 0 where nobody knows. */
  distance(at: Instant): Metres;
  /** Gain in block `index`, relative to its mean. */
  relativeGain(index: number): number;
  /** Rate in block `index` under a share of the air, sent with `power` (the client's own by default). */
  rate(index: number, share: Share, power?: Watts): BitsPerSecond;
  /** Gains in block `index`, for the record; undefined on a link of fixed rate. */
  gains(index: number): { readonly mean: number; readonly fading: number } | undefined;
  /** What obstacles take away on top of everything. */
  attenuationDb: Decibels;
  isCut: boolean;
}

/** A transfer on the air. */
export interface AirLoad {
  readonly client: string;
  readonly link: AccessLink;
}
