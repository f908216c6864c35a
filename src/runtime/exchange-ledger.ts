import { present } from '../assert.ts';
import type { ActorEvent, ModelVersion } from '../event.ts';
import type { Effect } from '../kernel/effect.ts';
import { priority } from '../kernel/event-list.ts';
import { combine } from './combine.ts';
import { exchangeWeights, jointWeights } from './exchange-weights.ts';
import type { Pending, WorldPlan } from './plan.ts';
import type { Results, Work } from './results.ts';
import type { Schedule } from './schedule.ts';

type Request = Omit<Extract<Effect, { type: 'exchange' }>, 'type'> & { readonly server: string };
type Absorption = Omit<Extract<Effect, { type: 'absorb' }>, 'type'> & { readonly server: string };

/** The exchange under way: of one active server, or of several that were ready at one instant. */
interface Open {
  readonly requests: readonly Request[];
  /** The active servers and their neighbours, in the order of servers. */
  readonly servers: readonly string[];
  /** Those of them whose models the exchange itself changes. */
  readonly changed: readonly string[];
  readonly staleness: readonly number[];
  /** `matrix[from][to]` */
  readonly matrix: readonly (readonly number[])[];
}

/**
 * The models of edge servers that mix asynchronously. An exchange is atomic: the active server's updates join its model,
 * t grows by one, and the server and its neighbours mix by staleness, all at one instant. Exchanges of one instant take
 * turns in the order in which they were asked for, or, batched, are one iteration that mixes with the synchronous P. Where
 * gossip is delayed, an exchange changes the active server alone, and each neighbour takes ŷ in when it has come. (The
 * dossier of the asynchronous SD-FEEL papers resolves it so, §8 #20 and #24; the papers' own words could not be read.)
 */
export class ExchangeLedger {
  readonly #plan: WorldPlan;
  readonly #results: Results;
  readonly #schedule: Schedule;
  readonly #models = new Map<string, ModelVersion>();
  /** t'(d): the iteration in which each server last was active. */
  readonly #lastActive = new Map<string, number>();
  #queue: readonly (Request | Absorption)[] = [];
  /** Whose updates are joining their models. */
  #joining: readonly Request[] = [];
  #open: Open | undefined;
  /** Who takes in what has come from a neighbour. */
  #absorbing: Absorption | undefined;
  #iteration = 0;

  constructor(plan: WorldPlan, results: Results, schedule: Schedule) {
    this.#plan = plan;
    this.#results = results;
    this.#schedule = schedule;
    for (const { id } of plan.observed) this.#models.set(id, plan.initial);
  }

  request(request: Request): void {
    this.#enqueue(request);
  }

  absorb(absorption: Absorption): void {
    this.#enqueue(absorption);
  }

  #enqueue(next: Request | Absorption): void {
    this.#queue = [...this.#queue, next];
    const isIdle = this.#joining.length === 0 && this.#absorbing === undefined;
    if (isIdle && this.#queue.length === 1) this.#next();
  }

