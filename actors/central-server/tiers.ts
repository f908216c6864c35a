import type { ModelVersion, Update } from '../../src/event.ts';
import type { AsynchronousCentralServerRole } from '../role.ts';

/** The model of a tier, as the updates that it is the mean of; empty before its first version. */
export interface TierModel {
  readonly updates: readonly ModelVersion[];
  /** Sum 1. */
  readonly weights: readonly number[];
  /** Versions that the tier has made so far. */
  readonly versions: number;
}

/** A tier's synchronous round: the mean of its clients' updates, as the aggregation weighs them. */
export function tierModel(
  { aggregation }: AsynchronousCentralServerRole,
  arrivals: readonly ({ readonly from: string } & Update)[],
  versions: number,
): TierModel {
  const weights = aggregation(
    arrivals.map(({ from, samples, localSteps }) => ({ id: from, samples, localSteps, staleness: 0 })),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { updates: arrivals.map(({ model }) => model), weights: weights.map((weight) => weight / total), versions };
}

/**
 * The global model over M tiers, fastest first: a tier counts as much as the tier at the other end has made versions,
 *
 *   w = Σ_m β_m w_m,   β_m = (T_{M−1−m} + 1) / (Σ T + M),
 *
 * so that slow tiers, which report seldom, are heard as well. Counts start from one, so that the first version is not the
 * initial model alone; a tier without a version stands for the initial model.
 *
 * Source: FedAT, Chai et al., SC 2021 (recalled); the start from one is ours.
 */
export function tierWeights(tiers: readonly TierModel[], initial: ModelVersion) {
  const total = tiers.reduce((sum, { versions }) => sum + versions + 1, 0);
  const parts = tiers.map(({ updates, weights }, tier) => {
    const share = ((tiers.at(-1 - tier)?.versions ?? 0) + 1) / total;
    if (updates.length === 0) return { models: [initial], weights: [share] };
    return { models: updates, weights: weights.map((weight) => share * weight) };
  });
  return { models: parts.flatMap(({ models }) => models), weights: parts.flatMap(({ weights }) => weights) };
}
