import type { ActorEvent, Note } from '../event.ts';
import type { Effect } from '../kernel/effect.ts';
import { type EventId, type Priority, priority } from '../kernel/event-list.ts';
import { Kernel } from '../kernel/kernel.ts';
import { type Later, NotYet } from '../later.ts';
import { Network } from '../network/network.ts';
import { later, type Seconds, toDuration, toSeconds, type Watts } from '../units.ts';
import { Actors } from './actors.ts';
import { airSetup } from './air-setup.ts';
import { AirSums } from './air-sums.ts';
import { Backlog, type LaterFact } from './backlog.ts';
import type { ComputeCost } from './compute-cost.ts';
import { endDisturbance, type Surroundings, scriptWorld } from './disturbances.ts';
import { Effects } from './effects.ts';
import { devicesOf, Environment } from './environment.ts';
import { ExchangeLedger } from './exchange-ledger.ts';
import { Handovers } from './handovers.ts';
import { Lead, mayLead } from './lead.ts';
import { LinkFailures } from './link-failures.ts';
import { MemberBook } from './member-book.ts';
import { networkPort } from './network-port.ts';
import { CarryingLimit, InstantLimit } from './pace-limit.ts';
import type { Pending, WorldPlan } from './plan.ts';
import { located } from './policy-place.ts';
import { Results } from './results.ts';
import { Rounds } from './rounds.ts';
import { Script } from './script.ts';
import type { WorldOptions } from './world-contract.ts';
import type { Cause, WorldEnd } from './world-end.ts';

export type { Dashboard } from './world-contract.ts';

/** What an actor has asked for in a transition, and how much of it has been performed. */
interface Answer {
  readonly actor: string;
  readonly event: ActorEvent;
  readonly effects: readonly Effect[];
  next: number;
}

/** One run: commits what is due in order, hands it to whom it concerns, and records what has become true. */
export class World {
  readonly #plan: WorldPlan;
  readonly #options: WorldOptions;
  readonly #kernel: Kernel<Pending>;
  readonly #actors: Actors;
  readonly network: Network;
  readonly #cost: ComputeCost;
  readonly #members: MemberBook;
  readonly #ledger: ExchangeLedger;
  readonly #sums: AirSums;
  readonly #effects: Effects;
  readonly #rounds: Rounds;
  readonly #environment: Environment;
  readonly #surroundings: Surroundings;
  readonly #script: Script | undefined;
  readonly #backlog: Backlog;
  readonly #lead: Lead;
  /** A transition that has not been answered to the end, since a policy looks at what isn't there yet. */
  #answering: Answer | undefined;
  #awaited: readonly Later<unknown>[] = [];
  readonly #instants = new InstantLimit();
  readonly #carrying = new CarryingLimit();
  #isStopDue = false;
  #events = 0;
  #dropouts = 0;
  #cause: Cause = 'drained';
  /** Whose event is being delivered. */
  #acting: string | undefined;

