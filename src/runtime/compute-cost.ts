import { present } from '../assert.ts';
import { SimulationError } from '../errors.ts';
import { batchOf } from '../learning/batches.ts';
import { square } from '../math/power.ts';
import type { Stream } from '../math/streams.ts';
import type { Joules, Seconds, Watts } from '../units.ts';
import type { WorldPlan } from './plan.ts';

interface Processor {
  /** Multiply–accumulates per second. */
  readonly clock: number;
  readonly luck: Stream;
  slowdown: number;
}

/** Told what a client's computing draws from now on [W]; 0 when it is done or given up. */
type Drawing = (client: string, power: Watts) => void;

/**
 * What a client's local updates cost.
 *
 *   MACs = passes · batch · MACs per sample · local steps,   a batch no larger than what the client has
 *   nominal time = MACs / f,   drawn out by the straggler model and by faults    [s]
 *   E = κ f² · MACs                                                               [J]
 *
 * f is the clock, counted in multiply–accumulates per second with one cycle each, κ the effective switched capacitance
 * [J·s²]. A slow-down costs time, not energy: the cycles are the same, and E spreads evenly over the time they take.
 *
 * Source: Burd and Brodersen, Processor design for portable systems, J. VLSI Signal Process. 13, 1996 (recalled), as usual
 * in the literature on edge computing.
 */
export class ComputeCost {
  readonly #plan: WorldPlan;
  readonly #processors = new Map<string, Processor>();
  readonly #drawing: Drawing;
  joules: Joules = 0;

  constructor(plan: WorldPlan, drawing: Drawing = () => {}) {
    this.#plan = plan;
    this.#drawing = drawing;
  }

  /** Multiply–accumulates of one local step. */
  macsPerStep(client: string): number {
    const { algorithm, devices, task } = this.#plan;
    const index = this.#indexOf(client);
    const perSample = devices.passes * task.macsPerSample;
    // A rule of the algorithm's own says its work by the task's whole batch.
    if (algorithm.local !== undefined) return perSample * task.batchSize * algorithm.local.work(index);
    return perSample * batchOf(task.batchSize, task.sampleCounts[index] ?? 0);
  }

  /** Starts some multiply–accumulates outside the rounds, undisturbed: their time. */
  compute(client: string, macs: number): Seconds {
    const seconds = macs / this.#processor(client).clock;
    if (seconds > 0) this.#drawing(client, this.#energy(client, macs) / seconds);
    return seconds;
  }

  /** Undisturbed time of one local step. */
  secondsPerStep(client: string): Seconds {
    return this.macsPerStep(client) / this.#processor(client).clock;
  }

  /** Starts a client's local update, its `turn`-th: its time, which is fixed by that. */
  begin(client: string, turn: number, steps: number): Seconds {
    const { clock, slowdown, luck } = this.#processor(client);
    const macs = this.macsPerStep(client) * steps;
    const seconds = this.#plan.devices.straggler.duration((macs / clock) * slowdown, luck, turn);
    if (seconds >= 0 && Number.isFinite(seconds)) {
      this.#drawing(client, seconds > 0 ? this.#energy(client, macs) / seconds : 0);
      return seconds;
    }
    throw deviceError('straggler', `${seconds} s`, client, 'return a finite number of seconds that is not negative');
  }

  /** A computation is over: books the energy of its multiply–accumulates, of those it had done where it was lost. */
  spend(client: string, macs: number): void {
    this.joules += this.#energy(client, macs);
    this.#drawing(client, 0);
  }

  #energy(client: string, macs: number): Joules {
    return this.#plan.devices.capacitance * square(this.#processor(client).clock) * macs;
  }

  /** Makes local updates that start from now on take `factor` times as long. */
  slow(client: string, factor: number): void {
    this.#processor(client).slowdown *= factor;
  }

  #indexOf(client: string): number {
    return present(this.#plan.clients.get(client), client).index;
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
