import { present } from '../assert.ts';
import { priority } from '../kernel/event-list.ts';
import type { LocalUpdate, Score, Task } from '../learning/contract.ts';
import type { Seconds } from '../units.ts';
import { combineStep } from './combine.ts';
import type { Milestone } from './observer.ts';
import type { Pending } from './plan.ts';
import type { Results } from './results.ts';
import type { Schedule } from './schedule.ts';

export interface Scored extends Score {
  readonly round: number;
  /** Virtual time of the model [s]. */
  readonly at: Seconds;
}

/**
 * Scores models on the test set, outside virtual time: a score is recorded at the instant of its model. First comes the
 * mean of the servers' models, then the shards of the test set, both as steps on the compute threads.
 */
export class Evaluations {
  readonly #task: Task;
  readonly #results: Results;
  readonly #schedule: Schedule;
  readonly #now: () => Seconds;
  readonly scores: Scored[] = [];
  #combine: ((outputs: unknown[]) => Score) | undefined;
  #underWay = 0;
  #last = '';

  constructor(task: Task, results: Results, schedule: Schedule, now: () => Seconds) {
    this.#task = task;
    this.#results = results;
    this.#schedule = schedule;
    this.#now = now;
  }

  get isPending(): boolean {
    return this.#underWay > 0;
  }

  /** Starts to score a milestone; false where there is nothing to score, or it is the one that was scored last. */
  begin({ round, models, shares }: Milestone): boolean {
    const name = models.map(({ digest }) => digest).join();
    const step = combineStep(models, shares);
    if (step === undefined || name === this.#last) return false;
    this.#last = name;
    this.#underWay++;
    this.#await(round, 'mean', [this.#results.start(step)]);
    return true;
  }

  /** Goes on with what has come back; the score, once it is there. */
  advance({ round, stage, results }: Extract<Pending, { to: 'evaluation' }>): Scored | undefined {
    const outputs = results.map((id) => this.#results.take(id));
    if (stage === 'mean') return this.#score(round, (outputs[0] as LocalUpdate).parameters);
    this.#underWay--;
    const scored = { round, at: this.#now(), ...present(this.#combine, 'way to combine shards')(outputs) };
    this.scores.push(scored);
    return scored;
  }

  #score(round: number, parameters: LocalUpdate['parameters']): undefined {
    const evaluation = this.#task.evaluate(parameters);
    if (evaluation === undefined) {
      this.#underWay--;
      return;
    }
    this.#combine = evaluation.combine;
    this.#await(
      round,
      'score',
      evaluation.shards.map((shard) => this.#results.start(shard)),
    );
  }

  #await(round: number, stage: 'mean' | 'score', results: readonly number[]): void {
    this.#schedule({ to: 'evaluation', round, stage, results }, 0, priority.observation);
  }
}
