import type { Passes } from '../learning/batches.ts';
import { batchOf } from '../learning/batches.ts';
import type { WorldPlan } from './plan.ts';

/** A client's local update: its number, and what its draws are numbered by. */
interface Training {
  /** First is 1. */
  readonly turn: number;
  readonly firstStep: number;
  readonly passes?: {
    readonly drawn: Passes;
    /** Whole local steps that these cost. */
    readonly steps: number;
  };
}

/**
 * Numbers each client's local updates. What is drawn for one (mini-batches, slow-downs, losses on the air) goes by that
 * number: two policies meet the same luck update by update, and no update meets that of another, whatever rounds or versions
 * of a server they fall into.
 */
export class Trainings {
  readonly #plan: WorldPlan;
  readonly #turns = new Map<string, number>();

  constructor(plan: WorldPlan) {
    this.#plan = plan;
  }

  /** The number of the client's latest local update; undefined of one that has none, and of servers. */
  turn(client: string): number | undefined {
    return this.#turns.get(client);
  }

  begin(client: string, index: number, steps: number): Training {
    const { algorithm, task } = this.#plan;
    const turn = (this.#turns.get(client) ?? 0) + 1;
    this.#turns.set(client, turn);
    const firstStep = (turn - 1) * algorithm.localStepsMax;
    const { inEpochs } = algorithm;
    if (inEpochs === undefined) return { turn, firstStep };
    const samples = task.sampleCounts[index] ?? 0;
    const count = inEpochs.passes(steps, samples, task.batchSize);
    const drawn = { count, first: (turn - 1) * Math.ceil(inEpochs.most) };
    return { turn, firstStep, passes: { drawn, steps: (count * samples) / batchOf(task.batchSize, samples) } };
  }
}
