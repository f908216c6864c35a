import { present } from '../assert.ts';
import type { ActorEvent, ModelVersion } from '../event.ts';
import type { Effect } from '../kernel/effect.ts';
import { combineStep } from './combine.ts';
import { exchangeWeights } from './exchange-weights.ts';
import type { Pending, WorldPlan } from './plan.ts';
import type { Results } from './results.ts';
import type { Schedule } from './schedule.ts';

type Request = Omit<Extract<Effect, { type: 'exchange' }>, 'type'> & { readonly server: string };
type Combined = { readonly parameters: ModelVersion['parameters']; readonly digest: string };

/** The exchange under way. */
interface Open {
  readonly request: Request;
  /** The active server and its neighbours, in the order of servers. */
  readonly servers: readonly string[];
  readonly staleness: readonly number[];
  readonly weights: readonly number[];
}

/**
 * The models of edge servers that mix asynchronously. An exchange is atomic: the active server's updates join its model,
 * t grows by one, and the server and its neighbours mix by staleness, all at one instant; exchanges of one instant take
 * turns in the order in which they were asked for. (The dossier of the asynchronous SD-FEEL papers resolves it so, §8 #20
 * and #24; the papers' own words could not be read.)
 */
export class ExchangeLedger {
  readonly #plan: WorldPlan;
  readonly #results: Results;
  readonly #schedule: Schedule;
  readonly #models = new Map<string, ModelVersion>();
  /** t'(d): the iteration in which each server last was active. */
  readonly #lastActive = new Map<string, number>();
  readonly #queue: Request[] = [];
  #open: Open | undefined;
  #iteration = 0;

  constructor(plan: WorldPlan, results: Results, schedule: Schedule) {
    this.#plan = plan;
    this.#results = results;
    this.#schedule = schedule;
    for (const { id } of plan.observed) this.#models.set(id, plan.initial);
  }

  request(request: Request): void {
    this.#queue.push(request);
    if (this.#queue.length === 1) this.#begin(request);
  }

  /** Goes on with what has come back. */
  advance({ stage, results }: Extract<Pending, { to: 'exchange' }>): void {
    const outputs = results.map((id) => this.#results.take(id) as Combined);
    if (stage === 'update') this.#mix(outputs[0]);
    else this.#close(outputs);
  }

  /** ŷ = y + Σ weights · models. */
  #begin({ server, models, weights }: Request): void {
    const step = combineStep([this.#model(server), ...models], [1, ...weights]);
    this.#await('update', step === undefined ? [] : [this.#results.start(step)]);
  }

  #mix(updated: Combined | undefined): void {
    const request = present(this.#queue[0], 'exchange under way');
    const { server } = request;
    if (updated !== undefined) this.#models.set(server, updated);
    this.#iteration++;
    const members = new Set([server, ...request.neighbours]);
    const servers = this.#plan.observed.filter(({ id }) => members.has(id));
    const asynchronous = present(this.#plan.algorithm.asynchronous, 'asynchronous algorithm');
    const staleness = servers.map(({ id }) =>
      id === server && asynchronous.ownGap === 'reset' ? 0 : this.#iteration - (this.#lastActive.get(id) ?? 0),
    );
    const active = servers.findIndex(({ id }) => id === server);
    const matrix = exchangeWeights(
      staleness.map(asynchronous.staleness),
      servers.map(({ share }) => share),
      active,
    );
    const ids = servers.map(({ id }) => id);
    const ownWeights = matrix.map((row) => row[active] as number);
    this.#open = { request, servers: ids, staleness, weights: ownWeights };
    const steps = ids.map((_, to) =>
      combineStep(
        ids.map((id) => this.#model(id)),
        matrix.map((row) => row[to] as number),
      ),
    );
    this.#await(
      'mix',
      steps.flatMap((step) => (step === undefined ? [] : [this.#results.start(step)])),
    );
  }

  #close(outputs: readonly Combined[]): void {
    const { request, servers, staleness, weights } = present(this.#open, 'exchange under way');
    const iteration = this.#iteration;
    servers.forEach((id, index) => {
      const model = outputs[index] ?? this.#model(id);
      this.#models.set(id, model);
      if (id !== request.server) this.#tell(id, { type: 'model.replaced', from: request.server, iteration, model });
      else
        this.#tell(id, { type: 'models.mixed', round: request.round, iteration, servers, staleness, weights, model });
    });
    this.#lastActive.set(request.server, iteration);
    this.#queue.shift();
    const next = this.#queue[0];
    if (next !== undefined) this.#begin(next);
  }

  #model(server: string): ModelVersion {
    return present(this.#models.get(server), 'model of a server');
  }

  #tell(actor: string, event: ActorEvent): void {
    this.#schedule({ to: 'actor', actor, event });
  }

  #await(stage: 'update' | 'mix', results: readonly number[]): void {
    this.#schedule({ to: 'exchange', stage, results });
  }
}
