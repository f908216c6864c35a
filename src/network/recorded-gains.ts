import type { Seconds } from '../units.ts';

/** Gains of one link, block by block; after the last they begin again. */
export interface RecordedLink {
  /** Mean gain, path loss and shadowing included, linear; shape [blocks]. */
  readonly means: ArrayLike<number>;
  /** |h|² relative to its mean; shape [blocks]. */
  readonly fading: ArrayLike<number>;
}

/** Gains as they were measured, or recorded from another run. */
export interface RecordedGains {
  /** Length of a block [s]; Infinity where each link has one gain for good. */
  readonly block: Seconds;
  /** A link's gains; undefined where it wasn't recorded, and the models say. */
  link(client: string, server: string): RecordedLink | undefined;
}
