import { type Bits, between, type Instant, toSeconds } from '../units.ts';
import { type Carrying, type Gone, NO_GRANT } from './medium.ts';
import { MediumBase } from './medium-base.ts';
import { blockAt, carried, outlook, type RateProfile } from './rate-profile.ts';

interface Lone<Load> extends Carrying<Load> {
  profile: RateProfile;
  /** Up to when `remaining` is settled. */
  since: Instant;
  /** The event that ends the transfer, or its look ahead. */
  alarm: number | undefined;
  /** Whether the alarm means that the last bit is through. */
  alarmEnds: boolean;
}

/**
 * Transfers side by side, each with a share that never depends on the others. Each looks ahead over the fading blocks to
 * its own end, so that nothing happens until then, however many blocks pass.
 */
export class SeparateMedium<Load> extends MediumBase<Load, Lone<Load>> {
  join(id: number, load: Load, bits: Bits): void {
    const newcomer: Lone<Load> = {
      id,
      load,
      remaining: bits,
      airtime: 0,
      grant: NO_GRANT,
      duty: 0,
      through: false,
      profile: SILENT,
      since: this.alarms.now(),
      alarm: undefined,
      alarmEnds: false,
    };
    this.carrying.set(id, newcomer);
    this.#grant(newcomer);
  }

  leave(id: number): Gone | undefined {
    const gone = this.carrying.get(id);
    if (gone === undefined) return undefined;
    this.carrying.delete(id);
    if (!gone.through) this.#settle(gone);
    if (gone.alarm !== undefined) this.alarms.clear(gone.alarm);
    this.tune(gone, 0);
    return gone;
  }

  advance(id: number): boolean {
    const found = this.carrying.get(id);
    if (found === undefined) return false;
    found.alarm = undefined;
    if (found.alarmEnds) {
      this.#pass(found);
      found.remaining = 0;
      found.through = true;
      return true;
    }
    this.#settle(found);
    this.#watch(found);
    return false;
  }

  settle(): void {
    for (const each of this.carrying.values()) this.#settle(each);
  }

  refresh(): void {
    for (const each of this.carrying.values()) this.#grant(each);
  }

  #grant(each: Lone<Load>): void {
    const sharing = this.sharing;
    const grant = sharing.grants([each])[0] ?? NO_GRANT;
    each.grant = grant;
    const isSilent = !(grant.bandwidth > 0 && grant.airtime > 0);
    const rate = (index: number) => sharing.rate(each.load, grant, index);
    each.profile = isSilent ? SILENT : { block: sharing.block, rate };
    this.tune(each, isSilent ? 0 : grant.airtime);
    this.#watch(each);
  }

  #settle(each: Lone<Load>): void {
    const now = this.alarms.now();
    if (now === each.since) return;
    each.remaining = Math.max(0, each.remaining - carried(each.profile, each.since, now));
    this.#pass(each);
  }

  /** Books the time that has gone by. */
  #pass(each: Lone<Load>): void {
    const now = this.alarms.now();
    const { block } = each.profile;
    this.rateChanges += 1 + blockAt(block, now) - blockAt(block, each.since);
    each.airtime += toSeconds(between(each.since, now)) * each.grant.airtime;
    each.since = now;
  }

  #watch(each: Lone<Load>): void {
    if (each.alarm !== undefined) this.alarms.clear(each.alarm);
    const { at, done } = outlook(each.profile, each.since, each.remaining);
    each.alarmEnds = done;
    each.alarm = Number.isFinite(at) ? this.alarms.set(at, each.id) : undefined;
  }
}

const SILENT: RateProfile = { block: Number.POSITIVE_INFINITY as RateProfile['block'], rate: () => 0 };
