import { present } from '../assert.ts';
import { SimulationError } from '../errors.ts';
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
  /** Multiply–accumulates of one local step. */
  readonly #macs: number;
  joules: Joules = 0;

  constructor(plan: WorldPlan) {
    const { task, devices } = plan;
    this.#plan = plan;
    this.#macs = devices.passes * task.batchSize * task.macsPerSample;
  }

  /** Undisturbed time of one local step. */
  secondsPerStep(client: string): Seconds {
    return this.#macs / this.#processor(client).clock;
  }

  /** Time of the local update of a round, fixed when it starts. */
  duration(client: string, round: number, steps: number): Seconds {
    const { clock, slowdown, luck } = this.#processor(client);
    const seconds = this.#plan.devices.straggler.duration(((this.#macs * steps) / clock) * slowdown, luck, round);
    if (seconds >= 0 && Number.isFinite(seconds)) return seconds;
    throw deviceError('straggler', `${seconds} s`, client, 'return a finite number of seconds that is not negative');
  }

  /** Books the energy of local steps, of a part of one too: an update that was lost in the middle. */
  spend(client: string, steps: number): void {
    this.joules += this.#plan.devices.capacitance * this.#processor(client).clock ** 2 * this.#macs * steps;
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
    if (!(clock > 0 && Number.isFinite(clock))) {
      throw deviceError('clock', `${clock} MAC/s`, client, 'return a positive, finite number');
    }
    const processor = { clock, luck: streams(`${client}/straggler`), slowdown: 1 };
    this.#processors.set(client, processor);
    return processor;
  }
}

const deviceError = (model: string, value: string, where: string, remedy: string) =>
  new SimulationError({ what: `invalid ${model}: ${value}`, where, remedy, code: 'POLICY_INVALID' });
