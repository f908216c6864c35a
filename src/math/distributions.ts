import { randomExponential, randomGamma, randomInt, randomNormal } from 'd3-random';
import { power } from './power.ts';
import type { Source } from './streams.ts';

/** A normal number. @param deviation standard deviation, ≥ 0 */
export const normal = (source: Source, mean = 0, deviation = 1): number =>
  randomNormal.source(source)(mean, deviation)();

/** Standard normal numbers, one after the other: cheaper than one at a time where many belong to one draw. */
export const normals = (source: Source): (() => number) => randomNormal.source(source)(0, 1);

/** An exponential number. @param mean > 0, the inverse of the rate */
export const exponential = (source: Source, mean = 1): number => mean * randomExponential.source(source)(1)();

/** A uniform integer 0 … n − 1. @param n a safe integer ≥ 1; the bias is below n · 2⁻⁵³ */
export const integerBelow = (source: Source, n: number): number => randomInt.source(source)(n)();

/**
 * A gamma number, density ∝ x^(shape − 1) e^(−x / scale), by Marsaglia and Tsang's method; below a shape of 1 it is one of
 * shape + 1 times u^(1 / shape).
 *
 * @param shape > 0; far below 0.01 most values underflow to 0
 * @param scale > 0; the mean is shape · scale, the variance shape · scale²
 */
export function gamma(source: Source, shape: number, scale = 1): number {
  const draw = (k: number): number => randomGamma.source(source)(k, scale)();
  // The library's own power of a uniform number would be rounded as the release of Node does.
  return shape < 1 ? draw(shape + 1) * power(source(), 1 / shape) : draw(shape);
}

/**
 * A uniformly random order of 0 … n − 1, shape [n].
 *
 * Source: Durstenfeld's form of the Fisher–Yates shuffle; Knuth, The Art of Computer Programming, vol. 2, §3.4.2.
 */
export function permutation(source: Source, n: number): Uint32Array<ArrayBuffer> {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let last = n - 1; last > 0; last -= 1) {
    const chosen = Math.floor(source() * (last + 1));
    const kept = order[last]!;
    order[last] = order[chosen]!;
    order[chosen] = kept;
  }
  return order;
}

/**
 * Proportions drawn from a Dirichlet distribution: non-negative, sum 1; entry i has the mean αᵢ / Σ α.
 *
 *   gᵢ ~ Gamma(αᵢ),   pᵢ = gᵢ / Σ g,   with   ln gᵢ = ln Gamma(αᵢ + 1) + ln(u) / αᵢ
 *
 * The logarithms keep small α exact where gamma numbers themselves would all underflow to 0.
 *
 * @param alphas α, concentration of each entry, > 0, shape [entries]
 * @returns shape [entries]
 * Source: Devroye, Non-Uniform Random Variate Generation, 1986, ch. XI §4; the step from α + 1 to α is that of
 * Marsaglia and Tsang, ACM Trans. Math. Softw. 26 (3), 2000, §6.
 */
export function dirichlet(source: Source, alphas: readonly number[]): number[] {
  const logs = alphas.map((alpha) => Math.log(gamma(source, alpha + 1)) + Math.log1p(-source()) / alpha);
  const largest = logs.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
  const shares = logs.map((each) => Math.exp(each - largest));
  const total = shares.reduce((sum, each) => sum + each, 0);
  return shares.map((each) => each / total);
}
