import { present } from '../assert.ts';
import type { Stream } from '../math/streams.ts';
import type { Pending, WorldPlan } from './plan.ts';
import type { Schedule } from './schedule.ts';

/** Takes clients offline and brings them back as the availability model says. */
export class Availabilities {
  readonly #plan: WorldPlan;
  readonly #schedule: Schedule;
  readonly #draws = new Map<string, Stream>();

  constructor(plan: WorldPlan, schedule: Schedule) {
    this.#plan = plan;
    this.#schedule = schedule;
  }

  start(): void {
    for (const client of this.#plan.clients.keys()) this.#await(client, 0);
  }

  /** A sojourn is over: the next one begins. Even sojourns are online, odd ones offline. */
  advance({ client, sojourn }: Extract<Pending, { to: 'availability' }>): void {
    const type = sojourn % 2 === 0 ? 'went.offline' : 'came.online';
    this.#schedule({ to: 'actor', actor: client, event: { type } });
    this.#await(client, sojourn + 1);
  }

  inRound(client: string, round: number): boolean {
    return this.#plan.devices.availability.inRound(this.#index(client), round, this.#stream(client));
  }

  #await(client: string, sojourn: number): void {
    const seconds = this.#plan.devices.availability.sojourn(this.#index(client), sojourn, this.#stream(client));
    if (Number.isFinite(seconds)) this.#schedule({ to: 'availability', client, sojourn }, seconds);
  }

  #index(client: string): number {
    return present(this.#plan.clients.get(client), client).index;
  }

  #stream(client: string): Stream {
    const stream = this.#draws.get(client) ?? this.#plan.streams(`${client}/availability`);
    this.#draws.set(client, stream);
    return stream;
  }
}
