import type { ActorEvent } from '../event.ts';
import { priority } from '../kernel/event-list.ts';
import type { WorldPlan } from './plan.ts';
import type { Schedule } from './schedule.ts';

type Of<Type extends ActorEvent['type']> = Extract<ActorEvent, { type: Type }>;

/**
 * The final consensus phase: when the rounds or the time are over, edge servers go on exchanging models with the
 * synchronous P until their disagreement has shrunk as far as the algorithm asks. The run ends when all have come through, or at the latest when the phase has lasted as long as it may.
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
    // Servers that are down have no part in it, and hear so for when they come back.
    for (const { id: actor } of this.#plan.observed) {
      this.#schedule({ to: 'actor', actor, event: { type: 'consensus.opened', round } });
    }
    const { consensusWithin = Number.POSITIVE_INFINITY } = this.#plan.algorithm;
    if (Number.isFinite(consensusWithin)) {
      this.#schedule({ to: 'clock', what: 'end' }, consensusWithin, priority.observation);
    }
    return true;
  }

  /** Whether an event is a server's model from now on, outside of what closes its rounds. */
  brings(event: ActorEvent): event is Of<'models.mixed' | 'model.replaced' | 'models.combined'> {
    if (this.#exchanging !== undefined) return event.type === 'models.combined';
    return event.type === 'models.mixed' || event.type === 'model.replaced';
  }

  /** A server has come through, or went down. */
  conclude(server: string): void {
    if (this.#exchanging?.delete(server) !== true || this.#exchanging.size > 0) return;
    this.#schedule({ to: 'clock', what: 'end' }, 0, priority.observation);
  }
}
