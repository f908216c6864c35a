import { present } from '../assert.ts';
import type { ActorEvent, Message, Note } from '../event.ts';
import { type EventId, type Priority, priority } from '../kernel/event-list.ts';
import { Kernel } from '../kernel/kernel.ts';
import { Network } from '../network/network.ts';
import { type Instant, later, type Seconds, toDuration, toSeconds, type Watts } from '../units.ts';
import { Actors } from './actors.ts';
import { Agreement } from './agreement.ts';
import { airSetup } from './air-setup.ts';
import { AirSums } from './air-sums.ts';
import { Barrier } from './barrier.ts';
import type { Batteries } from './batteries.ts';
import type { ComputeCost } from './compute-cost.ts';
import { endDisturbance, type Surroundings, scriptWorld } from './disturbances.ts';
import { Effects } from './effects.ts';
import { devicesOf, Environment } from './environment.ts';
import { Evaluations, evaluated, type Scored } from './evaluations.ts';
import { ExchangeLedger } from './exchange-ledger.ts';
import { Handovers } from './handovers.ts';
import { Iterations } from './iterations.ts';
import { LinkFailures } from './link-failures.ts';
import { MemberBook } from './member-book.ts';
import { Observer } from './observer.ts';
import { resultsOf } from './pending-results.ts';
import type { Milestone, Pending, WorldPlan } from './plan.ts';
import { located } from './policy-place.ts';
import { Results } from './results.ts';
import { Script } from './script.ts';
import { StalenessAudit } from './staleness-audit.ts';
import type { WorldOptions } from './world-contract.ts';
import type { Cause, WorldEnd } from './world-end.ts';

export type { Dashboard } from './world-contract.ts';

