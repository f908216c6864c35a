import jStat from 'jstat';
import { square } from '../math/power.ts';

/** Confidence of all intervals. */
export const LEVEL = 0.95;
/** Probability of seeing a difference that is there, for which seeds are counted. */
export const POWER = 0.8;
const SEEDS_MAX = 1e6;

/** A mean with its two-sided 95 % interval; the interval is undefined below two values. */
export interface Estimate {
  readonly mean: number;
  /** Half the width of the interval. */
  readonly margin: number | undefined;
  readonly count: number;
}

/** A difference of two policies that met the same worlds. */
export interface Difference extends Estimate {
  /** Two-sided p of the paired t-test; undefined below two pairs. */
  readonly p: number | undefined;
  /** Half the width that an interval would have if the worlds were not the same (Welch). */
  readonly unpairedMargin: number | undefined;
  /** Pairs with which a difference of this size is found with a probability of 80 %; undefined where none do. */
  readonly pairsNeeded: number | undefined;
}

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

/** Unbiased variance, s². */
function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, each) => sum + square(each - middle), 0) / (values.length - 1);
}

/** t with P(T ≤ t) = (1 + level) / 2. */
const critical = (degrees: number): number => jStat.studentt.inv((1 + LEVEL) / 2, degrees);

/**
 * Mean and interval by Student's t:  x̄ ± t₀.₉₇₅,ₙ₋₁ s / √n.
 *
 * @param values at least one
 */
export function estimate(values: readonly number[]): Estimate {
  const count = values.length;
  const margin = count < 2 ? undefined : critical(count - 1) * Math.sqrt(variance(values) / count);
  return { mean: mean(values), margin, count };
}

/**
 * Paired t-test of dᵢ = xᵢ − yᵢ, where xᵢ and yᵢ come from the same seed:
 *
 *   t = d̄ √n / s_d,   p = 2 P(T_{n−1} ≤ −|t|).
 *
 * Differences without any spread are certain: p is 0, or 1 where they are all 0.
 */
export function pairedDifference(values: readonly number[], base: readonly number[]): Difference {
  const differences = values.map((each, index) => each - (base[index] as number));
  const own = estimate(differences);
  if (own.margin === undefined) return { ...own, p: undefined, unpairedMargin: undefined, pairsNeeded: undefined };
  const deviation = Math.sqrt(variance(differences));
  return { ...own, ...tested(own, deviation), unpairedMargin: welchMargin(values, base) };
}

function tested({ mean: middle, count }: Estimate, deviation: number): Pick<Difference, 'p' | 'pairsNeeded'> {
  if (deviation === 0) return { p: middle === 0 ? 1 : 0, pairsNeeded: middle === 0 ? undefined : 2 };
  const t = (middle * Math.sqrt(count)) / deviation;
  const p = Math.min(1, 2 * jStat.studentt.cdf(-Math.abs(t), count - 1));
  return { p, pairsNeeded: pairsFor(Math.abs(middle) / deviation) };
}

/**
 * Fewest pairs with which a two-sided paired t-test at 5 % finds an effect of size d = |μ_d| / σ_d with a probability of
 * 80 %: power(n) = 1 − F(t₀.₉₇₅,ₙ₋₁), F being the non-central t distribution with n − 1 degrees and shift d √n.
 *
 * Source: Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd ed., 1988, ch. 2.
 */
export function pairsFor(effect: number): number | undefined {
  const suffices = (pairs: number): boolean => power(pairs, effect) >= POWER;
  let most = 2;
  while (!suffices(most)) {
    most *= 2;
    if (most > SEEDS_MAX) return undefined;
  }
  let least = most / 2;
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (suffices(middle)) most = middle;
    else least = middle;
  }
  return most;
}

/** Probability that the paired t-test finds an effect of this size with so many pairs. */
export const power = (pairs: number, effect: number): number =>
  1 - jStat.noncentralt.cdf(critical(pairs - 1), pairs - 1, effect * Math.sqrt(pairs));

/** Welch's interval: what one would have without common random numbers. */
function welchMargin(values: readonly number[], base: readonly number[]): number {
  const [a, b] = [variance(values) / values.length, variance(base) / base.length];
  if (a + b === 0) return 0;
  const degrees = square(a + b) / (square(a) / (values.length - 1) + square(b) / (base.length - 1));
  return critical(degrees) * Math.sqrt(a + b);
}

/**
 * Holm's step-down adjustment: with m tests, the i-th smallest p becomes max over j ≤ i of min(1, (m − j + 1) p_j), so that
 * the chance of any false find stays below the level.
 *
 * Source: Holm, A Simple Sequentially Rejective Multiple Test Procedure, Scand. J. Statist. 6 (2), 1979.
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] as number) - (values[b] as number));
  const adjusted = new Array<number>(values.length);
  let least = 0;
  order.forEach((index, rank) => {
    least = Math.max(least, Math.min(1, (values.length - rank) * (values[index] as number)));
    adjusted[index] = least;
  });
  return adjusted;
}
