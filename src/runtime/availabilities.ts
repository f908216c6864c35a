import { present } from '../assert.ts';
import type { Dropout, Population } from '../devices/contract.ts';
import type { EventId } from '../kernel/event-list.ts';
import type { Stream } from '../math/streams.ts';
import type { Seconds } from '../units.ts';
import type { Pending, WorldPlan } from './plan.ts';
import type { Schedule } from './schedule.ts';

/** Why a client is away: its availability model says so, its battery is empty, or it has dropped out of its work. */
type Absence = 'schedule' | 'battery' | 'dropout';

/** Takes clients offline and brings them back as availability model and battery say: only who is not away is there. */
export class Availabilities {
  readonly #plan: WorldPlan;
  readonly #schedule: Schedule;
  readonly #draws = new Map<string, Stream>();
  readonly #absences = new Map<string, Set<Absence>>();
  readonly #population: Population;
  /** What each client has begun last: the index of its draw, and what came of it. */
  readonly #works = new Map<string, { readonly turn: number; readonly dropout: Dropout | undefined }>();

  constructor(plan: WorldPlan, schedule: Schedule) {
    this.#plan = plan;
    this.#schedule = schedule;
    this.#population = { clients: plan.clients.size, draws: plan.streams('availability') };
  }

  /** Whether servers wait for their clients. */
  get #isInRounds(): boolean {
    const { streaming, asynchronous } = this.#plan.algorithm;
    return streaming === undefined && asynchronous === undefined;
  }

  start(): void {
    for (const client of this.#plan.clients.keys()) this.#await(client, 0);
  }

  /** A sojourn is over: the next one begins. Even sojourns are online, odd ones offline. */
  advance({ client, sojourn }: Extract<Pending, { to: 'availability' }>): void {
    this.turn(client, 'schedule', sojourn % 2 === 0);
    this.#await(client, sojourn + 1);
  }

  /** A reason to be away holds from now on, or no longer. */
  turn(client: string, absence: Absence, holds: boolean): void {
    const absences = this.#absences.get(client) ?? new Set();
    this.#absences.set(client, absences);
    const wasAway = absences.size > 0;
    if (holds) absences.add(absence);
    else absences.delete(absence);
    if (wasAway === absences.size > 0) return;
    this.#schedule({ to: 'actor', actor: client, event: { type: wasAway ? 'came.online' : 'went.offline' } });
  }

  /** A crashed client is back: it is offline all the same where there is a reason. */
  restarted(client: string): void {
    if ((this.#absences.get(client)?.size ?? 0) === 0) return;
    this.#schedule({ to: 'actor', actor: client, event: { type: 'went.offline' } });
  }

  inRound(client: string, round: number): boolean {
    return this.#plan.devices.availability.inRound(this.#index(client), round, this.#stream(client), this.#population);
  }

  /** The client begins what it has been invited to: where it drops out of that, if it does. */
  begins(client: string, round: number): Dropout | undefined {
    const { devices } = this.#plan;
    // A server that waits for nobody may invite a client to one version again and again: each time counts as a round.
    const turn = this.#isInRounds ? round : (this.#works.get(client)?.turn ?? 0) + 1;
    const dropout = devices.availability.dropout?.(this.#index(client), turn, this.#stream(client), this.#population);
    this.#works.set(client, { turn, dropout });
    return dropout;
  }

  /** Where the client drops out of what it has begun last. */
  dropout(client: string): Dropout | undefined {
    return this.#works.get(client)?.dropout;
  }

  /**
   * The client drops out when a share of some work is done, and loses it. In rounds it is back at once, for the next of them;
   * where nobody waits for it, it is away for as long as the rest of its update would have taken.
   *
   * @param further what would have followed that work, as its upload
   */
  dropOut(client: string, share: number, seconds: Seconds, further: Seconds = 0): EventId {
    const away = this.#isInRounds ? 0 : (1 - share) * seconds + further;
    return this.#schedule({ to: 'dropout', client, away }, share * seconds);
  }

  /** A dropout strikes, or is over. */
  strike({ client, away }: Extract<Pending, { to: 'dropout' }>): void {
    this.turn(client, 'dropout', away !== undefined);
    if (away === 0) this.turn(client, 'dropout', false);
    else if (away !== undefined) this.#schedule({ to: 'dropout', client }, away);
  }

  /** Probability that the client takes part in a round to the end; 1 where its process doesn't say. */
  probability(client: string): number {
    return this.#plan.devices.availability.probability?.(this.#index(client), this.#population) ?? 1;
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
