import { type Bits, between, type Instant, type Seconds, toSeconds } from '../units.ts';
import { carried, outlook, type RateProfile } from './rate-profile.ts';

/** What a medium gives one transfer until the next change. */
export interface Share {
  readonly profile: RateProfile;
  /** Share of the time that the sender's transmitter is on, 0 … 1. */
  readonly airtime: number;
}

/** How concurrent transfers share a medium: a cell's uplink, or a wire. */
export interface Sharing<Load> {
  /** Whether a share never depends on the other transfers. */
  readonly independent: boolean;
  shares(loads: readonly Carrying<Load>[]): readonly Share[];
}

/** A transfer on a medium. */
export interface Carrying<Load> {
  readonly id: number;
  readonly load: Load;
  remaining: Bits;
  /** Up to when `remaining` is settled. */
  since: Instant;
  /** Time that the transmitter has been on [s]. */
  airtime: Seconds;
  share: Share | undefined;
  /** The event that ends the transfer, or its look ahead. */
  alarm: number | undefined;
  /** Whether the alarm means that the last bit is through; once the alarm has come, whether it was. */
  through: boolean;
}

/** The event list as a medium sees it. */
export interface Alarms {
  now(): Instant;
  set(at: Instant, transfer: number): number;
  clear(alarm: number): void;
}

/**
 * Transfers that share one medium. When one comes or goes, what each has carried so far is settled, shares are granted
 * anew, and ends move. Between two such changes nothing happens, however many fading blocks pass.
 */
export class Medium<Load> {
  /** By transfer, in order of arrival. */
  readonly #carrying = new Map<number, Carrying<Load>>();
  readonly #sharing: Sharing<Load>;
  readonly #alarms: Alarms;

  constructor(sharing: Sharing<Load>, alarms: Alarms) {
    this.#sharing = sharing;
    this.#alarms = alarms;
  }

  get load(): number {
    return this.#carrying.size;
  }

  join(id: number, load: Load, bits: Bits): void {
    const since = this.#alarms.now();
    const newcomer: Carrying<Load> = {
      id,
      load,
      remaining: bits,
      since,
      airtime: 0,
      share: undefined,
      alarm: undefined,
      through: false,
    };
    this.#carrying.set(id, newcomer);
    if (this.#sharing.independent) this.#grant([newcomer]);
    else this.refresh();
  }

  /** Takes a transfer out, finished or not, and says what became of it. */
  leave(id: number): Carrying<Load> | undefined {
    const gone = this.#carrying.get(id);
    if (gone === undefined) return undefined;
    this.#carrying.delete(id);
    this.#settle(gone);
    if (gone.alarm !== undefined) {
      // Taken back on its way: the end that it was heading for hasn't come.
      this.#alarms.clear(gone.alarm);
      gone.through = false;
    }
    if (!this.#sharing.independent) this.refresh();
    return gone;
  }

  /** Called at a transfer's alarm: whether it is through; otherwise its look ahead goes on. */
  advance(id: number): boolean {
    const found = this.#carrying.get(id);
    if (found === undefined) return false;
    found.alarm = undefined;
    if (found.through) return true;
    this.#settle(found);
    this.#watch(found);
    return false;
  }

  /** Settles all transfers and shares the medium anew, after a fault changed a link. */
  refresh(): void {
    this.#grant([...this.#carrying.values()]);
  }

  #grant(to: readonly Carrying<Load>[]): void {
    for (const each of to) this.#settle(each);
    const shares = this.#sharing.shares(to);
    to.forEach((each, index) => {
      each.share = shares[index];
      this.#watch(each);
    });
  }

  #settle(each: Carrying<Load>): void {
    const now = this.#alarms.now();
    if (each.share !== undefined && now > each.since) {
      each.remaining = Math.max(0, each.remaining - carried(each.share.profile, each.since, now));
      each.airtime += toSeconds(between(each.since, now)) * each.share.airtime;
    }
    each.since = now;
  }

  #watch(each: Carrying<Load>): void {
    if (each.alarm !== undefined) this.#alarms.clear(each.alarm);
    const { profile } = each.share as Share;
    const { at, done } = outlook(profile, each.since, each.remaining);
    each.through = done && Number.isFinite(at);
    each.alarm = Number.isFinite(at) ? this.#alarms.set(at, each.id) : undefined;
  }
}
