import { PolicyError } from '../errors.ts';
import type { Algorithm } from '../policies/algorithm.ts';
import type { Aggregation, Candidate, Pacing, StalenessWeighting, Tiering, Workload } from '../policies/policy.ts';

/** Holds the first error of a policy: machines call policies in guards, where the error itself would be reworded. */
export interface PolicyFailure {
  error: unknown;
}

/** The algorithm with its policies watched: what they throw or return amiss is named and kept in `failure`. */
export function guarded(algorithm: Algorithm, failure: PolicyFailure): Algorithm {
  const kept = <Answer>(ask: () => Answer): Answer => {
    try {
      return ask();
    } catch (error) {
      failure.error ??= error;
      throw error;
    }
  };
  const pacing: Pacing = (collection) => kept(() => checkedPacing(algorithm.pacing, collection));
  const aggregation: Aggregation = (contributions) =>
    kept(() => {
      const weigh = algorithm.aggregation;
      return checkedWeights(
        asked('aggregation', weigh, () => weigh(contributions)),
        contributions.length,
        weigh,
      );
    });
  const staleness =
    (weigh: StalenessWeighting): StalenessWeighting =>
    (age) =>
      kept(() => checkedStaleness(weigh, age));
  const { asynchronous, streaming } = algorithm;
  return {
    ...algorithm,
    ...{ pacing, aggregation },
    ...(asynchronous && { asynchronous: { ...asynchronous, staleness: staleness(asynchronous.staleness) } }),
    ...(streaming && { streaming: { ...streaming, staleness: staleness(streaming.staleness) } }),
  };
}

/** Calls a policy; what it throws becomes an error that names it. */
export function asked<Answer>(kind: string, policy: unknown, ask: () => Answer, where?: string): Answer {
  try {
    return ask();
  } catch (error) {
    throw policyError(kind, `it threw: ${reason(error)}`, { policy, where, cause: error });
  }
}

function checkedPacing(pacing: Pacing, collection: Parameters<Pacing>[0]): boolean {
  const closes: unknown = asked('pacing', pacing, () => pacing(collection));
  if (typeof closes === 'boolean') return closes;
  throw policyError('pacing', `true or false expected, got ${show(closes)}`, { policy: pacing });
}

function checkedStaleness(weigh: StalenessWeighting, age: number): number {
  const weight: unknown = asked('staleness', weigh, () => weigh(age));
  if (typeof weight === 'number' && weight > 0 && Number.isFinite(weight)) return weight;
  const what = `a positive, finite number expected, got ${show(weight)} for a staleness of ${age}`;
  throw policyError('staleness', what, { policy: weigh });
}

function checkedWeights(weights: readonly number[], count: number, policy: Aggregation): readonly number[] {
  const refuse = (what: string): never => {
    throw policyError('aggregation', what, { policy });
  };
  if (!Array.isArray(weights) || weights.length !== count) {
    return refuse(`${count} weights expected, got ${show(weights)}`);
  }
  const wrong = weights.findIndex((weight) => !(Number.isFinite(weight) && weight >= 0));
  if (wrong >= 0) return refuse(`weight ${wrong} is ${weights[wrong]}; weights are finite and not negative`);
  if (!Number.isFinite(weights.reduce((sum, weight) => sum + weight, 0))) {
    return refuse('the sum of the weights is not finite');
  }
  return weights.some((weight) => weight > 0) ? weights : refuse('all weights are 0');
}

/** What a workload policy says, checked. */
export function checkedWorkload(workload: Workload, invited: readonly Candidate[], where: string): readonly number[] {
  const steps = asked('workload', workload, () => workload(invited), where);
  const isWhole = Array.isArray(steps) && steps.every((each) => Number.isInteger(each) && each >= 1);
  if (isWhole && steps.length === invited.length) return steps;
  const what = `${invited.length} whole numbers ≥ 1 expected, got ${show(steps)}`;
  throw policyError('workload', what, { policy: workload, where });
}

/** What a tiering policy says, checked. */
export function checkedTiers(tiering: Tiering, members: readonly Candidate[], count: number, where: string) {
  const tiers = asked('tiering', tiering, () => tiering(members), where);
  const isRight = (each: number) => Number.isInteger(each) && each >= 0 && each < count;
  if (Array.isArray(tiers) && tiers.length === members.length && tiers.every(isRight)) return tiers;
  const what = `${members.length} tiers from 0 to ${count - 1} expected, got ${show(tiers)}`;
  throw policyError('tiering', what, { policy: tiering, where });
}

interface Fault {
  /** The function at fault: errors name its file. */
  readonly policy: unknown;
  /** Whoever was asked, where the world can't tell. */
  readonly where?: string | undefined;
  readonly cause?: unknown;
}

export const policyError = (kind: string, what: string, { policy, where, cause }: Fault) =>
  new PolicyError(
    {
      what: `invalid ${kind} policy: ${what}`,
      where,
      remedy: 'mend the policy; policies are pure functions of what they are given',
    },
    policy,
    { cause },
  );

export const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const SHOWN = 60;

/** A value as it was returned, NaN and infinities too. */
export function show(value: unknown): string {
  if (typeof value === 'number' || value === undefined) return String(value);
  const plain = (_key: string, each: unknown) =>
    typeof each === 'number' && !Number.isFinite(each) ? String(each) : each;
  let text: string;
  try {
    text = JSON.stringify(value, plain) ?? String(value);
  } catch {
    text = String(value); // In circles.
  }
  return text.replace(/"(NaN|-?Infinity)"/g, '$1').slice(0, SHOWN);
}
