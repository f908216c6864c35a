import { present } from '../assert.ts';
import type { ModelVersion, Observation } from '../event.ts';
import { priority } from '../kernel/event-list.ts';
import type { Later } from '../later.ts';
import type { Parameters, Score, Task } from '../learning/contract.ts';
import type { Consensus } from '../learning/steps.ts';
import type { Seconds } from '../units.ts';
import type { LaterFact } from './backlog.ts';
import { meet } from './combine.ts';
import { awaitedBy, hasNumbers } from './later-model.ts';
import { workOn } from './local-rule.ts';
import type { Milestone, Pending, PlannedWork, WorldPlan } from './plan.ts';
import type { ResultId, Results } from './results.ts';
import type { Schedule } from './schedule.ts';
import { checkLoss } from './step-output.ts';
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

/** The models of the evaluation that was begun last. */
type Name = readonly ModelVersion[] | number;

/** An evaluation under way: it is none after all if its models turn out to be those that were scored before. */
interface Open {
  readonly models: readonly ModelVersion[];
  readonly before: Name;
}

/**
 * Scores models on the test set, outside virtual time: a score is recorded at the instant of its model. Inside a round
 * come the clients' models first, then the mean and how far apart the models are, then the shards of the test set, all as
 * steps on the compute threads. Nothing waits for a score but the record.
 */
export class Evaluations {
  readonly #plan: WorldPlan;
  readonly #task: Task;
  readonly #results: Results;
  readonly #schedule: Schedule;
  readonly #now: () => Seconds;
  readonly scores: Scored[] = [];
  readonly #open = new Map<Milestone, Open>();
  #last: Name = [];
  #lastRound = -1;

  constructor(plan: WorldPlan, results: Results, schedule: Schedule, now: () => Seconds) {
    this.#plan = plan;
    this.#task = plan.task;
    this.#results = results;
    this.#schedule = schedule;
    this.#now = now;
  }