  /** Goes on with what has come back. */
  advance({ stage, results }: Extract<Pending, { to: 'exchange' }>): void {
    const outputs = results.map((id) => this.#results.model(id));
    if (stage === 'gather')
      this.#begin(this.#queue.filter(isRequest).toSorted((a, b) => this.#indexOf(a.server) - this.#indexOf(b.server)));
    else if (stage === 'absorb') this.#absorbed(outputs);
    else if (stage === 'update') this.#mix(outputs);
    else this.#close(outputs);
  }

  /** Batched exchanges wait for all facts of the instant. */
  #next(): void {
    const [first] = this.#queue;
    if (first === undefined) return;
    if (!isRequest(first)) this.#take(first);
    else if (this.#plan.algorithm.asynchronous?.ties !== 'batched') this.#begin([first]);
    else this.#schedule({ to: 'exchange', stage: 'gather', results: [] }, 0, priority.observation);
  }

  /** ŷ = y + Σ weights · models, of each active server. */
  #begin(requests: readonly Request[]): void {
    this.#queue = this.#queue.filter((each) => !isRequest(each) || !requests.includes(each));
    this.#joining = requests;
    this.#await(
      'update',
      requests.map(({ server, models, weights }) => combine([this.#model(server), ...models], [1, ...weights])),
    );
  }

  #mix(updated: readonly ModelVersion[]): void {
    const requests = this.#joining;
    updated.forEach((model, index) => this.#models.set(present(requests[index], 'exchange').server, model));
    this.#iteration++;
    const members = new Set(requests.flatMap(({ server, neighbours }) => [server, ...neighbours]));
    const servers = this.#plan.observed.map(({ id }) => id).filter((id) => members.has(id));
    const staleness = servers.map((id) => this.#stalenessOf(id));
    const matrix = requests.length === 1 ? this.#apart(servers, staleness) : this.#jointly(servers);
    const changed = this.#plan.algorithm.asynchronous?.delayed ? requests.map(({ server }) => server) : servers;
    this.#open = { requests, servers, changed, staleness, matrix };
    const models = servers.map((id) => this.#model(id));
    this.#await(
      'mix',
      changed.map((id) => combine(models, column(matrix, servers.indexOf(id)))),
    );
  }

  #stalenessOf(server: string): number {
    const isActive = this.#joining.some((each) => each.server === server);
    if (isActive && this.#plan.algorithm.asynchronous?.ownGap === 'reset') return 0;
    return this.#iteration - (this.#lastActive.get(server) ?? 0);
  }

  /** P_t of one active server. */
  #apart(servers: readonly string[], staleness: readonly number[]): number[][] {
    const rules = present(this.#plan.algorithm.asynchronous, 'asynchronous algorithm');
    const shares = servers.map((id) => present(this.#plan.observed[this.#indexOf(id)], id).share);
    return exchangeWeights(
      staleness.map(rules.staleness),
      shares,
      servers.indexOf(this.#joining[0]?.server ?? ''),
      rules,
    );
  }

  /** The synchronous P, along the links of active servers. */
  #jointly(servers: readonly string[]): number[][] {
    const mixing = present(this.#plan.mixing, 'mixing matrix');
    const links = new Map(this.#joining.map(({ server, neighbours }) => [server, neighbours]));
    const isLinked = (a: string, b: string) => links.get(a)?.includes(b) === true || links.get(b)?.includes(a) === true;
    const weight = (from: string, to: string) => mixing[this.#indexOf(from)]?.[this.#indexOf(to)] as number;
    return jointWeights(servers.map((from) => servers.map((to) => (isLinked(from, to) ? weight(from, to) : 0))));
  }

  #close(outputs: readonly ModelVersion[]): void {
    const { requests, servers, changed, staleness, matrix } = present(this.#open, 'exchange under way');
    const iteration = this.#iteration;
    const first = present(requests[0], 'active server').server;
    changed.forEach((id, index) => {
      const updated = this.#model(id);
      const model = outputs[index] ?? updated;
      this.#models.set(id, model);
      const active = requests.find(({ server }) => server === id);
      if (active === undefined) {
        this.#tell(id, { type: 'model.replaced', from: first, iteration, model });
        return;
      }
      const place = servers.indexOf(id);
      const weights = column(matrix, place);
      const later = changed === servers ? {} : { shared: updated, sharedWeights: matrix[place] as readonly number[] };
      this.#tell(id, {
        type: 'models.mixed',
        round: active.round,
        iteration,
        servers,
        staleness,
        weights,
        model,
        ...later,
      });
      this.#lastActive.set(id, iteration);
    });
    this.#joining = [];
    this.#next();
  }

  /** y_j ← (1 − ω) y_j + ω ŷ_d, of a neighbour j that ŷ_d has reached. */
  #take(absorption: Absorption): void {
    this.#queue = this.#queue.slice(1);
    this.#absorbing = absorption;
    const { server, model, weight } = absorption;
    this.#await('absorb', [combine([this.#model(server), model], [1 - weight, weight])]);
  }

  #absorbed([output]: readonly ModelVersion[]): void {
    const { server, from } = present(this.#absorbing, 'model on its way in');
    this.#absorbing = undefined;
    const model = output ?? this.#model(server);
    this.#models.set(server, model);
    this.#tell(server, { type: 'model.replaced', from, iteration: this.#iteration, model });
    this.#next();
  }

  #indexOf(server: string): number {
    return this.#plan.observed.findIndex(({ id }) => id === server);
  }

  #model(server: string): ModelVersion {
    return present(this.#models.get(server), 'model of a server');
  }

  #tell(actor: string, event: ActorEvent): void {
    this.#schedule({ to: 'actor', actor, event });
  }

  #await(stage: 'update' | 'mix' | 'absorb', works: readonly (Work | undefined)[]): void {
    const results = works.flatMap((work) => (work === undefined ? [] : [this.#results.start(work)]));
    this.#schedule({ to: 'exchange', stage, results });
  }
}

const isRequest = (each: Request | Absorption): each is Request => 'models' in each;

const column = (matrix: Open['matrix'], to: number): number[] => matrix.map((row) => row[to] as number);
