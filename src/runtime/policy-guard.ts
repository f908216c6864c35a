import { SimulationError } from '../errors.ts';
import type { Algorithm } from '../policies/algorithm.ts';
import type { Aggregation, Candidate, Pacing, Tiering, Workload } from '../policies/policy.ts';

/** Holds the first error of a policy: machines call policies in guards, where the error itself would be reworded. */
export interface PolicyFailure {
  error: unknown;
}

/** The algorithm with its policies watched: what they throw or return amiss is named and kept in `failure`. */
export function guarded(algorithm: Algorithm, failure: PolicyFailure): Algorithm {
  const keep = (error: unknown): never => {
    failure.error ??= error;
    throw error;
  };
  const pacing: Pacing = (collection) => {
    try {
      const closes: unknown = algorithm.pacing(collection);
      if (typeof closes === 'boolean') return closes;
      throw policyError('pacing', `true or false expected, got ${closes}`, `round ${collection.round}`);
    } catch (error) {
      if (error instanceof SimulationError) return keep(error);
      return keep(policyError('pacing', `it threw: ${reason(error)}`, `round ${collection.round}`, error));
    }
  };
  const aggregation: Aggregation = (contributions) => {
    try {
      return checkedWeights(algorithm.aggregation(contributions), contributions.length);
    } catch (error) {
      return keep(
        error instanceof SimulationError
          ? error
          : policyError('aggregation', `it threw: ${reason(error)}`, undefined, error),
      );
    }
  };
  return { ...algorithm, pacing, aggregation };
}

function checkedWeights(weights: readonly number[], count: number): readonly number[] {
  if (!Array.isArray(weights) || weights.length !== count) {
    throw policyError('aggregation', `${count} weights expected, got ${JSON.stringify(weights)?.slice(0, 60)}`);
  }
  const wrong = weights.findIndex((weight) => !(Number.isFinite(weight) && weight >= 0));
  if (wrong >= 0)
    throw policyError('aggregation', `weight ${wrong} is ${weights[wrong]}; weights are finite and not negative`);
  if (!Number.isFinite(weights.reduce((sum, weight) => sum + weight, 0))) {
    throw policyError('aggregation', 'the sum of the weights is not finite');
  }
  if (!weights.some((weight) => weight > 0)) throw policyError('aggregation', 'all weights are 0');
  return weights;
}

/** What a workload policy says, checked. */
export function checkedWorkload(workload: Workload, invited: readonly Candidate[], where: string): readonly number[] {
  let steps: readonly number[];
  try {
    steps = workload(invited);
  } catch (error) {
    throw policyError('workload', `it threw: ${reason(error)}`, where, error);
  }
  const isWhole = Array.isArray(steps) && steps.every((each) => Number.isInteger(each) && each >= 1);
  if (isWhole && steps.length === invited.length) return steps;
  const got = JSON.stringify(steps)?.slice(0, 60);
  throw policyError('workload', `${invited.length} whole numbers ≥ 1 expected, got ${got}`, where);
}

/** What a tiering policy says, checked. */
export function checkedTiers(tiering: Tiering, members: readonly Candidate[], count: number, where: string) {
  let tiers: readonly number[];
  try {
    tiers = tiering(members);
  } catch (error) {
    throw policyError('tiering', `it threw: ${reason(error)}`, where, error);
  }
  const isRight = (each: number) => Number.isInteger(each) && each >= 0 && each < count;
  if (Array.isArray(tiers) && tiers.length === members.length && tiers.every(isRight)) return tiers;
  const got = JSON.stringify(tiers)?.slice(0, 60);
  throw policyError('tiering', `${members.length} tiers from 0 to ${count - 1} expected, got ${got}`, where);
}

export const policyError = (policy: string, what: string, where?: string, cause?: unknown) =>
  new SimulationError(
    {
      what: `invalid ${policy} policy: ${what}`,
      where,
      remedy: 'mend the policy; policies are pure functions of what they are given',
      code: 'POLICY_INVALID',
    },
    { cause },
  );

export const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