  /** Whether scores are on their way. Models that are out must be there. */
  get isPending(): boolean {
    return [...this.#open.values()].some((each) => isSame(each.models, each.before) !== true);
  }

  /**
   * Starts to score a milestone; false where there is nothing to score, or it is the one that was scored last. Where the
   * models aren't there yet, that shows later.
   */
  begin(milestone: Milestone): boolean {
    const { models, inside } = milestone;
    const before = this.#last;
    const name = inside === undefined ? models : inside.iteration;
    // Each round has a score, also where its model is that of the round before: means over rounds are over all runs.
    const isKnown = milestone.round === this.#lastRound && isSame(name, before) === true;
    if (isKnown || !models.every(hasNumbers)) return false;
    const scored = milestone.round === this.#lastRound ? before : NOTHING;
    this.#last = name;
    this.#lastRound = milestone.round;
    this.#open.set(milestone, { models, before: scored });
    if (inside === undefined) this.#meet(milestone, milestone);
    else this.#train(milestone, inside.works);
    return true;
  }

  /** Goes on with what has come back or is on its way; the fact of the score, at the end. */
  advance(pending: Awaited): LaterFact | undefined {
    const { milestone, stage, results } = pending;
    if (stage === 'train') {
      this.#meet(milestone, { ...milestone, models: results.map((id) => this.#results.model(id)) });
    } else if (stage === 'mean') {
      this.#score(milestone, this.#results.output(results[0] as number) as Later<Consensus>);
    } else return this.#scored(pending);
    return undefined;
  }

  #scored({ milestone, results, consensus }: Awaited): LaterFact {
    const output = this.#results.output(results[0] as number) as Later<unknown>;
    const { models, before } = present(this.#open.get(milestone), 'evaluation');
    this.#open.delete(milestone);
    const at = this.#now();
    const make = () => {
      if (isSame(models, before) === true) return undefined;
      const scored = { ...this.#read(milestone, output.value, consensus), at };
      this.scores.push(scored);
      return evaluated(scored);
    };
    const compared = typeof before === 'number' ? [] : before;
    return { needs: [output, ...[...models, ...compared].flatMap(awaitedBy)], make };
  }

  /** The shards' outputs, or what a record has of them, as scores. */
  #read({ round, inside }: Milestone, output: unknown, consensus: Later<Consensus> | undefined): Omit<Scored, 'at'> {
    const recorded = output instanceof RecordedOutput ? recordedScores(output) : undefined;
    const [mean, ...servers] = recorded?.scores ?? this.#combined(output as unknown[][]);
    if (recorded === undefined && !this.#plan.allowsDivergence) {
      checkLoss(mean, { what: 'score on the test set', where: `after round ${round}` });
    }
    const apart = recorded === undefined ? consensus?.value.consensusError : recorded.consensusError;
    return {
      ...{ round, ...mean },
      ...(inside === undefined ? {} : { iteration: inside.iteration }),
      ...(apart === undefined ? {} : { consensusError: apart }),
      ...(servers.length === 0 ? {} : { servers }),
    };
  }

  #train(milestone: Milestone, works: readonly PlannedWork[]): void {
    const started = works.map((work) =>
      this.#results.start({
        needs: awaitedBy(work.model),
        make: () => {
          const parameters = present(work.model.parameters, 'parameters');
          return present(this.#task.train(workOn(work, parameters)), 'step of a local update');
        },
      }),
    );
    this.#await({ milestone, stage: 'train' }, started);
  }

  #meet(milestone: Milestone, { models, shares }: Milestone): void {
    const work = present(meet(models, shares), 'mean of models');
    this.#await({ milestone, stage: 'mean' }, [this.#results.start(work)]);
  }

  #score(milestone: Milestone, consensus: Later<Consensus>): void {
    if (this.#evaluate(present(this.#plan.initial.parameters, 'parameters')) === undefined) {
      this.#open.delete(milestone);
      return;
    }
    const apart = this.#scoredApart(milestone);
    const make = () => {
      const all = [consensus.value.parameters, ...apart.map(({ parameters }) => present(parameters, 'parameters'))];
      return all.flatMap((each) => this.#evaluate(each)?.shards ?? []);
    };
    const result = this.#results.start({ needs: [consensus, ...apart.flatMap(awaitedBy)], make });
    const isShared = milestone.inside === undefined && milestone.models.length > 1;
    this.#await({ milestone, stage: 'score', ...(isShared ? { consensus } : {}) }, [result]);
  }

  #evaluate(parameters: Parameters) {
    return this.#task.evaluate(parameters);
  }

  /** Servers' own models that are scored beside their mean. */
  #scoredApart({ models, inside }: Milestone): readonly ModelVersion[] {
    return this.#plan.evaluate.servers && inside === undefined ? models : [];
  }

  /** One score of each model: all models have equally many shards. */
  #combined(outputs: readonly unknown[]): [Score, ...Score[]] {
    const { shards, combine } = present(
      this.#evaluate(present(this.#plan.initial.parameters, 'parameters')),
      'evaluation',
    );
    const each = shards.length;
    return Array.from({ length: outputs.length / each }, (_, at) =>
      combine(outputs.slice(at * each, (at + 1) * each)),
    ) as [Score, ...Score[]];
  }

  #await(pending: Pick<Awaited, 'milestone' | 'stage' | 'consensus'>, results: readonly ResultId[]): void {
    this.#schedule({ to: 'evaluation', ...pending, results }, 0, priority.observation);
  }
}

/** What no model is. */
const NOTHING: Name = Number.NaN;

/** Whether two evaluations are of the same models; undefined where that can't be known yet. */
function isSame(one: Name, other: Name): boolean | undefined {
  if (typeof one === 'number' || typeof other === 'number') return one === other;
  if (one.length !== other.length) return false;
  let isKnown = true;
  for (const [at, model] of one.entries()) {
    const another = other[at] as ModelVersion;
    if (model === another) continue;
    if (awaitedBy(model).length + awaitedBy(another).length > 0) isKnown = false;
    else if (model.digest !== another.digest) return false;
  }
  return isKnown ? true : undefined;
}

/** Scores as a record has them: of the mean, then of each server where they were asked for. */
function recordedScores(output: RecordedOutput) {
  const recorded = output.numbers as unknown as Extract<Observation, { type: 'model.evaluated' }>;
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
