import { present } from '../assert.ts';
import type { Stream } from '../math/streams.ts';
import type { Joules, Seconds } from '../units.ts';
import type { WorldPlan } from './plan.ts';

interface Processor {
  /** Multiply–accumulates per second. */
  readonly clock: number;
  readonly luck: Stream;
  slowdown: number;
}

/**
 * What a client's local updates cost: nominal time = passes · batch · MACs per sample · local steps / clock, drawn out
 * by the straggler model and by faults; energy = κ f² · MACs, with one cycle per multiply–accumulate.
 */
export class ComputeCost {
  readonly #plan: WorldPlan;
  readonly #processors = new Map<string, Processor>();
  readonly #macs: number;
  joules: Joules = 0;

  constructor(plan: WorldPlan) {
    const { task, algorithm, devices } = plan;
    this.#plan = plan;
    this.#macs = devices.passes * task.batchSize * task.macsPerSample * algorithm.localSteps;
  }

  /** Undisturbed time of one local update. */
  nominal(client: string): Seconds {
    return this.#macs / this.#processor(client).clock;
  }

  /** Time of the local update of a round, fixed when it starts. */
  duration(client: string, round: number): Seconds {
    const { clock, slowdown, luck } = this.#processor(client);
    return this.#plan.devices.straggler.duration((this.#macs / clock) * slowdown, luck, round);
  }

  /** Books the energy of a local update, or of the part of it that was done when it was lost. */
  spend(client: string, fraction: number): void {
    this.joules += this.#plan.devices.capacitance * this.#processor(client).clock ** 2 * this.#macs * fraction;
  }

  /** Makes local updates that start from now on take `factor` times as long. */
  slow(client: string, factor: number): void {
    this.#processor(client).slowdown *= factor;
  }

  #processor(client: string): Processor {
    const known = this.#processors.get(client);
    if (known !== undefined) return known;
    const { streams, clients, nodes, devices } = this.#plan;
    const { index, cluster } = present(clients.get(client), client);
    const view = { index, count: clients.size, cluster, clusters: nodes.edgeServers.length };
    const clock = devices.clock.macsPerSecond(view, streams(`${client}/clock`));
    const processor = { clock, luck: streams(`${client}/straggler`), slowdown: 1 };
    this.#processors.set(client, processor);
    return processor;
  }
}
