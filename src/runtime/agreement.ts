import { priority } from '../kernel/event-list.ts';
import type { WorldPlan } from './plan.ts';
import type { Schedule } from './schedule.ts';

/**
 * The final consensus phase: when the rounds or the time are over, edge servers go on exchanging models with the
 * synchronous P until their disagreement has shrunk as far as the algorithm asks. The run ends when all have come through.
 */
export class Agreement {
  readonly #plan: WorldPlan;
  readonly #schedule: Schedule;
  /** Servers that are still exchanging; undefined before the phase. */
  #exchanging: Set<string> | undefined;

  constructor(plan: WorldPlan, schedule: Schedule) {
    this.#plan = plan;
    this.#schedule = schedule;
  }

  /** Opens the phase among the servers that are up; false where there is none, or it has been opened before. */
  open(up: readonly string[], round: number): boolean {
    if (!this.#plan.seeksConsensus || this.#exchanging !== undefined || up.length === 0) return false;
    this.#exchanging = new Set(up);
    for (const actor of up) this.#schedule({ to: 'actor', actor, event: { type: 'consensus.opened', round } });
    return true;
  }

  /** A server has come through, or went down. */
  conclude(server: string): void {
    if (this.#exchanging?.delete(server) !== true || this.#exchanging.size > 0) return;
    this.#schedule({ to: 'clock', what: 'end' }, 0, priority.observation);
  }
}
