import type { UplinkSchedule } from '../event.ts';
import type { UpdateReport } from '../kernel/effect.ts';
import { square } from '../math/power.ts';
import type { AirUplink } from '../policies/algorithm.ts';
import type { Aggregation, Candidate } from '../policies/policy.ts';
import { dbToLinear, linearToDb } from '../units.ts';
import type { CheckedSchedule } from './round-view.ts';

const total = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0);

export interface Granting {
  readonly uplink: AirUplink;
  readonly aggregation: Aggregation;
  /** Members that have reported and can be heard, in id order, with what they have reported. */
  readonly candidates: readonly Candidate[];
  readonly reports: ReadonlyMap<string, UpdateReport>;
  /** What the policy says now, or said before: everyone where it is undefined. */
  readonly chosen: CheckedSchedule | undefined;
}

/** Who sends over the air, with which weight, and by which mean and deviation symbols are normalised. */
export function uplinkSchedule(granting: Granting): UplinkSchedule {
  const { uplink, candidates, reports, chosen } = granting;
  const shares = sharesOf(candidates);
  const { cohort, weights } = heard(granting, weighed(granting));
  const { mean, deviation } = agreedScale(uplink.normalisation, candidates, shares, reports, cohort);
  const { probabilities, samplingError } = chosen ?? {};
  return {
    ...{ cohort, weights, shares },
    candidates: candidates.map(({ id }) => id),
    snrDb: candidates.map(({ symbolSnr }) => linearToDb(symbolSnr)),
    ...(probabilities === undefined ? {} : { probabilities }),
    ...{ mean, deviation },
    ...(samplingError === undefined ? {} : { samplingError }),
  };
}

/** ρ_i = m_i / Σ m. */
function sharesOf(candidates: readonly Candidate[]): number[] {
  const all = total(candidates.map(({ samples }) => samples));
  return candidates.map(({ samples }) => samples / all);
}

/** The policy's weights; else those of the algorithm's aggregation, which sum to 1. */
function weighed({ aggregation, candidates, reports, chosen }: Granting) {
  const given = chosen?.weights && new Map(chosen.cohort.map((id, index) => [id, chosen.weights?.[index] ?? 0]));
  const invited = new Set(chosen?.cohort ?? candidates.map(({ id }) => id));
  const granted = candidates.filter(({ id }) => invited.has(id) && given?.get(id) !== 0);
  const cohort = granted.map(({ id }) => id);
  if (given !== undefined) return { cohort, weights: cohort.map((id) => given.get(id) as number) };
  if (cohort.length === 0) return { cohort, weights: [] };
  const weights = aggregation(
    granted.map(({ id, samples }) => ({ id, samples, staleness: 0, localSteps: reports.get(id)?.localSteps ?? 0 })),
  );
  const sum = total(weights);
  const positive = weights.map((weight) => weight / sum);
  return { cohort: cohort.filter((_, k) => positive[k] !== 0), weights: positive.filter((weight) => weight !== 0) };
}

/** Truncation: clients in a deep fade stay silent, and the others' weights grow so that their sum stays. */
function heard({ uplink, candidates }: Granting, all: { cohort: readonly string[]; weights: readonly number[] }) {
  const snrOf = new Map(candidates.map(({ id, symbolSnr }) => [id, symbolSnr]));
  const threshold = dbToLinear(uplink.minimumSnrDb);
  const isHeard = all.cohort.map((id) => (snrOf.get(id) ?? 0) >= threshold);
  if (isHeard.every(Boolean)) return all;
  const left = all.weights.filter((_, k) => isHeard[k]);
  const growth = total(all.weights) / total(left);
  return { cohort: all.cohort.filter((_, k) => isHeard[k]), weights: left.map((weight) => weight * growth) };
}

/**
 * What all senders agree on, from what was reported:
 *
 *   M = Σ ρ_i M_i,   V = Σ ρ_i V_i   (average),   V = max_i (V_i + (M_i − M)²) over the senders   (strict)
 *
 * On average E s² is then 1 by weight, and a single sender's may exceed it; strictly it is at most 1 for each.
 *
 * Source: Sun et al., PO-FL, IEEE Trans. Wireless Commun. 23 (7), 2024; global statistics recalled, `strict` chosen here.
 */
export function agreedScale(
  normalisation: AirUplink['normalisation'],
  candidates: readonly Pick<Candidate, 'id'>[],
  shares: readonly number[],
  reports: ReadonlyMap<string, Pick<UpdateReport, 'mean' | 'variance'>>,
  cohort: readonly string[],
) {
  const of = (id: string) => reports.get(id) ?? { mean: 0, variance: 0 };
  const mean = total(candidates.map(({ id }, k) => (shares[k] as number) * of(id).mean));
  if (normalisation === 'strict') {
    const largest = cohort.reduce((most, id) => Math.max(most, of(id).variance + square(of(id).mean - mean)), 0);
    return { mean, deviation: Math.sqrt(largest) };
  }
  return { mean, deviation: Math.sqrt(total(candidates.map(({ id }, k) => (shares[k] as number) * of(id).variance))) };
}
