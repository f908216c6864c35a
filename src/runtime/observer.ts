import { present } from '../assert.ts';
import type { ModelVersion } from '../event.ts';
import type { Milestone, WorldPlan } from './plan.ts';

/**
 * Watches the rounds of the observed servers. A round is over when every server that is up has closed it; the model that
 * counts is then u = Σ_d m̃_d y_d over the servers' models at the end of that round.
 */
export class Observer {
  readonly #servers: WorldPlan['observed'];
  readonly #closed = new Map<string, number>();
  readonly #current = new Map<string, ModelVersion>();
  /** Models of rounds that not all servers have closed yet. */
  readonly #open = new Map<number, Map<string, ModelVersion>>();
  readonly #down = new Set<string>();
  #round = 0;

  constructor({ observed, initial }: WorldPlan) {
    this.#servers = observed;
    for (const { id } of observed) {
      this.#closed.set(id, 0);
      this.#current.set(id, initial);
    }
  }

  /** The last round that is over. */
  get round(): number {
    return this.#round;
  }

  watches(server: string): boolean {
    return this.#closed.has(server);
  }

  /** A server closed a round: the rounds that are over by that. */
  close(server: string, round: number, model: ModelVersion): Milestone[] {
    this.#closed.set(server, Math.max(round, this.#closed.get(server) ?? 0));
    this.#current.set(server, model);
    const models = this.#open.get(round) ?? new Map<string, ModelVersion>();
    this.#open.set(round, models.set(server, model));
    return this.#advance();
  }

  /** Servers that are up. */
  get up(): readonly string[] {
    return this.#servers.map(({ id }) => id).filter((id) => !this.#down.has(id));
  }

  /** A server's model changed between rounds. */
  replace(server: string, model: ModelVersion): void {
    this.#current.set(server, model);
  }

  /** A server went down, and is not waited for: the rounds that are over by that. */
  lose(server: string): Milestone[] {
    this.#down.add(server);
    return this.#advance();
  }

  /** A server is back, and joins in this round: earlier ones don't wait for it. */
  recover(server: string, round: number): void {
    this.#down.delete(server);
    this.#closed.set(server, Math.max(round - 1, this.#closed.get(server) ?? 0));
  }

  /** The mean of the servers' present models, whatever rounds they are in. */
  present(): Milestone {
    return this.#milestone(this.#round, this.#current);
  }

  /** Each server's latest model. */
  get models(): ReadonlyMap<string, ModelVersion> {
    return this.#current;
  }

  #advance(): Milestone[] {
    const { up } = this;
    const over: Milestone[] = [];
    while (up.length > 0 && up.every((id) => (this.#closed.get(id) ?? 0) > this.#round)) {
      this.#round++;
      const models = this.#open.get(this.#round);
      this.#open.delete(this.#round);
      over.push(this.#milestone(this.#round, new Map([...this.#current, ...(models ?? [])])));
    }
    return over;
  }

  #milestone(round: number, models: ReadonlyMap<string, ModelVersion>): Milestone {
    return {
      round,
      models: this.#servers.map(({ id }) => present(models.get(id), `model of ${id}`)),
      shares: this.#servers.map(({ share }) => share),
    };
  }
}
