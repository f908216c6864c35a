import type { ActorEvent, ModelVersion, Note } from '../event.ts';
import { priority } from '../kernel/event-list.ts';
import type { Seconds } from '../units.ts';
import type { Actors } from './actors.ts';
import { Agreement } from './agreement.ts';
import type { LaterFact } from './backlog.ts';
import { Barrier } from './barrier.ts';
import { Evaluations, type Scored } from './evaluations.ts';
import { Iterations } from './iterations.ts';
import { plain } from './later-model.ts';
import { Observer } from './observer.ts';
import type { Milestone, Pending, WorldPlan } from './plan.ts';
import type { Results } from './results.ts';
import type { Schedule } from './schedule.ts';
import { StalenessAudit, type StalenessReport } from './staleness-audit.ts';
import type { Cause } from './world-end.ts';

export interface RoundsSurroundings {
  readonly plan: WorldPlan;
  readonly actors: Actors;
  readonly results: Results;
  readonly schedule: Schedule;
  readonly now: () => Seconds;
  /** Puts the observer's facts on the record. */
  readonly record: (fact: LaterFact) => void;
  /** Called when a round is over. */
  readonly closed: (round: number) => void;
  readonly stop: (cause: Cause) => void;
}

/** Follows the rounds of a run: what is over by what has happened, what is scored then, and when the run ends. */
export class Rounds {
  readonly #around: RoundsSurroundings;
  readonly #observer: Observer;
  readonly #agreement: Agreement;
  readonly #audit: StalenessAudit;
  readonly #evaluations: Evaluations;
  readonly iterations: Iterations;
  readonly barrier: Barrier;

  constructor(around: RoundsSurroundings) {
    const { plan, results, schedule, now } = around;
    this.#around = around;
    this.#observer = new Observer(plan);
    this.#agreement = new Agreement(plan, schedule);
    this.#audit = new StalenessAudit(plan);
    this.#evaluations = new Evaluations(plan, results, schedule, now);
    this.iterations = new Iterations(plan, schedule);
    this.barrier = new Barrier(plan, schedule);
  }

  /** The last round that is over. */
  get round(): number {
    return this.#observer.round;
  }

  /** Those that are on the record. */
  get scores(): readonly Scored[] {
    return this.#evaluations.scores;
  }

  /** Each server's latest model, which must be there. */
  get models(): ReadonlyMap<string, ModelVersion> {
    return new Map([...this.#observer.models].map(([id, model]) => [id, plain(model)]));
  }

  staleness(): StalenessReport | undefined {
    return this.#audit.report();
  }

  begin(): void {
    const { plan, schedule } = this.#around;
    this.#evaluations.begin(this.#observer.present());
    const { everySeconds } = plan.evaluate;
    if (Number.isFinite(everySeconds)) schedule({ to: 'clock', what: 'evaluate' }, everySeconds, priority.observation);
    const { seconds } = plan.until;
    if (Number.isFinite(seconds)) schedule({ to: 'clock', what: 'end' }, seconds, priority.observation);
  }

  advance(pending: Extract<Pending, { to: 'evaluation' | 'iteration' | 'clock' }>): void {
    if (pending.to === 'evaluation') this.#score(this.#evaluations.advance(pending));
    else if (pending.to === 'iteration') this.#inside(this.iterations.pass(pending));
    else this.#tick(pending.what);
  }

  /** An actor hears of an event. */
  hears(actor: string, event: ActorEvent): void {
    if (this.#observer.watches(actor)) this.#audit.hears(actor, event);
  }

  /** An actor has answered an event. */
  follows(actor: string, event: ActorEvent): void {
    if (!this.#observer.watches(actor)) return;
    if (this.#agreement.brings(event)) this.#observer.replace(actor, event.model);
    else if (event.type === 'cohort.scheduled') {
      this.#inside(this.iterations.invite(actor, event.round, event.cohort));
    } else if (event.type === 'crashed') this.#leave(actor);
    else if (event.type === 'restarted') this.#join(actor, event.round);
  }

  notes(actor: string, note: Note): void {
    if (note.type === 'work.lost') this.#inside(this.iterations.lose(actor, note.round));
    else if (note.type === 'round.closed' && this.#observer.watches(actor)) {
      this.#audit.closes(note);
      this.#inside(this.iterations.close(actor, note.round));
      this.#over(this.#observer.close(actor, note.round, note.model));
    } else if (note.type === 'consensus.reached') {
      this.#observer.replace(actor, note.model);
      this.#agreement.conclude(actor);
    }
  }

  /** A server whose rounds count went down: nobody waits for it. */
  #leave(server: string): void {
    this.barrier.leave(server);
    this.#inside(this.iterations.leave(server));
    this.#over(this.#observer.lose(server));
    this.#agreement.conclude(server);
  }

  #join(server: string, round: number): void {
    this.barrier.join(server, round);
    this.iterations.join(server);
    this.#observer.recover(server, round);
  }

  /** Iterations inside a round are over. */
  #inside(milestones: readonly Milestone[]): void {
    for (const milestone of milestones) this.#evaluations.begin(milestone);
  }

  /** Rounds are over: scores them where that is due, wakes the script, and ends the run after the last. */
  #over(milestones: readonly Milestone[]): void {
    const { plan, closed, schedule } = this.#around;
    const { until, evaluate } = plan;
    for (const milestone of milestones) {
      closed(milestone.round);
      const isLast = milestone.round >= until.rounds;
      if (isLast || milestone.round % evaluate.everyRounds === 0) this.#evaluations.begin(milestone);
      if (isLast) schedule({ to: 'clock', what: 'end' }, 0, priority.observation);
    }
  }

  #score(scored: LaterFact | undefined): void {
    if (scored === undefined) return;
    const { plan, record, stop } = this.#around;
    record(scored);
    // Where accuracy ends the run, the score is there by now.
    const accuracy = this.scores.at(-1)?.accuracy ?? Number.NaN;
    if (accuracy >= plan.until.accuracy) stop('accuracy');
  }

  #tick(what: 'evaluate' | 'end'): void {
    const { plan, actors, schedule, stop } = this.#around;
    if (what === 'end' && this.#agreement.open(this.#observer.up, actors.nextRound)) return;
    const begun = !this.#evaluations.isPending && this.#evaluations.begin(this.#observer.present());
    if (what === 'evaluate') schedule({ to: 'clock', what }, plan.evaluate.everySeconds, priority.observation);
    // Scores that are on their way are still part of the run.
    else if (begun || this.#evaluations.isPending) schedule({ to: 'clock', what }, 0, priority.observation);
    else stop(this.round >= plan.until.rounds ? 'rounds' : 'time');
  }
}
