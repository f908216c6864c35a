import { present } from '../assert.ts';
import type { ActorEvent, ModelVersion, Update, UplinkSchedule } from '../event.ts';
import type { Effect } from '../kernel/effect.ts';
import type { EventId } from '../kernel/event-list.ts';
import type { Superposed } from '../network/contract.ts';
import { between, type Instant, toSeconds, type Watts } from '../units.ts';
import { aggregateOf, measured, superpositionOf } from './air-record.ts';
import { type OnAir, type Sender, senderOf } from './air-sender.ts';
import type { AirSetup } from './air-setup.ts';
import { completing } from './completion.ts';
import type { WorldPlan } from './plan.ts';
import type { Results } from './results.ts';
import type { Schedule } from './schedule.ts';

type Ask<Type extends Effect['type']> = Extract<Effect, { type: Type }>;

/** What a client has made in its last round. */
export interface Trained {
  readonly round: number;
  readonly update: Update;
}

/** A server that listens. */
interface Slot {
  readonly asked: Ask<'listen'>;
  /** Granted clients that are neither ready nor lost. */
  readonly awaited: Set<string>;
  /** Models of those that are ready to send. */
  readonly ready: Map<string, ModelVersion>;
  onAir: OnAir | undefined;
  ending: EventId | undefined;
}

/**
 * Over-the-air sums under way, one at a server at most. A sum begins when every client that was granted the air is ready or
 * lost, since all must begin at once, and takes D / B seconds. A client that is lost before is missing from the sum: the power
 * control goes by those that are left, and weights stay as they were granted. One that is lost on the way has sent its first
 * symbols, and the rest of its update is missing; an obstacle or a cut link weakens or silences it while it lasts.
 */
export class AirSums {
  readonly #plan: WorldPlan;
  readonly #setup: AirSetup | undefined;
  readonly #results: Results;
  readonly #schedule: Schedule;
  readonly #cancel: (event: EventId) => void;
  readonly #now: () => Instant;
  readonly #transmits: (client: string, power: Watts) => void;
  readonly #trained = new Map<string, Trained>();
  /** Of the last sum at each server. */
  readonly #samplingErrors = new Map<string, UplinkSchedule['samplingError']>();
  readonly #slots = new Map<string, Slot>();

  constructor(around: {
    readonly plan: WorldPlan;
    readonly setup: AirSetup | undefined;
    readonly results: Results;
    readonly schedule: Schedule;
    readonly cancel: (event: EventId) => void;
    readonly now: () => Instant;
    /** A client's transmitter draws this power from now on; 0 when it is off. */
    readonly transmits: (client: string, power: Watts) => void;
  }) {
    this.#plan = around.plan;
    this.#setup = around.setup;
    this.#results = around.results;
    this.#schedule = around.schedule;
    this.#cancel = around.cancel;
    this.#now = around.now;
    this.#transmits = around.transmits;
  }

