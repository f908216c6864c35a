import { present } from '../assert.ts';
import type { ActorEvent, ControlVariate, MemorySlot, Message, ModelVersion, Note } from '../event.ts';
import type { Effect } from '../kernel/effect.ts';
import { type EventId, priority } from '../kernel/event-list.ts';
import type { Later } from '../later.ts';
import type { Control } from '../learning/control.ts';
import type { Superposed } from '../network/contract.ts';
import type { Network } from '../network/network.ts';
import type { Delivered } from '../network/transfer.ts';
import { type Bits, type Instant, later, toDuration, toDurationUp, toSeconds } from '../units.ts';
import type { AirSums } from './air-sums.ts';
import type { Availabilities } from './availabilities.ts';
import type { Barrier } from './barrier.ts';
import { combine, sum } from './combine.ts';
import { ahead, completed, completing, type Output } from './completion.ts';
import type { ComputeCost } from './compute-cost.ts';
import type { ExchangeLedger } from './exchange-ledger.ts';
import { arrivalInTime, integration } from './integrate.ts';
import type { Iterations } from './iterations.ts';
import { hasNumbers } from './later-model.ts';
import { training, wantsStatistics } from './local-rule.ts';
import type { MemberBook } from './member-book.ts';
import { bitsOf } from './message-bits.ts';
import type { Pending, WorldPlan } from './plan.ts';
import type { ResultId, Results } from './results.ts';
import type { Schedule } from './schedule.ts';
import { blankPieces, setUpStep } from './set-up.ts';
import { Trainings } from './trainings.ts';
import { RecordedOutput } from './transcript.ts';

/** Something that an actor has asked for and can take back. */
interface Asked {
  readonly event?: EventId;
  readonly transfer?: number;
  readonly result?: ResultId | undefined;
  /** Of a computation, multiply–accumulates: what is lost of it costs energy in proportion. */
  readonly macs?: number;
  readonly began?: Instant;
  readonly ends?: Instant;
  /** Where the client drops out of it. */
  readonly dropout?: EventId;
}

export interface EffectSurroundings {
  readonly plan: WorldPlan;
  readonly network: Network;
  readonly results: Results;
  readonly cost: ComputeCost;
  readonly availabilities: Availabilities;
  readonly members: MemberBook;
  readonly ledger: ExchangeLedger;
  readonly iterations: Iterations;
  readonly barrier: Barrier;
  readonly sums: AirSums;
  readonly schedule: Schedule;
  readonly cancel: (event: EventId) => void;
  readonly now: () => Instant;
  readonly note: (actor: string, note: Note) => void;
}

type Ask<Type extends Effect['type']> = Extract<Effect, { type: Type }>;

/** Performs what machines ask for, and remembers what they can take back. */
export class Effects {
  readonly #around: EffectSurroundings;
  /** By actor and the effect's id; undefined where it is over: the names come again, and removing them would cost more. */
  readonly #asked = new Map<string, Map<string, Asked | undefined>>();
  /** Uploads on the air: the sender hears when its last bit has left. */
  readonly #uploads = new Map<number, string>();
  readonly #trainings: Trainings;

  constructor(around: EffectSurroundings) {
    this.#around = around;
    this.#trainings = new Trainings(around.plan);
  }

  perform(actor: string, effect: Effect): void {
    if (effect.type === 'cancel') this.#cancel(actor, effect.id);
    else if (effect.type === 'send') this.#send(actor, effect);
    else if (effect.type === 'train') this.#train(actor, effect);
    else if (effect.type === 'combine') this.#combine(actor, effect);
    else if (effect.type === 'wait') this.#wait(actor, effect);
    else if (effect.type === 'note') this.#around.note(actor, effect.note);
    else if (effect.type === 'schedule') this.#selectCohort(actor, effect);
    else if (effect.type === 'gather') this.#around.barrier.arrive(actor, effect.round, effect.exchange);
    else if (effect.type === 'exchange') this.#around.ledger.request({ ...effect, server: actor });
    else if (effect.type === 'absorb') this.#around.ledger.absorb({ ...effect, server: actor });
    else if (effect.type === 'integrate') this.#integrate(actor, effect);
    else if (effect.type === 'prepare') this.#prepare(actor, effect);
    else if (effect.type === 'grant') this.#grant(actor, effect);
    else if (effect.type === 'listen') this.#around.sums.listen(actor, effect);
    else this.#around.sums.transmit(actor, effect);
  }

  /** A pending event as it is committed: with what its step has returned. */
  completed({ actor, event, result }: Extract<Pending, { to: 'actor' }>): ActorEvent {
    if (event.type === 'training.finished') {
      const macs = this.#asked.get(actor)?.get('training')?.macs;
      this.#asked.get(actor)?.set('training', undefined);
      this.#around.cost.spend(actor, macs ?? 0);
    } else if (event.type === 'setup.prepared') this.#prepared(actor);
    if (result === undefined) return event;
    const output = this.#around.results.output(result) as Later<Output>;
    if (!output.isSettled) return ahead(event, output);
    const { value } = output;
    if (value instanceof RecordedOutput) return value.completing(event);
    if (event.type === 'aggregate.received') {
      return this.#around.sums.completed(actor, event, value as unknown as Superposed);
    }
    return completed(event, value);
  }

