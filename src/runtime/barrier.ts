import type { WorldPlan } from './plan.ts';
import type { Schedule } from './schedule.ts';

/**
 * The global barrier before an exchange: no edge server begins it before all are ready. Real systems wait for neighbours
 * at most; closed latency formulas assume that everybody waits for the slowest. A server that is down is not waited for.
 */
export class Barrier {
  readonly #servers: readonly string[];
  readonly #schedule: Schedule;
  /** Servers that are ready, by round and exchange. */
  readonly #ready = new Map<
    string,
    { readonly round: number; readonly exchange: number; readonly servers: Set<string> }
  >();
  /** The first round in which a server that was down takes part again; Infinity while it is down. */
  readonly #joins = new Map<string, number>();

  constructor({ observed }: WorldPlan, schedule: Schedule) {
    this.#servers = observed.map(({ id }) => id);
    this.#schedule = schedule;
  }

  arrive(server: string, round: number, exchange: number): void {
    const key = `${round}.${exchange}`;
    const open = this.#ready.get(key) ?? { round, exchange, servers: new Set<string>() };
    open.servers.add(server);
    this.#ready.set(key, open);
    this.#pass(key);
  }

  leave(server: string): void {
    this.#joins.set(server, Number.POSITIVE_INFINITY);
    for (const [key, { servers }] of this.#ready) {
      servers.delete(server);
      this.#pass(key);
    }
  }

  join(server: string, round: number): void {
    this.#joins.set(server, round);
  }

  #pass(key: string): void {
    const open = this.#ready.get(key);
    if (open === undefined) return;
    const { round, exchange, servers } = open;
    const expected = this.#servers.filter((server) => (this.#joins.get(server) ?? 0) <= round);
    if (!expected.every((server) => servers.has(server))) return;
    this.#ready.delete(key);
    const event = { type: 'barrier.passed', round, exchange } as const;
    for (const actor of expected) this.#schedule({ to: 'actor', actor, event });
  }
}
