import { present } from '../assert.ts';
import type { ModelVersion, Observation } from '../event.ts';
import { priority } from '../kernel/event-list.ts';
import type { LocalUpdate, LocalWork, Parameters, Score, Task } from '../learning/contract.ts';
import type { Consensus } from '../learning/steps.ts';
import type { Step } from '../step.ts';
import type { Seconds } from '../units.ts';
import { meetStep } from './combine.ts';
import type { Milestone, Pending, WorldPlan } from './plan.ts';
import type { Results } from './results.ts';
import type { Schedule } from './schedule.ts';
import { RecordedOutput } from './transcript.ts';

export interface Scored extends Score {
  readonly round: number;
  /** Virtual time of the model [s]. */
  readonly at: Seconds;
  /** k, local steps that every client has taken since the start, where the model lies inside a round. */
  readonly iteration?: number;
  /** (Σ_d m̃_d ‖y_d − ȳ‖²)^½ over the servers whose mean was scored, where there are several. */
  readonly consensusError?: number;
  /** Of each server's own model, in order, where that is asked for. */
  readonly servers?: readonly Score[];
}

type Awaited = Extract<Pending, { to: 'evaluation' }>;

/**
 * Scores models on the test set, outside virtual time: a score is recorded at the instant of its model. Inside a round
 * come the clients' models first, then the mean and how far apart the models are, then the shards of the test set, all as
 * steps on the compute threads.
 */
export class Evaluations {
  readonly #task: Task;
  readonly #servers: boolean;
  readonly #results: Results;
  readonly #schedule: Schedule;
  readonly #now: () => Seconds;
  readonly scores: Scored[] = [];
  #combine: ((outputs: unknown[]) => Score) | undefined;
  #underWay = 0;
  #last = '';

  constructor({ task, evaluate }: WorldPlan, results: Results, schedule: Schedule, now: () => Seconds) {
    this.#task = task;
    this.#servers = evaluate.servers;
    this.#results = results;
    this.#schedule = schedule;
    this.#now = now;
  }

  get isPending(): boolean {
    return this.#underWay > 0;
  }

  /** Starts to score a milestone; false where there is nothing to score, or it is the one that was scored last. */
  begin(milestone: Milestone): boolean {
    const { models, inside } = milestone;
    const name = inside === undefined ? models.map(({ digest }) => digest).join() : `iteration ${inside.iteration}`;
    if (name === this.#last || models.some(({ parameters }) => parameters === undefined)) return false;
    this.#last = name;
    this.#underWay++;
    if (inside === undefined) this.#meet(milestone);
    else this.#train(milestone, inside.works);
    return true;
  }

  /** Goes on with what has come back; the score, once it is there. */
  advance({ milestone, stage, results, consensusError }: Awaited): Scored | undefined {
    const outputs = results.map((id) => this.#results.take(id));
    if (stage === 'train') this.#meet({ ...milestone, models: outputs.map(modelOf) });
    else if (stage === 'mean') this.#score(milestone, outputs[0] as Consensus);
    else return this.#scored(milestone, outputs, consensusError);
    return undefined;
  }

  #scored(milestone: Milestone, outputs: readonly unknown[], consensusError: number | undefined): Scored {
    this.#underWay--;
    const { round, inside } = milestone;
    const recorded = outputs[0] instanceof RecordedOutput ? recordedScores(outputs[0]) : undefined;
    const [mean, ...servers] = recorded?.scores ?? (this.#combined(outputs, milestone) as [Score, ...Score[]]);
    const apart = recorded === undefined ? consensusError : recorded.consensusError;
    const scored: Scored = {
      ...{ round, at: this.#now(), ...mean },
      ...(inside === undefined ? {} : { iteration: inside.iteration }),
      ...(apart === undefined ? {} : { consensusError: apart }),
      ...(servers.length === 0 ? {} : { servers }),
    };
    this.scores.push(scored);
    return scored;
  }

  #train(milestone: Milestone, works: readonly LocalWork[]): void {
    const steps = works.map((work) => present(this.#task.train(work), 'step of a local update'));
    this.#await({ milestone, stage: 'train' }, steps);
  }

  #meet(milestone: Milestone): void {
    const step = present(meetStep(milestone.models, milestone.shares), 'mean of models');
    this.#await({ milestone, stage: 'mean' }, [step]);
  }

  #score(milestone: Milestone, { parameters, consensusError }: Consensus): void {
    const models = [parameters, ...this.#scoredApart(milestone)];
    const evaluations = models.flatMap((each) => this.#task.evaluate(each) ?? []);
    if (evaluations.length === 0) {
      this.#underWay--;
      return;
    }
    this.#combine = evaluations[0]?.combine;
    const isShared = milestone.inside === undefined && milestone.models.length > 1;
    const shards = evaluations.flatMap((each) => each.shards);
    this.#await({ milestone, stage: 'score', ...(isShared ? { consensusError } : {}) }, shards);
  }

  /** Servers' own models that are scored beside their mean. */
  #scoredApart({ models, inside }: Milestone): Parameters[] {
    if (!this.#servers || inside !== undefined) return [];
    return models.flatMap(({ parameters }) => parameters ?? []);
  }

  /** One score of each model: all models have equally many shards. */
  #combined(outputs: readonly unknown[], milestone: Milestone): Score[] {
    const combine = present(this.#combine, 'way to combine shards');
    const count = 1 + this.#scoredApart(milestone).length;
    const shards = outputs.length / count;
    return Array.from({ length: count }, (_, at) => combine(outputs.slice(at * shards, (at + 1) * shards)));
  }

  #await(pending: Pick<Awaited, 'milestone' | 'stage' | 'consensusError'>, steps: readonly Step[]): void {
    const results = steps.map((step) => this.#results.start(step));
    this.#schedule({ to: 'evaluation', ...pending, results }, 0, priority.observation);
  }
}

const modelOf = (output: unknown): ModelVersion => {
  const { parameters, digest } = output as LocalUpdate;
  return { parameters, digest };
};

/** Scores as a record has them: of the mean, then of each server where they were asked for. */
function recordedScores(output: RecordedOutput) {
  const recorded = output as unknown as Extract<Observation, { type: 'model.evaluated' }>;
  const { accuracy, loss, consensusError, serverAccuracies = [], serverLosses = [] } = recorded;
  const servers = serverAccuracies.map((each, at) => ({ accuracy: each, loss: serverLosses[at] ?? Number.NaN }));
  return { scores: [{ accuracy, loss }, ...servers] as [Score, ...Score[]], consensusError };
}

/** A score for the record. */
export function evaluated({ round, iteration, accuracy, loss, consensusError, servers }: Scored): Observation {
  return {
    type: 'model.evaluated',
    round,
    ...(iteration === undefined ? {} : { iteration }),
    ...{ accuracy, loss },
    ...(consensusError === undefined ? {} : { consensusError }),
    ...(servers === undefined
      ? {}
      : {
          serverAccuracies: servers.map((each) => each.accuracy),
          serverLosses: servers.map((each) => each.loss),
        }),
  };
}
