import { PolicyError } from '../errors.ts';
import type { UpdateStatistics } from '../event.ts';
import type { Measured } from '../later.ts';
import type { Candidate, RoundView, Schedule, SchedulingPolicy } from '../policies/policy.ts';
import type { Seconds } from '../units.ts';
import type { Looks } from './looks.ts';
import { show } from './policy-guard.ts';

/** What the engine knows of a member when its server opens a round; costly fields are functions, called when read. */
export interface MemberFacts {
  readonly index: number;
  readonly samples: number;
  snrDb(): number;
  computeSeconds(): Seconds;
  secondsPerStep(): Seconds;
  uploadSeconds(): Seconds;
  symbolSnr(): number;
}

/** What rounds have left behind about a member. */
export interface MemberHistory {
  lastUsed: number;
  participations: number;
  loss: Measured | undefined;
  statistics: UpdateStatistics | undefined;
}

/** What has been worked out of a candidate: policies that sort read the same field again and again. */
type Known = {
  -readonly [Name in 'snrDb' | 'computeSeconds' | 'secondsPerStep' | 'uploadSeconds' | 'symbolSnr']?: number;
};

/** A candidate whose costly fields are worked out when a policy first reads them. */
export function candidate(
  id: string,
  round: number,
  facts: MemberFacts,
  history: MemberHistory | undefined,
  looks: Looks,
): Candidate {
  const known: Known = {};
  return {
    id,
    index: facts.index,
    samples: facts.samples,
    staleness: round - (history?.lastUsed ?? 0),
    participations: history?.participations ?? 0,
    get loss() {
      return looks.at(history?.loss);
    },
    gradientNorm: history?.statistics && Math.sqrt(history.statistics.squaredNorm),
    gradientMean: history?.statistics?.mean,
    gradientVariance: history?.statistics?.variance,
    get snrDb() {
      known.snrDb ??= facts.snrDb();
      return known.snrDb;
    },
    get computeSeconds() {
      known.computeSeconds ??= facts.computeSeconds();
      return known.computeSeconds;
    },
    get secondsPerStep() {
      known.secondsPerStep ??= facts.secondsPerStep();
      return known.secondsPerStep;
    },
    get uploadSeconds() {
      known.uploadSeconds ??= facts.uploadSeconds();
      return known.uploadSeconds;
    },
    get symbolSnr() {
      known.symbolSnr ??= facts.symbolSnr();
      return known.symbolSnr;
    },
  };
}

/** Server, round and instant, for messages. */
export const placeOf = ({ server, round, now }: RoundView): string => `${server}, round ${round}, t = ${now} s`;

/** Whom to invite, as the machine hears it: in the order of members, whatever order the policy named them in. */
export interface CheckedSchedule {
  readonly cohort: string[];
  readonly closeAfter: number | null;
  /** Of each of the cohort. */
  readonly weights?: readonly number[];
  readonly candidates?: readonly string[];
  /** Of each candidate. */
  readonly probabilities?: readonly number[];
  readonly samplingError?: readonly [number, number];
}

/** @param policy whose schedule it is */
export function checkedCohort(schedule: Schedule, view: RoundView, policy?: SchedulingPolicy): CheckedSchedule {
  const reject = (what: string, remedy: string): never => {
    throw new PolicyError({ what, where: `scheduling policy at ${placeOf(view)}`, remedy }, policy);
  };
  if (typeof schedule !== 'object' || schedule === null || !Array.isArray(schedule.invite)) {
    return reject(`invalid schedule: ${show(schedule)}`, 'return { invite: [candidates of view.idle] }');
  }
  const idle = new Set<unknown>(view.idle.map(({ id }) => id));
  const invited = new Set<unknown>();
  for (const each of schedule.invite as readonly (Candidate | undefined)[]) {
    if (!idle.has(each?.id))
      reject(`unknown candidate: ${show(each?.id ?? each)}`, 'invite candidates out of view.idle');
    if (invited.has(each?.id)) reject(`duplicate candidate: ${show(each?.id)}`, 'invite each candidate once');
    invited.add(each?.id);
  }
  const { closeAfter } = schedule;
  if (closeAfter !== undefined && !(closeAfter > 0)) {
    reject(`invalid closeAfter: ${show(closeAfter)}`, 'return a positive number of seconds, or leave it out');
  }
  const { weights, probabilities, samplingError } = schedule;
  if (weights !== undefined && !areNumbers(weights, schedule.invite.length)) {
    reject(`invalid weights: ${show(weights)}`, 'return one finite number ≥ 0 for each of `invite`');
  }
  if (probabilities !== undefined && !areNumbers(probabilities, view.idle.length)) {
    reject(`invalid probabilities: ${show(probabilities)}`, 'return one number of at least 0 for each of view.idle');
  }
  const cohort = view.idle.flatMap(({ id }) => (invited.has(id) ? [id] : []));
  const weightOf = weights && new Map(schedule.invite.map(({ id }, index) => [id, weights[index] as number]));
  return {
    cohort,
    closeAfter: closeAfter !== undefined && Number.isFinite(closeAfter) ? closeAfter : null,
    ...(weightOf === undefined ? {} : { weights: cohort.map((id) => weightOf.get(id) as number) }),
    ...(probabilities === undefined ? {} : { candidates: view.idle.map(({ id }) => id), probabilities }),
    ...(samplingError === undefined ? {} : { samplingError }),
  };
}

const areNumbers = (values: unknown, count: number): boolean =>
  Array.isArray(values) && values.length === count && values.every((each) => Number.isFinite(each) && each >= 0);
