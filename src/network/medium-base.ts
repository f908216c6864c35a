import type { Bits } from '../units.ts';
import type { Alarms, Carrying, Gone, Medium, Sharing } from './medium.ts';

/** What media have in common: who is on them, how they are shared, and the count of rate changes. */
export abstract class MediumBase<Load, Carried extends Carrying<Load>> implements Medium<Load> {
  /** By transfer, in order of arrival. */
  protected readonly carrying = new Map<number, Carried>();
  protected readonly sharing: Sharing<Load>;
  protected readonly alarms: Alarms;
  rateChanges = 0;

  constructor(sharing: Sharing<Load>, alarms: Alarms) {
    this.sharing = sharing;
    this.alarms = alarms;
  }

  get load(): number {
    return this.carrying.size;
  }

  abstract join(id: number, load: Load, bits: Bits): void;
  abstract leave(id: number): Gone | undefined;
  abstract advance(id: number): boolean;
  abstract settle(): void;
  abstract refresh(): void;

  /** Says how much of the time a transfer's transmitter is on from now on, where that is new. */
  protected tune(each: Carried, duty: number): void {
    if (each.duty === duty) return;
    each.duty = duty;
    this.sharing.onAir?.(each, duty);
  }
}
