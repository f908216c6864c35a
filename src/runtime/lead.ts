import type { Later } from '../later.ts';
import type { Backlog } from './backlog.ts';
import { resultsOf } from './pending-results.ts';
import type { Pending, WorldPlan } from './plan.ts';
import type { ResultId, Results } from './results.ts';

/** Steps under way for each thread, at most: so many that threads always have some, and no more than memory is there for. */
const STEPS_MAX = 128;
const STEPS_MIN = 4;
const NUMBERS_MAX = 2 ** 21;
/** Facts that wait for their numbers, at most. */
const FACTS_MAX = 2 ** 14;
/** After so many events the world takes in what threads have done. */
const EVENTS_PER_TURN = 32;

/** Whether a world may be ahead: what is sent over the air depends on the updates themselves, and so does its power. */
export const mayLead = ({ algorithm, tieBreak }: WorldPlan, threads: number): boolean =>
  threads > 1 && algorithm.uplink?.medium !== 'air' && tieBreak === undefined;

/**
 * How far the world may be ahead of the numbers. When things happen doesn't depend on what is learned, unless somebody looks:
 * so the end of a step is committed with a result that is still on its way, and only an event that needs to see a number
 * waits for it. Where steps run on the calling thread there is nothing to be won: every event waits for its results.
 */
export class Lead {
  readonly #results: Results;
  readonly #backlog: Backlog;
  readonly #isAhead: boolean;
  readonly #stepsMax: number;
  readonly #looksAtScores: boolean;
  #turn = EVENTS_PER_TURN;

  constructor(
    plan: WorldPlan,
    around: { readonly results: Results; readonly backlog: Backlog; readonly threads: number },
  ) {
    const { results, backlog, threads } = around;
    this.#results = results;
    this.#backlog = backlog;
    this.#isAhead = mayLead(plan, threads);
    const numbers = plan.initial.parameters?.length ?? 1;
    this.#stepsMax = threads * Math.max(STEPS_MIN, Math.min(STEPS_MAX, Math.floor(NUMBERS_MAX / numbers)));
    this.#looksAtScores = Number.isFinite(plan.until.accuracy);
  }

  /** Lets threads go on, and takes in what they have done: all that is awaited, or at least something. */
  async progress(awaited: readonly Later<unknown>[]): Promise<void> {
    const isTurn = this.#turn < 0 && awaited.length === 0;
    do {
      if (isTurn) await this.#results.look();
      else await this.#results.progress();
      this.#backlog.release();
    } while (!awaited.every(({ isSettled }) => isSettled));
    this.#turn = EVENTS_PER_TURN;
  }

  /** Waits until all facts are on the record. */
  async catchUp(): Promise<void> {
    while (this.#backlog.length > 0) {
      await this.#results.progress();
      this.#backlog.release();
    }
  }

  /** Whether an event can be committed now, as the next one. */
  allows(pending: Pending): boolean {
    if (!this.#isAhead) return this.#isThere(pending);
    if (--this.#turn < 0) return false;
    if (this.#results.underWay >= this.#stepsMax || this.#backlog.length >= FACTS_MAX) return false;
    if (pending.to === 'clock') return this.#backlog.length === 0;
    if (pending.to === 'actor') return pending.isLookedAt !== true || this.#isThere(pending);
    if (pending.to !== 'evaluation' || pending.stage !== 'score' || !this.#looksAtScores) return true;
    return this.#backlog.length === 0 && this.#isThere(pending);
  }

  #isThere(pending: Pending): boolean {
    if (pending.to === 'actor') return pending.result === undefined || this.#results.isDone(pending.result);
    const results = resultsOf(pending);
    return results.length === 0 || this.#areDone(results);
  }

  #areDone(results: readonly ResultId[]): boolean {
    return results.every((id) => this.#results.isDone(id));
  }
}