  constructor(options: WorldOptions) {
    const { plan, pool, recorder, script } = options;
    this.#plan = plan;
    this.#options = options;
    this.#kernel = new Kernel<Pending>({
      deliver: (pending) => this.#commit(pending),
      ready: (pending) => this.#isReady(pending),
      ...(plan.tieBreak === undefined ? {} : { tieBreak: plan.tieBreak }),
    });
    if (plan.algorithm.clock !== undefined) plan.algorithm.clock.now = () => toSeconds(this.#kernel.now);
    const schedule = (pending: Pending, after: Seconds = 0, rank: Priority = priority.fact): EventId =>
      this.#kernel.schedule(later(this.#kernel.now, toDuration(after)), pending, rank);
    const [cancel, now] = [(event: EventId) => void this.#kernel.cancel(event), () => toSeconds(this.#kernel.now)];
    const record: Surroundings['record'] = (actor, fact) => {
      this.#events++;
      this.#backlog.record(this.#kernel.now, actor, fact);
    };
    const actors = new Actors(plan.cast);
    const results = new Results(pool, options.transcript);
    this.#backlog = new Backlog(recorder, mayLead(plan, pool.threads));
    this.#lead = new Lead(plan, { results, backlog: this.#backlog, threads: pool.threads });
    const { availabilities, batteries, cost } = devicesOf({ plan, schedule, cancel, now, record });
    const network = new Network({ ...plan, port: networkPort(this.#kernel, () => this.#effects, batteries) });
    const air = airSetup(plan, network);
    const members = new MemberBook({ plan, actors, network, cost, availabilities, now, air });
    const transmits = (client: string, power: Watts) => batteries.draw(client, 'air', power);
    const sums = new AirSums({ plan, setup: air, results, schedule, cancel, transmits, now: () => this.#kernel.now });
    const ledger = new ExchangeLedger(plan, results, schedule);
    this.#rounds = new Rounds({
      plan,
      actors,
      results,
      schedule,
      now,
      record: (fact) => this.#recordLater(fact),
      closed: (round) => this.#script?.closed(round),
      stop: (cause) => this.#stop(cause),
    });
    this.#effects = new Effects({
      plan,
      network,
      results,
      cost,
      members,
      availabilities,
      ledger,
      iterations: this.#rounds.iterations,
      barrier: this.#rounds.barrier,
      sums,
      schedule,
      cancel,
      note: (actor, fact) => this.#note(actor, fact),
      now: () => this.#kernel.now,
    });
    this.#surroundings = { actors, network, cost, schedule, record, now };
    this.#script = script && new Script(script, scriptWorld(this.#surroundings), schedule);
    this.#actors = actors;
    this.#cost = cost;
    this.network = network;
    this.#environment = new Environment(
      { availabilities, batteries },
      {
        linkFailures: new LinkFailures({ plan, network, schedule, record }),
        handovers: new Handovers({ plan, actors, network, members, schedule, now }),
      },
    );
    this.#members = members;
    this.#ledger = ledger;
    this.#sums = sums;
  }

  /** Runs to the end that the plan names. Rejects with what a policy, a script or a step threw. */
  async run(): Promise<WorldEnd> {
    this.#open();
    try {
      while (this.#advance() === 'blocked') await this.#lead.progress(this.#awaited);
    } finally {
      // What became true before goes on the record first; if a step of it failed, that is what went wrong.
      await this.#lead.catchUp();
    }
    return {
      cause: this.#cause,
      now: toSeconds(this.#kernel.now),
      rounds: this.#rounds.round,
      events: this.#events,
      scores: this.#rounds.scores,
      models: this.#rounds.models,
      energy: { computing: this.#cost.joules, transmitting: this.network.transmitJoules },
      uplinkBits: this.network.uplinkBits,
      dropouts: this.#dropouts,
      staleness: this.#rounds.staleness(),
      states: new Map(this.#actors.ids.map((id) => [id, this.#actors.state(id)])),
    };
  }

  #open(): void {
    const { schedule } = this.#surroundings;
    for (const actor of this.#actors.ids) {
      if (this.#actors.kind(actor) !== 'client') schedule({ to: 'actor', actor, event: { type: 'started' } });
    }
    this.#environment.start();
    this.#script?.start();
    this.#rounds.begin();
  }

  #advance() {
    try {
      this.#awaited = [];
      if (this.#answering !== undefined) {
        this.#answer(this.#answering);
        this.#finish();
      }
      return this.#kernel.run(this.#options.pauseAt);
    } catch (error) {
      if (error instanceof NotYet) {
        this.#awaited = error.awaited;
        return 'blocked';
      }
      // XState words a guard's error anew; what the policy threw is what the user needs.
      throw located(this.#options.policyFailure.error ?? error, () => this.#place());
    }
  }

  /** Who was at work, for errors of policies. */
  #place(): string {
    const actor = this.#acting;
    const round = actor === undefined ? this.#rounds.round + 1 : this.#actors.round(actor);
    return `${actor === undefined ? '' : `${actor}, `}round ${round}, t = ${toSeconds(this.#kernel.now)} s`;
  }

  #isReady(pending: Pending): boolean {
    if (!this.#isStopDue) return this.#lead.allows(pending);
    if (this.#backlog.length > 0) return false;
    this.#isStopDue = false;
    this.#options.stops?.visit();
    return this.#lead.allows(pending);
  }

  #commit(pending: Pending): void {
    this.#acting = pending.to === 'actor' ? pending.actor : undefined;
    if (pending.to === 'actor') this.#carrying.reset();
    else if (pending.to === 'network') this.#carrying.count(this.#plan.cast.length, () => this.#waitedFor(pending));
    this.#instants.count(this.#kernel.now, this.#plan.cast.length, () => this.#waitedFor(pending));
    if (pending.to === 'network') this.network.advance(pending.transfer);
    else if (pending.to === 'actor') this.#deliver(pending.actor, this.#effects.completed(pending));
    else if (pending.to === 'air') this.#sums.advance(pending.server);
    else if (pending.to === 'environment') endDisturbance(this.#surroundings, pending.change);
    else if (pending.to === 'exchange') this.#ledger.advance(pending);
    else if (pending.to === 'script') this.#script?.resume();
    else if (pending.to === 'evaluation' || pending.to === 'iteration' || pending.to === 'clock') {
      this.#rounds.advance(pending);
    } else this.#environment.advance(pending);
    if (pending.to === 'environment' || pending.to === 'script') this.#sums.look();
    this.#finish();
  }

  /** What is committed again and again, for the error that ends it. */
  #waitedFor(pending: Pending): string {
    const isCarried = pending.to === 'network';
    const other = isCarried ? this.network.say(pending.transfer) : pending.to;
    const what = pending.to === 'actor' ? `${pending.actor}, ${pending.event.type}` : other;
    return `${what}, t = ${toSeconds(this.#kernel.now)} s`;
  }

  /** An event is committed. */
  #finish(): void {
    this.#show();
    const { stops } = this.#options;
    if (stops === undefined || this.#kernel.nextAt === this.#kernel.now) return;
    this.#isStopDue = stops.isDue(this.#kernel.now, this.#rounds.round);
  }

  #show(): void {
    const { dashboard } = this.#options;
    if (dashboard === undefined) return;
    const accuracy = this.#rounds.scores.at(-1)?.accuracy ?? Number.NaN;
    dashboard.show(this.#kernel.now, this.#events, this.#rounds.round, accuracy);
    if (dashboard.stop) this.#stop('stopped');
  }

  #stop(cause: Cause): void {
    this.#cause = cause;
    this.#kernel.stop();
  }

  #deliver(actor: string, event: ActorEvent): void {
    if (this.#actors.isMoot(actor, event)) return;
    this.#surroundings.record(actor, event);
    this.#members.hears(actor, event);
    this.#rounds.hears(actor, event);
    this.#sums.hears(actor, event);
    if (event.type === 'update.received' && this.#counts(actor, event.round)) this.#members.remember(event);
    this.#answer({ actor, event, effects: this.#actors.send(actor, event), next: 0 });
  }

  /** Performs what an actor has asked for; a policy may throw `NotYet` on the way, and this goes on there later. */
  #answer(answer: Answer): void {
    const { actor, event, effects } = answer;
    this.#answering = answer;
    for (; answer.next < effects.length; answer.next++) {
      this.#effects.perform(actor, effects[answer.next] as Effect);
    }
    this.#answering = undefined;
    this.#environment.follows(actor, event);
    this.#rounds.follows(actor, event);
  }

  /** Whether a server can use an update of that round. */
  #counts(server: string, round: number): boolean {
    return this.#plan.algorithm.streaming !== undefined || round === this.#actors.round(server);
  }

  #note(actor: string, note: Note): void {
    this.#surroundings.record(actor, note);
    if (note.type === 'work.lost') this.#dropouts++;
    this.#rounds.notes(actor, note);
  }

  /** A fact of the observer; it turns out to be none where a model is scored twice. */
  #recordLater(later: LaterFact): void {
    this.#events++;
    const make = () => {
      const fact = later.make();
      if (fact === undefined) this.#events--;
      return fact;
    };
    this.#backlog.recordLater(this.#kernel.now, 'observer', { ...later, make });
  }
}
