import { present } from '../assert.ts';
import type { EventId } from '../kernel/event-list.ts';
import type { Joules, Seconds, Watts } from '../units.ts';
import type { WorldPlan } from './plan.ts';
import type { Schedule } from './schedule.ts';

/** What draws on a battery, by name; an upload by the number of its transfer. */
type Use = string | number;

/** What a client still has, and what draws on it. */
interface Store {
  readonly client: string;
  /** Settled at `since`. */
  charge: Joules;
  since: Seconds;
  /** Power of each use at present. */
  readonly uses: Map<Use, Watts>;
  isEmpty: boolean;
  alarm: EventId | undefined;
}

export interface BatterySurroundings {
  readonly plan: WorldPlan;
  readonly schedule: Schedule;
  readonly cancel: (event: EventId) => void;
  readonly now: () => Seconds;
  /** A client has run empty, or has enough again. */
  readonly turned: (client: string, isEmpty: boolean, charge: Joules) => void;
}

/**
 * The charge of every client: powers are constant between events, so the instant at which a battery is empty is known as
 * soon as a power changes, and is an event of its own. Clients with power without end are not followed.
 */
export class Batteries {
  readonly #around: BatterySurroundings;
  readonly #stores = new Map<string, Store>();

  constructor(around: BatterySurroundings) {
    this.#around = around;
    const { plan } = around;
    for (const [client, { index }] of plan.clients) {
      const charge = plan.devices.battery.initial(index, plan.streams(`${client}/battery`));
      if (!Number.isFinite(charge)) continue;
      this.#stores.set(client, { client, charge, since: 0, uses: new Map(), isEmpty: false, alarm: undefined });
    }
  }

  start(): void {
    for (const store of this.#stores.values()) this.#watch(store);
  }

  /** A client's charge at present; Infinity on mains. */
  charge(client: string): Joules {
    const store = this.#stores.get(client);
    if (store === undefined) return Number.POSITIVE_INFINITY;
    this.#settle(store);
    return store.charge;
  }

  /** What a use of a client's draws from now on; 0 ends it. */
  draw(client: string, use: Use, power: Watts): void {
    const store = this.#stores.get(client);
    if (store === undefined) return;
    this.#settle(store);
    if (power > 0) store.uses.set(use, power);
    else store.uses.delete(use);
    if (!store.isEmpty) this.#watch(store);
  }

  /** A battery is empty, or an empty one has enough again. */
  advance(client: string): void {
    const store = present(this.#stores.get(client), client);
    store.alarm = undefined;
    this.#settle(store);
    store.isEmpty = !store.isEmpty;
    // What rounding leaves when the time has come is nothing.
    if (store.isEmpty) store.charge = 0;
    this.#around.turned(client, store.isEmpty, store.charge);
    this.#watch(store);
  }

  #settle(store: Store): void {
    const now = this.#around.now();
    const elapsed = now - store.since;
    if (elapsed <= 0) return;
    store.charge = this.#around.plan.devices.battery.chargeAfter(store.charge, elapsed, powerOf(store) * elapsed);
    store.since = now;
  }

  /** Sets the event at which the battery is empty, or an empty one has enough again. */
  #watch(store: Store): void {
    const { plan, schedule, cancel } = this.#around;
    const { battery } = plan.devices;
    if (store.alarm !== undefined) cancel(store.alarm);
    const { client, charge, isEmpty } = store;
    const seconds = isEmpty ? battery.returnsAfter(charge) : battery.lasts(charge, powerOf(store));
    store.alarm = Number.isFinite(seconds) ? schedule({ to: 'battery', client }, seconds) : undefined;
  }
}

const powerOf = ({ uses }: Store): Watts => [...uses.values()].reduce((sum, power) => sum + power, 0);