/** One run: commits what is due in order, hands it to whom it concerns, and records what has become true. */
export class World {
  readonly #plan: WorldPlan;
  readonly #options: WorldOptions;
  readonly #kernel: Kernel<Pending>;
  readonly #actors: Actors;
  readonly network: Network;
  readonly #results: Results;
  readonly #cost: ComputeCost;
  readonly #members: MemberBook;
  readonly #ledger: ExchangeLedger;
  readonly #sums: AirSums;
  readonly #effects: Effects;
  readonly #observer: Observer;
  readonly #iterations: Iterations;
  readonly #barrier: Barrier;
  readonly #agreement: Agreement;
  readonly #audit: StalenessAudit;
  readonly #evaluations: Evaluations;
  readonly #environment: Environment;
  readonly #surroundings: Surroundings;
  readonly #script: Script | undefined;
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
      ready: (pending) => resultsOf(pending).every((id) => this.#results.isDone(id)),
      ...(plan.tieBreak === undefined ? {} : { tieBreak: plan.tieBreak }),
    });
    if (plan.algorithm.clock !== undefined) plan.algorithm.clock.now = () => toSeconds(this.#kernel.now);
    const schedule = (pending: Pending, after: Seconds = 0, rank: Priority = priority.fact): EventId =>
      this.#kernel.schedule(later(this.#kernel.now, toDuration(after)), pending, rank);
    const [cancel, now] = [(event: EventId) => void this.#kernel.cancel(event), () => toSeconds(this.#kernel.now)];
    const record: Surroundings['record'] = (actor, fact) => {
      this.#events++;
      recorder.record(this.#kernel.now, actor, fact);
    };
    const actors = new Actors(plan.cast);
    const results = new Results(pool, options.transcript);
    const { availabilities, batteries, cost } = devicesOf({ plan, schedule, cancel, now, record });
    const network = new Network({ ...plan, port: this.#networkPort(batteries) });
    const air = airSetup(plan, network);
    const members = new MemberBook({ plan, actors, network, cost, availabilities, now, air });
    const transmits = (client: string, power: Watts) => batteries.draw(client, 'air', power);
    const sums = new AirSums({ plan, setup: air, results, schedule, cancel, transmits, now: () => this.#kernel.now });
    const note = (actor: string, fact: Note) => this.#note(actor, fact);
    const ledger = new ExchangeLedger(plan, results, schedule);
    const [iterations, barrier] = [new Iterations(plan, schedule), new Barrier(plan, schedule)];
    this.#effects = new Effects({
      ...{ plan, network, results, cost, members, availabilities, ledger },
      ...{ iterations, barrier, sums, schedule, cancel, note },
      now: () => this.#kernel.now,
    });
    this.#surroundings = { actors, network, cost, schedule, record, now };
    this.#evaluations = new Evaluations(plan, results, schedule, now);
    [this.#iterations, this.#barrier] = [iterations, barrier];
    this.#agreement = new Agreement(plan, schedule);
    this.#audit = new StalenessAudit(plan);
    this.#observer = new Observer(plan);
    this.#script = script && new Script(script, scriptWorld(this.#surroundings), schedule);
    this.#actors = actors;
    this.#results = results;
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
    while (this.#advance() === 'blocked') {
      await this.#results.wait(resultsOf(present(this.#kernel.next, 'event that blocks')));
    }
    return {
      cause: this.#cause,
      now: toSeconds(this.#kernel.now),
      rounds: this.#observer.round,
      events: this.#events,
      scores: this.#evaluations.scores,
      models: this.#observer.models,
      energyJoules: this.#cost.joules + this.network.transmitJoules,
      uplinkBits: this.network.uplinkBits,
      dropouts: this.#dropouts,
      staleness: this.#audit.report(),
      states: new Map(this.#actors.ids.map((id) => [id, this.#actors.state(id)])),
    };
  }

  #open(): void {
    const { schedule } = this.#surroundings;
    const { until, evaluate } = this.#plan;
    for (const actor of this.#actors.ids) {
      if (this.#actors.kind(actor) !== 'client') schedule({ to: 'actor', actor, event: { type: 'started' } });
    }
    this.#environment.start();
    this.#script?.start();
    this.#evaluations.begin(this.#observer.present());
    const { everySeconds } = evaluate;
    if (Number.isFinite(everySeconds)) schedule({ to: 'clock', what: 'evaluate' }, everySeconds, priority.observation);
    if (Number.isFinite(until.seconds)) schedule({ to: 'clock', what: 'end' }, until.seconds, priority.observation);
  }

  #advance() {
    try {
      return this.#kernel.run(this.#options.pauseAt);
    } catch (error) {
      // XState words a guard's error anew; what the policy threw is what the user needs.
      throw located(this.#options.policyFailure.error ?? error, () => this.#place());
    }
  }

  /** Who was at work, for errors of policies. */
  #place(): string {
    const actor = this.#acting;
    const round = actor === undefined ? this.#observer.round + 1 : this.#actors.round(actor);
    return `${actor === undefined ? '' : `${actor}, `}round ${round}, t = ${toSeconds(this.#kernel.now)} s`;
  }

  #commit(pending: Pending): void {
    this.#acting = pending.to === 'actor' ? pending.actor : undefined;
    if (pending.to === 'actor') this.#deliver(pending.actor, this.#effects.completed(pending));
    else if (pending.to === 'network') this.network.advance(pending.transfer);
    else if (pending.to === 'air') this.#sums.advance(pending.server);
    else if (pending.to === 'environment') endDisturbance(this.#surroundings, pending.change);
    else if (pending.to === 'evaluation') this.#score(this.#evaluations.advance(pending));
    else if (pending.to === 'iteration') this.#inside(this.#iterations.pass(pending));
    else if (pending.to === 'exchange') this.#ledger.advance(pending);
    else if (pending.to === 'clock') this.#tick(pending.what);
    else if (pending.to === 'script') this.#script?.resume();
    else this.#environment.advance(pending);
    if (pending.to === 'environment' || pending.to === 'script') this.#sums.look();
    this.#show();
    const { betweenInstants } = this.#options;
    if (betweenInstants === undefined || this.#kernel.nextAt === this.#kernel.now) return;
    betweenInstants(this.#kernel.now, this.#observer.round);
  }

  #show(): void {
    const { dashboard } = this.#options;
    if (dashboard === undefined) return;
    const accuracy = this.#evaluations.scores.at(-1)?.accuracy ?? Number.NaN;
    dashboard.show(this.#kernel.now, this.#events, this.#observer.round, accuracy);
    if (dashboard.stop) this.#stop('stopped');
  }

  #stop(cause: Cause): void {
    this.#cause = cause;
    this.#kernel.stop();
  }

  #deliver(actor: string, event: ActorEvent): void {
    this.#surroundings.record(actor, event);
    this.#members.hears(actor, event);
    if (this.#observer.watches(actor)) this.#audit.hears(actor, event);
    this.#sums.hears(actor, event);
    if (event.type === 'update.received' && this.#counts(actor, event.round)) this.#members.remember(event);
    for (const effect of this.#actors.send(actor, event)) this.#effects.perform(actor, effect);
    this.#environment.follows(actor, event);
    if (!this.#observer.watches(actor)) return;
    if (this.#agreement.brings(event)) this.#observer.replace(actor, event.model);
    else if (event.type === 'cohort.scheduled') {
      this.#inside(this.#iterations.invite(actor, event.round, event.cohort));
    } else if (event.type === 'crashed') this.#leave(actor);
    else if (event.type === 'restarted') this.#join(actor, event.round);
  }

  /** A server whose rounds count went down: nobody waits for it. */
  #leave(server: string): void {
    this.#barrier.leave(server);
    this.#inside(this.#iterations.leave(server));
    this.#over(this.#observer.lose(server));
    this.#agreement.conclude(server);
  }

  #join(server: string, round: number): void {
    this.#barrier.join(server, round);
    this.#iterations.join(server);
    this.#observer.recover(server, round);
  }

  /** Whether a server can use an update of that round. */
  #counts(server: string, round: number): boolean {
    return this.#plan.algorithm.streaming !== undefined || round === this.#actors.round(server);
  }

  #note(actor: string, note: Note): void {
    this.#surroundings.record(actor, note);
    if (note.type === 'work.lost') {
      this.#dropouts++;
      this.#inside(this.#iterations.lose(actor, note.round));
    } else if (note.type === 'round.closed' && this.#observer.watches(actor)) {
      this.#audit.closes(note);
      this.#inside(this.#iterations.close(actor, note.round));
      this.#over(this.#observer.close(actor, note.round, note.model));
    } else if (note.type === 'consensus.reached') {
      this.#observer.replace(actor, note.model);
      this.#agreement.conclude(actor);
    }
  }

  /** Iterations inside a round are over. */
  #inside(milestones: readonly Milestone[]): void {
    for (const milestone of milestones) this.#evaluations.begin(milestone);
  }

  /** Rounds are over: scores them where that is due, wakes the script, and ends the run after the last. */
  #over(milestones: readonly Milestone[]): void {
    const { until, evaluate } = this.#plan;
    for (const milestone of milestones) {
      this.#script?.closed(milestone.round);
      const isLast = milestone.round >= until.rounds;
      if (isLast || milestone.round % evaluate.everyRounds === 0) this.#evaluations.begin(milestone);
      if (isLast) this.#surroundings.schedule({ to: 'clock', what: 'end' }, 0, priority.observation);
    }
  }

  #score(scored: Scored | undefined): void {
    if (scored === undefined) return;
    this.#surroundings.record('observer', evaluated(scored));
    if (scored.accuracy >= this.#plan.until.accuracy) this.#stop('accuracy');
  }

  #tick(what: 'evaluate' | 'end'): void {
    const { schedule } = this.#surroundings;
    if (what === 'end' && this.#agreement.open(this.#observer.up, this.#actors.nextRound)) return;
    const begun = !this.#evaluations.isPending && this.#evaluations.begin(this.#observer.present());
    if (what === 'evaluate') schedule({ to: 'clock', what }, this.#plan.evaluate.everySeconds, priority.observation);
    // Scores that are on their way are still part of the run.
    else if (begun || this.#evaluations.isPending) schedule({ to: 'clock', what }, 0, priority.observation);
    else this.#stop(this.#observer.round >= this.#plan.until.rounds ? 'rounds' : 'time');
  }

  #networkPort(batteries: Batteries) {
    return {
      now: () => this.#kernel.now,
      set: (at: Instant, transfer: number) => this.#kernel.schedule(at, { to: 'network', transfer }),
      clear: (alarm: EventId) => void this.#kernel.cancel(alarm),
      deliver: (at: Instant, actor: string, event: Message) =>
        void this.#kernel.schedule(at, { to: 'actor', actor, event }),
      sent: (transfer: Parameters<Effects['sent']>[0]) => this.#effects.sent(transfer),
      failed: (transfer: Parameters<Effects['failed']>[0]) => this.#effects.failed(transfer),
      downloadStarted: (client: string, message: Message, transfer: number) =>
        this.#effects.downloadStarted(client, message, transfer),
      transmits: (client: string, transfer: number, power: number) =>
        batteries.draw(client, `upload ${transfer}`, power),
    };
  }
}
