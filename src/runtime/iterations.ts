import type { Seconds } from '../units.ts';
import type { Milestone, Pending, PlannedWork, WorldPlan } from './plan.ts';
import type { Schedule } from './schedule.ts';

/** A round inside which some iterations are still to be reported. */
interface Open {
  /** Whom each server has invited. */
  readonly invited: Map<string, readonly string[]>;
  readonly closed: Set<string>;
  /** Local steps that each client has taken, and what it trains. */
  readonly trained: Map<string, { readonly work: PlannedWork; readonly steps: number }>;
  readonly lost: Set<string>;
  reported: number;
}

/**
 * Watches local iterations inside rounds. Iteration k of a round is over when every invited client that is still there has
 * taken k local steps; the model that counts is then the virtual mean
 *
 *   u_k = Σ_d m̃_d Σ_{i ∈ C_d} m̂_i w_k^(i),
 *
 * over the clients that have come so far, weighted by samples. No server ever holds it. What clients hold in the middle of
 * an update is trained anew for it, outside virtual time: a local update is a function of its input.
 */
export class Iterations {
  readonly #plan: WorldPlan;
  readonly #schedule: Schedule;
  readonly #servers: ReadonlyMap<string, number>;
  readonly #rounds = new Map<number, Open>();
  readonly #training = new Map<string, PlannedWork>();
  readonly #down = new Set<string>();

  constructor(plan: WorldPlan, schedule: Schedule) {
    this.#plan = plan;
    this.#schedule = schedule;
    this.#servers = new Map(plan.observed.map(({ id, share }) => [id, share]));
  }

  get #isOn(): boolean {
    return Number.isFinite(this.#plan.evaluate.everySteps) && this.#plan.initial.parameters !== undefined;
  }

  /** A client has begun a local update that takes `seconds`. */
  begin(client: string, work: PlannedWork, seconds: Seconds): void {
    if (!this.#isOn) return;
    this.#training.set(client, work);
    for (const steps of this.#wanted(work.round)) {
      if (steps > work.steps) break;
      this.#schedule({ to: 'iteration', client, round: work.round, steps }, (seconds * steps) / work.steps);
    }
  }

  /** Local steps of a round after which the model is scored. */
  #wanted(round: number): number[] {
    const { evaluate, algorithm } = this.#plan;
    const before = (round - 1) * algorithm.localSteps;
    const all = Array.from({ length: algorithm.localSteps }, (_, at) => at + 1);
    return all.filter((steps) => (before + steps) % evaluate.everySteps === 0);
  }

  invite(server: string, round: number, cohort: readonly string[]): Milestone[] {
    if (!this.#isOn || !this.#servers.has(server)) return [];
    this.#open(round).invited.set(server, cohort);
    return this.#over(round);
  }

  /** A client has taken some of the steps of its update, unless that was lost. */
  pass({ client, round, steps }: Extract<Pending, { to: 'iteration' }>): Milestone[] {
    const work = this.#training.get(client);
    if (work?.round !== round) return [];
    this.#open(round).trained.set(client, { work, steps });
    return this.#over(round);
  }

  /** A client lost its work in a round. */
  lose(client: string, round: number): Milestone[] {
    if (!this.#isOn) return [];
    if (this.#training.get(client)?.round === round) this.#training.delete(client);
    this.#open(round).lost.add(client);
    return this.#over(round);
  }

  /** A server closed a round: what is left of it is reported now, or by the last server that closes it. */
  close(server: string, round: number): Milestone[] {
    if (!this.#isOn || !this.#servers.has(server)) return [];
    this.#open(round).closed.add(server);
    const milestones = this.#over(round);
    if (this.#up().every((each) => this.#open(round).closed.has(each))) this.#rounds.delete(round);
    return milestones;
  }

  /** A server went down, and is not waited for. */
  leave(server: string): Milestone[] {
    if (!this.#isOn || !this.#servers.has(server)) return [];
    this.#down.add(server);
    return [...this.#rounds.keys()].flatMap((round) => this.#over(round));
  }

  join(server: string): void {
    this.#down.delete(server);
  }

  #up(): string[] {
    return [...this.#servers.keys()].filter((server) => !this.#down.has(server));
  }

  #open(round: number): Open {
    const known = this.#rounds.get(round);
    if (known !== undefined) return known;
    const open = {
      invited: new Map(),
      closed: new Set<string>(),
      trained: new Map(),
      lost: new Set<string>(),
      reported: 0,
    };
    this.#rounds.set(round, open);
    return open;
  }

  /** Iterations of a round that are over by now. */
  #over(round: number): Milestone[] {
    const open = this.#open(round);
    const over = this.#wanted(round).filter((steps) => steps > open.reported && this.#isOver(open, steps));
    open.reported = over.at(-1) ?? open.reported;
    return over.flatMap((steps) => this.#milestone(round, steps) ?? []);
  }

  #isOver({ invited, closed, trained, lost }: Open, steps: number): boolean {
    return this.#up().every((server) => {
      if (closed.has(server)) return true;
      const cohort = invited.get(server);
      return cohort?.every((client) => lost.has(client) || (trained.get(client)?.steps ?? 0) >= steps) ?? false;
    });
  }

  /** The mean over the clients that have come so far; undefined where none has. */
  #milestone(round: number, steps: number): Milestone | undefined {
    const { invited, trained } = this.#open(round);
    const works: PlannedWork[] = [];
    const weights: number[] = [];
    for (const [server, share] of this.#servers) {
      const here = (invited.get(server) ?? []).flatMap((client) => {
        const each = trained.get(client);
        return each === undefined || each.steps < steps ? [] : [each.work];
      });
      const samples = here.map(({ client }) => this.#plan.task.sampleCounts[client] ?? 0);
      const total = samples.reduce((sum, each) => sum + each, 0);
      for (const work of here) works.push({ ...work, steps });
      for (const each of samples) weights.push((share * each) / total);
    }
    if (works.length === 0) return undefined;
    const iteration = (round - 1) * this.#plan.algorithm.localSteps + steps;
    return { round, models: [], shares: weights, inside: { iteration, works } };
  }
}
