import type { Bits, BitsPerSecond, Duration, Instant, Seconds } from '../units.ts';
import type { Grant } from './contract.ts';

/** A grant, and what its receiver hears of others while it holds. */
export interface Share extends Grant {
  /** Power density of interference at the receiver, taken as noise [W/Hz]; 0 where absent. */
  readonly interference?: number;
}

/** How the transfers on one medium share it: a cell's uplink, or a server's broadcast. */
export interface Sharing<Load> {
  /** Length of the blocks within which no rate changes of its own [ns]; Infinity where none ever does. */
  readonly block: Duration;
  /** One share for each transfer, in the same order. Asked when one comes or goes, or something changes a link. */
  grants(loads: readonly Carrying<Load>[]): readonly Share[];
  /** Rate of a transfer under its share in block `index`, pauses of its air time included. */
  rate(load: Load, grant: Share, index: number): BitsPerSecond;
  /** Who of those that have a grant is alone on the air in block `index`, by place; absent where all are. */
  pick?(loads: readonly Carrying<Load>[], index: number): number;
  /** Told when a transfer's transmitter is on for another share of the time than before; 0 once it is off the air. */
  onAir?(transfer: Carrying<Load>, duty: number): void;
}

/** A transfer on a medium. */
export interface Carrying<Load> {
  readonly id: number;
  readonly load: Load;
  /** Settled when the medium last changed. */
  remaining: Bits;
  /** Time that the transmitter has been on [s]. */
  airtime: Seconds;
  grant: Share;
  /** Share of the time that its transmitter is on at present. */
  duty: number;
  /** Whether its last bit is through. */
  through: boolean;
}

/** What became of a transfer that has left its medium. */
export interface Gone {
  readonly remaining: Bits;
  readonly airtime: Seconds;
  readonly through: boolean;
  /** Between its last bit's leaving and arriving; none where absent. */
  readonly latency?: Seconds;
}

/** The event list as a medium sees it. */
export interface Alarms {
  now(): Instant;
  /** An event that calls `advance` for a transfer. */
  set(at: Instant, transfer: number): number;
  clear(alarm: number): void;
}

/** What carries the bits of concurrent transfers. */
export interface Medium<Load> {
  /** Transfers that are on it. */
  readonly load: number;
  /**
   * Rate changes so far: each time that the rate of one transfer was worked out anew, because a fading block began or
   * because its grant changed, and then held for some time. Looking ahead in vain doesn't count.
   */
  readonly rateChanges: number;
  join(id: number, load: Load, bits: Bits): void;
  /** Takes a transfer out, finished or not, and says what became of it. */
  leave(id: number): Gone | undefined;
  /** Called at an alarm: whether the transfer that it names is through. */
  advance(id: number): boolean;
  /** Brings all accounts up to now: called before a fault or a move changes what rates depend on. */
  settle(): void;
  /** Shares the medium anew, after such a change. */
  refresh(): void;
}

/** The grant of a transfer that waits. */
export const NO_GRANT: Grant = { bandwidth: 0, airtime: 0 };
