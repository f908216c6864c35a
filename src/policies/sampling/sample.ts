import { z } from 'zod';
import type { Candidate, RoundView, Schedule } from '../policy.ts';
import { poisson } from './poisson.ts';
import { successive } from './successive.ts';
import { withReplacement } from './with-replacement.ts';

/** What a sampler is given. All lists are over the same candidates, in one order. */
export interface Drawing {
  /** p, sum 1. */
  readonly probabilities: readonly number[];
  /** ρ, sum 1: Σ ρ_i g_i is what the draws are to estimate without bias. */
  readonly shares: readonly number[];
  /** ‖g_i‖, for the error that is to be expected; undefined where they aren't known. */
  readonly norms: readonly number[] | undefined;
  /** K, candidates to draw. */
  readonly count: number;
  readonly draw: () => number;
}

export interface Drawn {
  /** ω of each candidate, 0 where it isn't drawn; E Σ ω_i g_i = Σ ρ_i g_i for any g. */
  readonly weights: readonly number[];
  /** Probability of each candidate in one draw, or of being drawn at all where draws are independent. */
  readonly probabilities: readonly number[];
  /** a and b of E‖Σ ω g − Σ ρ g‖² = a − b ‖Σ ρ g‖²; undefined where there is no simple form. */
  readonly samplingError: readonly [a: number, b: number] | undefined;
}

const samplers = { 'with-replacement': withReplacement, successive, poisson } as const;

/** The option that sampling policies share. */
export const sampling = z
  .enum(['with-replacement', 'successive', 'poisson'])
  .default('with-replacement')
  .describe('how clients are drawn by their probabilities; weights make each way unbiased');

/** ρ_i = m_i / Σ m. */
export function sharesOf(idle: readonly Candidate[]): number[] {
  const all = idle.reduce((sum, { samples }) => sum + samples, 0);
  return idle.map(({ samples }) => samples / all);
}

/** Weighted candidates as a schedule: those that are drawn, with unbiased weights. Scores need not sum to 1. */
export function drawnFrom(
  { idle, draw }: RoundView,
  scores: readonly number[],
  { cohort, sampling: mode }: { readonly cohort: number; readonly sampling: keyof typeof samplers },
): Schedule {
  const shares = sharesOf(idle);
  const norms = idle.map(({ gradientNorm }) => gradientNorm ?? Number.NaN);
  const { weights, probabilities, samplingError } = samplers[mode]({
    ...{ probabilities: normalised(scores, shares), shares, draw },
    norms: norms.some(Number.isNaN) ? undefined : norms,
    count: cohort,
  });
  return {
    invite: idle.filter((_, i) => (weights[i] as number) > 0),
    weights: weights.filter((weight) => weight > 0),
    probabilities,
    ...(samplingError === undefined ? {} : { samplingError }),
  };
}

/** Scores as probabilities; shares of the samples where all scores are 0. */
export function normalised(scores: readonly number[], shares: readonly number[]): readonly number[] {
  const total = scores.reduce((sum, score) => sum + score, 0);
  return total > 0 ? scores.map((score) => score / total) : shares;
}