  /** What actors hear: updates that are made, and losses. */
  hears(actor: string, event: ActorEvent): void {
    if (this.#setup === undefined) return;
    if (event.type === 'training.finished') this.#trained.set(actor, { round: event.round, update: event });
    else if (event.type === 'peer.lost') this.#lose(actor, event.peer);
    else if (event.type === 'crashed') this.#close(actor);
  }

  listen(server: string, asked: Ask<'listen'>): void {
    this.#close(server);
    const awaited = new Set(asked.schedule.cohort);
    const slot: Slot = { asked, awaited, ready: new Map(), onAir: undefined, ending: undefined };
    this.#slots.set(server, slot);
    this.#beginIfReady(server, slot);
  }

  transmit(client: string, { to, round, model }: Ask<'transmit'>): void {
    const slot = this.#slots.get(to);
    if (slot === undefined || slot.asked.round !== round || !slot.awaited.delete(client)) return;
    slot.ready.set(client, model);
    this.#beginIfReady(to, slot);
  }

  /** Links may have changed: whoever is on the air arrives stronger or weaker from now on. */
  look(): void {
    for (const { onAir } of this.#slots.values()) {
      const symbol = onAir && this.#symbolOf(onAir);
      for (const sender of onAir?.senders ?? []) if (!sender.isGone) sender.fade(symbol as number);
    }
  }

  /** The last symbol of a sum has come: what it amounts to is worked out, and its server and its senders hear of it. */
  advance(server: string): void {
    const slot = present(this.#slots.get(server), 'over-the-air sum');
    const setup = present(this.#setup, 'over-the-air radio');
    const onAir = present(slot.onAir, 'sum on the air');
    this.#slots.delete(server);
    const { asked } = slot;
    this.#samplingErrors.set(server, asked.schedule.samplingError);
    const input = superpositionOf({ plan: this.#plan, server, asked, onAir, trained: this.#trained });
    const result = input && this.#results.start({ needs: [], make: () => setup.overTheAir.superposition(input) });
    const aggregate = aggregateOf({ asked, onAir, elements: this.#plan.initial.parameters?.length ?? Number.NaN });
    setup.spend(aggregate.joules);
    const event = { type: 'aggregate.received', round: asked.round, ...aggregate } as const;
    this.#schedule(completing(server, event, result, true));
    for (const { client, isGone } of onAir.senders) {
      if (isGone) continue;
      this.#transmits(client, 0);
      const sent = { type: 'upload.finished', round: asked.round, bits: 0, seconds: onAir.seconds } as const;
      this.#schedule({ to: 'actor', actor: client, event: sent });
    }
  }

  /** The sum as it is committed, with what its step has measured. */
  completed(
    server: string,
    event: Extract<ActorEvent, { type: 'aggregate.received' }>,
    output: Superposed,
  ): ActorEvent {
    const samplingError = this.#samplingErrors.get(server);
    return { type: event.type, round: event.round, ...measured(event, output, samplingError) };
  }

  #beginIfReady(server: string, slot: Slot): void {
    if (slot.awaited.size > 0 || slot.onAir !== undefined) return;
    const setup = present(this.#setup, 'over-the-air radio');
    const { round, schedule } = slot.asked;
    const began = this.#now();
    const senders = schedule.cohort.flatMap((client, index): Sender[] => {
      const model = slot.ready.get(client);
      const made = this.#trained.get(client);
      if (model === undefined || made?.round !== round) return [];
      const { update } = made;
      const weight = schedule.weights[index] as number;
      return [senderOf(setup, { client, server, round, model, update, weight, schedule, at: began })];
    });
    const heard = senders.filter(({ gain }) => gain > 0);
    const seconds = heard.length === 0 ? 0 : setup.symbols / setup.overTheAir.bandwidth;
    const block = heard.length === 0 ? undefined : setup.arrive(server, heard);
    heard.forEach((sender, k) => sender.arrives(block, k));
    slot.onAir = { began, seconds, symbols: setup.symbols, senders, heard, block };
    slot.ending = this.#schedule({ to: 'air', server }, seconds);
    for (const { client, watts } of heard) this.#transmits(client, watts);
  }

  #lose(server: string, client: string): void {
    const slot = this.#slots.get(server);
    if (slot === undefined) return;
    const { onAir } = slot;
    if (onAir !== undefined) {
      const sender = onAir.senders.find((each) => each.client === client);
      if (sender !== undefined && !sender.isGone) this.#silence(sender, onAir);
      return;
    }
    slot.awaited.delete(client);
    slot.ready.delete(client);
    this.#beginIfReady(server, slot);
  }

  #close(server: string): void {
    const slot = this.#slots.get(server);
    if (slot === undefined) return;
    this.#slots.delete(server);
    if (slot.ending !== undefined) this.#cancel(slot.ending);
    const { onAir, asked } = slot;
    if (onAir === undefined) return;
    // Nobody listens any more, so they stop; what they have sent is spent.
    for (const sender of onAir.senders) if (!sender.isGone) this.#silence(sender, onAir);
    present(this.#setup, 'over-the-air radio').spend(aggregateOf({ asked, onAir, elements: Number.NaN }).joules);
  }

  #silence(sender: Sender, onAir: OnAir): void {
    sender.leave(this.#symbolOf(onAir));
    this.#transmits(sender.client, 0);
  }

  /** The symbol that is on the air now. */
  #symbolOf({ began, seconds, symbols }: OnAir): number {
    const passed = toSeconds(between(began, this.#now()));
    return Math.min(symbols, Math.floor((passed / seconds) * symbols));
  }
}
