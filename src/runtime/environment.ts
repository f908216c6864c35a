import type { ActorEvent, Fact } from '../event.ts';
import type { EventId } from '../kernel/event-list.ts';
import type { Seconds } from '../units.ts';
import { Availabilities } from './availabilities.ts';
import { Batteries } from './batteries.ts';
import { ComputeCost } from './compute-cost.ts';
import type { Handovers } from './handovers.ts';
import type { LinkFailures } from './link-failures.ts';
import type { Pending, WorldPlan } from './plan.ts';
import type { Schedule } from './schedule.ts';

interface DeviceSurroundings {
  readonly plan: WorldPlan;
  readonly schedule: Schedule;
  readonly cancel: (event: EventId) => void;
  readonly now: () => Seconds;
  readonly record: (actor: string, fact: Fact) => void;
}

/** The clients' devices: what they compute with, what that draws, and when they can be reached. */
export function devicesOf({ plan, schedule, cancel, now, record }: DeviceSurroundings) {
  const availabilities = new Availabilities(plan, schedule);
  const turned = (client: string, isEmpty: boolean, charge: number) => {
    record(client, { type: isEmpty ? 'battery.empty' : 'battery.charged', charge });
    availabilities.turn(client, 'battery', isEmpty);
  };
  const batteries = new Batteries({ plan, schedule, cancel, now, turned });
  const cost = new ComputeCost(plan, (client, power) => batteries.draw(client, 'computing', power));
  return { availabilities, batteries, cost };
}

type Happening = Extract<Pending, { to: 'availability' | 'dropout' | 'battery' | 'wire' | 'handover' }>;

/** What happens to the actors of a run without anyone's doing. */
export class Environment {
  readonly #availabilities: Availabilities;
  readonly #batteries: Batteries;
  readonly #linkFailures: LinkFailures;
  readonly #handovers: Handovers;

  constructor(
    devices: { readonly availabilities: Availabilities; readonly batteries: Batteries },
    links: { readonly linkFailures: LinkFailures; readonly handovers: Handovers },
  ) {
    this.#availabilities = devices.availabilities;
    this.#batteries = devices.batteries;
    this.#linkFailures = links.linkFailures;
    this.#handovers = links.handovers;
  }

  start(): void {
    this.#availabilities.start();
    this.#batteries.start();
    this.#linkFailures.start();
    this.#handovers.start();
  }

  advance(pending: Happening): void {
    if (pending.to === 'availability') this.#availabilities.advance(pending);
    else if (pending.to === 'dropout') this.#availabilities.strike(pending);
    else if (pending.to === 'battery') this.#batteries.advance(pending.client);
    else if (pending.to === 'wire') this.#linkFailures.advance(pending);
    else this.#handovers.advance(pending);
  }

  /** An actor has taken an event. */
  follows(actor: string, event: ActorEvent): void {
    this.#handovers.hears(actor, event);
    if (event.type === 'restarted') this.#availabilities.restarted(actor);
  }
}
