import { type Bits, type BitsPerSecond, type Instant, never, start } from '../units.ts';
import { type Carrying, type Gone, NO_GRANT } from './medium.ts';
import { MediumBase } from './medium-base.ts';
import { blockAt, NANOSECONDS_PER_SECOND, through } from './rate-profile.ts';

interface Sharer<Load> extends Carrying<Load> {
  rate: BitsPerSecond;
  /** When its last bit is through, as long as nothing changes. */
  end: Instant;
}

/**
 * Transfers whose shares depend on one another, in step with the fading blocks that they have in common.
 *
 * When a block begins, or a transfer comes or goes, what each has carried is settled and its rate worked out anew: one
 * pass over those that are on the air, and one event for all of them, at the earliest end or the next block. What comes
 * and goes at one instant is shared out once. Nothing is looked at that a later change would make void.
 */
export class SharedMedium<Load> extends MediumBase<Load, Sharer<Load>> {
  /** All, in order of arrival. */
  #all: Sharer<Load>[] = [];
  /** Those that have a grant, or nothing left to carry; in order of arrival. */
  #active: Sharer<Load>[] = [];
  /** Up to when all are settled. */
  #since: Instant = start;
  /** Whether grants are out of date. */
  #isStale = false;
  #alarm: number | undefined;

  join(id: number, load: Load, bits: Bits): void {
    this.#settle();
    // One flat literal: an object built by spreading takes its numbers boxed, at twice the time per rate change.
    const newcomer: Sharer<Load> = {
      id,
      load,
      remaining: bits,
      airtime: 0,
      grant: NO_GRANT,
      through: false,
      rate: 0,
      duty: 0,
      end: never,
    };
    this.carrying.set(id, newcomer);
    this.#all.push(newcomer);
    this.#shareSoon();
  }

  leave(id: number): Gone | undefined {
    const gone = this.carrying.get(id);
    if (gone === undefined) return undefined;
    this.#settle();
    this.carrying.delete(id);
    this.#all.splice(this.#all.indexOf(gone), 1);
    const place = this.#active.indexOf(gone);
    if (place >= 0) this.#active.splice(place, 1);
    this.tune(gone, 0);
    this.#shareSoon();
    return gone;
  }

  advance(id: number): boolean {
    if (!this.carrying.has(id)) return false;
    this.#alarm = undefined;
    this.#settle();
    const ended = this.#ended();
    if (ended?.id === id) {
      ended.through = true;
      return true;
    }
    if (ended !== undefined) this.#wake(this.#since, ended);
    else if (this.#isStale) this.#share();
    else this.#rate();
    return false;
  }

  settle(): void {
    this.#settle();
  }

  refresh(): void {
    this.#shareSoon();
  }

  /** Shares out at this very instant, after whatever else comes or goes at it, and after those that are through. */
  #shareSoon(): void {
    this.#isStale = true;
    this.#wake(this.#since, this.#ended() ?? this.#all[0]);
  }

  #wake(at: Instant, whom: Sharer<Load> | undefined): void {
    if (this.#alarm !== undefined) this.alarms.clear(this.#alarm);
    this.#alarm = whom === undefined || at === never ? undefined : this.alarms.set(at, whom.id);
  }

  #ended(): Sharer<Load> | undefined {
    for (const each of this.#active) if (each.end <= this.#since) return each;
    return undefined;
  }

  #settle(): void {
    const now = this.alarms.now();
    const seconds = (now - this.#since) / NANOSECONDS_PER_SECOND;
    this.#since = now;
    if (seconds === 0) return;
    this.rateChanges += this.#active.length;
    for (const each of this.#active) {
      // What rounding leaves of a transfer that has come to its end is nothing.
      each.remaining = each.end <= now ? 0 : Math.max(0, each.remaining - each.rate * seconds);
      each.airtime += seconds * each.duty;
    }
  }

  #share(): void {
    this.#isStale = false;
    const grants = this.sharing.grants(this.#all);
    this.#active = [];
    for (let place = 0; place < this.#all.length; place++) {
      const each = this.#all[place] as Sharer<Load>;
      const grant = grants[place] ?? NO_GRANT;
      const isGranted = grant.bandwidth > 0 && grant.airtime > 0;
      each.grant = isGranted ? grant : NO_GRANT;
      if (isGranted || each.remaining <= 0) this.#active.push(each);
      else this.tune(each, 0);
    }
    this.#rate();
  }

  /** Works out rates and ends for the block that has begun, and wakes at the first end or with the next block. */
  #rate(): void {
    const { block } = this.sharing;
    const index = blockAt(block, this.#since);
    let at = this.#active.length > 0 ? (((index + 1) * block) as Instant) : never;
    let whom = this.#active[0];
    const picks = this.sharing.pick !== undefined;
    const picked = picks ? this.#active[this.sharing.pick?.(this.#active, index) ?? 0] : undefined;
    for (const each of this.#active) {
      const isOn = each.grant !== NO_GRANT && (!picks || each === picked);
      const grant = each === picked ? { ...each.grant, airtime: 1 } : each.grant;
      this.tune(each, isOn ? grant.airtime : 0);
      each.rate = isOn ? this.sharing.rate(each.load, grant, index) : 0;
      each.end = through(this.#since, each.remaining, each.rate);
      if (each.end < at || (each.end === at && whom !== undefined && whom.end > at)) {
        at = each.end;
        whom = each;
      }
    }
    this.#wake(at, whom);
  }
}