  /** A client has made what its server needs: that cost energy. */
  #prepared(client: string): void {
    const macs = this.#asked.get(client)?.get('training')?.macs;
    this.#asked.get(client)?.set('training', undefined);
    if (macs !== undefined) this.#around.cost.spend(client, macs);
  }

  /** The last bit of a transfer has left its sender. */
  sent({ id, from, message, bits, seconds, snrDb }: Delivered): void {
    const name = this.#uploadOver(id, from);
    if (name !== 'upload' || !(message.type === 'update.received' || message.type === 'setup.received')) return;
    const { round } = message;
    const event =
      snrDb === undefined
        ? ({ type: 'upload.finished', round, bits, seconds } as const)
        : ({ type: 'upload.finished', round, bits, seconds, snrDb } as const);
    this.#around.schedule({ to: 'actor', actor: from, event });
  }

  /** A transfer was lost as often as it may be sent: both ends hear that the link between them broke. */
  failed({ id, from, to }: Delivered): void {
    this.#uploadOver(id, from);
    this.#around.schedule({ to: 'actor', actor: from, event: { type: 'peer.lost', peer: to } });
    this.#around.schedule({ to: 'actor', actor: to, event: { type: 'peer.lost', peer: from } });
  }

  /** Nothing of an upload is left to take back: its name. */
  #uploadOver(transfer: number, from: string): string | undefined {
    const name = this.#uploads.get(transfer);
    this.#uploads.delete(transfer);
    if (name === undefined) return undefined;
    const { dropout } = this.#asked.get(from)?.get(name) ?? {};
    if (dropout !== undefined) this.#around.cancel(dropout);
    this.#asked.get(from)?.set(name, undefined);
    return name;
  }

  downloadStarted(client: string, message: Message, transfer: number): void {
    this.#remember(client, 'download', { transfer });
    if (message.type !== 'model.received' && message.type !== 'setup.shared') return;
    const event = { type: 'download.started', from: message.from, round: message.round } as const;
    this.#around.schedule({ to: 'actor', actor: client, event });
  }

  #remember(actor: string, id: string, asked: Asked): void {
    const own = this.#asked.get(actor) ?? new Map<string, Asked | undefined>();
    if (own.size === 0) this.#asked.set(actor, own);
    own.set(id, asked);
  }

  #send(from: string, { to, message, id }: Ask<'send'>): void {
    if (typeof to === 'string') this.#sendOne(from, to, messageFor(message, 0), id);
    else for (let at = 0; at < to.length; at++) this.#sendOne(from, to[at] as string, messageFor(message, at), id);
  }

  #sendOne(from: string, to: string, message: Message, id: string | undefined): void {
    const bits = bitsOf(message, this.#around.plan);
    // An update meets the luck of the training that it comes from.
    const turn = message.type === 'update.received' ? this.#trainings.turn(from) : undefined;
    const transfer = this.#around.network.send(from, to, message, bits, turn);
    if (transfer === undefined || id === undefined) return;
    this.#uploads.set(transfer, id);
    const dropout = this.#dropoutOf(from, to, message, bits);
    this.#remember(from, id, dropout === undefined ? { transfer } : { transfer, dropout });
  }

  /** Where a client drops out while it sends its update, if it does. */
  #dropoutOf(from: string, to: string, message: Message, bits: Bits): EventId | undefined {
    const { plan, network, availabilities } = this.#around;
    if (message.type !== 'update.received' || !plan.clients.has(from)) return undefined;
    const dropout = availabilities.dropout(from);
    if (dropout?.during !== 'transmitting') return undefined;
    return availabilities.dropOut(from, dropout.share, network.uploadSeconds(from, to, bits));
  }

  #train(client: string, { id, round, model, localSteps, control, memory = NO_MEMORY }: Ask<'train'>): void {
    const { plan, results, cost, availabilities, iterations, members, schedule, now } = this.#around;
    const { index } = present(plan.clients.get(client), client);
    const steps = localSteps ?? plan.algorithm.localSteps;
    const { turn, firstStep, passes } = this.#trainings.begin(client, index, steps);
    const seconds = cost.begin(client, turn, passes?.steps ?? steps);
    const began = now();
    const [macs, ends] = [cost.macsPerStep(client) * (passes?.steps ?? steps), later(began, toDuration(seconds))];
    const dropout = availabilities.begins(client, round);
    if (dropout?.during === 'computing') {
      // It will never end, so nothing is computed; what it has done by then still costs energy.
      const further = members.uploadSeconds(client);
      const struck = availabilities.dropOut(client, dropout.share, seconds, further);
      this.#remember(client, id, { macs, began, ends, dropout: struck });
      return;
    }
    const numbered = { client: index, round, firstStep, steps, model };
    const work = passes === undefined ? numbered : { ...numbered, passes: passes.drawn };
    const planned = control === undefined ? work : { ...work, control: vectorsOf(control) };
    const result = hasNumbers(model) ? results.start(training(plan, client, planned, memory)) : undefined;
    if (hasNumbers(model)) iterations.begin(client, planned, seconds);
    const samples = plan.task.sampleCounts[index] ?? 0;
    const event = { type: 'training.finished', round, model, samples, localSteps: steps, loss: Number.NaN } as const;
    // What an update tells of itself is looked at when it is there.
    const ending = schedule(completing(client, event, result, wantsStatistics(plan)), seconds);
    this.#remember(client, id, { event: ending, result, macs, began, ends });
  }

  #combine(actor: string, { round, exchange, models, weights, sum: isSum }: Ask<'combine'>): void {
    const work = isSum === true ? sum(models, weights) : combine(models, weights);
    const result = work && this.#around.results.start(work);
    const event = { type: 'models.combined', round, exchange, model: models[0] as ModelVersion } as const;
    this.#around.schedule(completing(actor, event, result, false));
  }

  #prepare(client: string, { id, round }: Ask<'prepare'>): void {
    const { plan, results, cost, schedule, now } = this.#around;
    const { index } = present(plan.clients.get(client), client);
    const { step, macs } = setUpStep(plan, index);
    const result = step && results.start({ needs: [], make: () => step });
    const made = step === undefined ? blankPieces(plan) : {};
    const event = { type: 'setup.prepared', round, model: NO_MODEL, ...made, ...plan.terms?.[index] } as const;
    const seconds = cost.compute(client, macs);
    const ending = schedule(completing(client, event, result, true), seconds);
    const began = now();
    this.#remember(client, id, { event: ending, result, macs, began, ends: later(began, toDuration(seconds)) });
  }

  #integrate(actor: string, request: Ask<'integrate'>): void {
    const { plan, availabilities, results, network, cost, schedule } = this.#around;
    const { round, model, closeAfter } = request;
    const work = integration(plan, request, (client) => {
      const inTime = arrivalInTime({ plan, network, cost }, { client, server: actor, closeAfter });
      return availabilities.probability(client) * inTime;
    });
    const result = work && results.start(work);
    const event = { type: 'models.combined', round, exchange: 0, model } as const;
    // Which of its vectors a rule has changed is seen when it is done.
    schedule(completing(actor, event, result, true));
  }

  #selectCohort(server: string, { id, round, except }: Ask<'schedule'>): void {
    const event = { type: 'cohort.scheduled', round, ...this.#around.members.cohort(server, round, except) } as const;
    this.#remember(server, id, { event: this.#around.schedule({ to: 'actor', actor: server, event }) });
  }

  #grant(server: string, asked: Ask<'grant'>): void {
    const event = {
      type: 'uplink.scheduled',
      round: asked.round,
      ...this.#around.members.grant(server, asked),
    } as const;
    this.#remember(server, asked.id, { event: this.#around.schedule({ to: 'actor', actor: server, event }) });
  }

  #wait(actor: string, { id, seconds, event }: Ask<'wait'>): void {
    if (!Number.isFinite(seconds)) return;
    const isDeadline = event.type === 'deadline.passed';
    // Who comes at the instant of a deadline is in time, so that instant is never rounded down.
    const after = isDeadline ? toSeconds(toDurationUp(seconds)) : seconds;
    const rank = isDeadline ? priority.deadline : priority.fact;
    this.#remember(actor, id, { event: this.#around.schedule({ to: 'actor', actor, event }, after, rank) });
  }

  #cancel(actor: string, id: string): void {
    const own = this.#asked.get(actor);
    const asked = own?.get(id);
    if (asked === undefined) return;
    own?.set(id, undefined);
    const { event, result, transfer, macs = 0, began, ends, dropout } = asked;
    if (event !== undefined) this.#around.cancel(event);
    if (dropout !== undefined) this.#around.cancel(dropout);
    if (result !== undefined) this.#around.results.giveUp(result);
    if (transfer !== undefined) this.#around.network.cancel(transfer);
    if (transfer !== undefined) this.#uploads.delete(transfer);
    if (began !== undefined && ends !== undefined && ends > began) {
      this.#around.cost.spend(actor, (macs * (this.#around.now() - began)) / (ends - began));
    }
  }
}

function vectorsOf({ plus, minus }: ControlVariate): Control {
  return {
    ...(plus?.parameters && { plus: plus.parameters }),
    ...(minus?.parameters && { minus: minus.parameters }),
  };
}

const NO_MODEL: ModelVersion = { parameters: undefined, digest: '-' };
const NO_MEMORY: readonly MemorySlot[] = [];

const messageFor = (message: Message | readonly Message[], index: number): Message =>
  'type' in message ? message : (message[index] as Message);
