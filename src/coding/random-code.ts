import { assert } from '../assert.ts';
import { normals } from '../math/distributions.ts';
import { sharedDoubles } from '../math/shared.ts';
import type { Source } from '../math/streams.ts';
import type { Vector } from '../math/sum.ts';

/** Rows of a regression, flat by rows. */
export interface RegressionRows {
  readonly count: number;
  /** X, [count × features] */
  readonly features: Vector;
  /** Y, [count × outputs] */
  readonly labels: Vector;
}

const widthOf = (flat: Vector, count: number): number => flat.length / count;

export interface CodeRowsOptions {
  readonly rows: RegressionRows;
  /** c, coded rows. */
  readonly count: number;
  /** σ_i, standard deviation of the noise on each coded feature. */
  readonly deviation: number;
  /** The client's private draws: G_i first, row by row, then N_i. */
  readonly source: Source;
}

/**
 * A client's coded rows: a random projection of its own, hidden by noise.
 *
 *   X̃_i = G_i X_i + N_i,   Ỹ_i = G_i Y_i,   G_i ∈ R^{c × l_i} ~ N(0, 1),   N_i ~ N(0, σ_i²)
 *
 * @returns features [c × d] and labels [c × o], 64-bit
 * Source: Sun et al., Stochastic coded federated learning, ISIT 2022; entries of G as in Dhakal et al., 2019.
 */
export function codeRows({ rows, count, deviation, source }: CodeRowsOptions): RegressionRows {
  const [d, o] = [widthOf(rows.features, rows.count), widthOf(rows.labels, rows.count)];
  const draw = normals(source);
  const features = sharedDoubles(count * d);
  const labels = sharedDoubles(count * o);
  for (let row = 0; row < count; row += 1) {
    for (let sample = 0; sample < rows.count; sample += 1) {
      const g = draw();
      for (let k = 0; k < d; k += 1) features[row * d + k]! += g * rows.features[sample * d + k]!;
      for (let k = 0; k < o; k += 1) labels[row * o + k]! += g * rows.labels[sample * o + k]!;
    }
  }
  if (deviation > 0) for (let k = 0; k < features.length; k += 1) features[k]! += deviation * draw();
  return { count, features, labels };
}

/** Σ √λ_i (X̃_i, Ỹ_i), which equals the code of all data with λ_i as weights. @param parts in id order */
export function sumCodes(parts: readonly RegressionRows[], weights: readonly number[]): RegressionRows {
  const first = parts[0];
  assert(first !== undefined, 'a sum of codes needs a code');
  const features = sharedDoubles(first.features.length);
  const labels = sharedDoubles(first.labels.length);
  parts.forEach((part, i) => {
    assert(part.features.length === features.length && part.labels.length === labels.length, 'codes have one shape');
    const scale = Math.sqrt(weights[i]!);
    for (let k = 0; k < features.length; k += 1) features[k]! += scale * part.features[k]!;
    for (let k = 0; k < labels.length; k += 1) labels[k]! += scale * part.labels[k]!;
  });
  return { count: first.count, features, labels };
}

/**
 * The sum-form gradient of a least-squares fit over chosen rows, Σ_r x_r (x_rᵀ W − y_rᵀ).
 *
 * @param weights W, [features × outputs]   @param chosen row indices; all rows where left out
 * @returns [features × outputs]
 */
export function residualGradient(rows: RegressionRows, weights: Vector, chosen?: Uint32Array): Float64Array {
  const [d, o] = [widthOf(rows.features, rows.count), widthOf(rows.labels, rows.count)];
  assert(weights.length === d * o, 'weights of a regression are [features × outputs]');
  const gradient = new Float64Array(d * o);
  const residual = new Float64Array(o);
  const total = chosen?.length ?? rows.count;
  for (let i = 0; i < total; i += 1) {
    const row = chosen === undefined ? i : chosen[i]!;
    for (let j = 0; j < o; j += 1) residual[j] = -rows.labels[row * o + j]!;
    for (let k = 0; k < d; k += 1) {
      const x = rows.features[row * d + k]!;
      if (x !== 0) for (let j = 0; j < o; j += 1) residual[j]! += x * weights[k * o + j]!;
    }
    for (let k = 0; k < d; k += 1) {
      const x = rows.features[row * d + k]!;
      if (x !== 0) for (let j = 0; j < o; j += 1) gradient[k * o + j]! += x * residual[j]!;
    }
  }
  return gradient;
}

export interface CodedGradientOptions {
  /** The global code (X̃, Ỹ). */
  readonly code: RegressionRows;
  readonly weights: Vector;
  /** σ² = Σ σ_i² of the make-up term; 0 leaves it out, as DP-CFL does. */
  readonly noiseVariance: number;
  /** Coded rows of the mini-batch; all where left out. */
  readonly chosen?: Uint32Array;
}

/**
 * The server's unbiased gradient from coded rows,
 *
 *   ĝ_s(W) = (1/b) Σ_{r ∈ B} x̃_r (x̃_rᵀ W − ỹ_rᵀ) − σ² W,
 *
 * whose mean over the draw of projections and noise is Xᵀ(X W − Y): the make-up term −σ² W takes out what noise adds.
 *
 * Source: a make-up term for unbiasedness is stated in Sun et al., ISIT 2022; its formula is reconstructed and checked.
 */
export function codedGradient({ code, weights, noiseVariance, chosen }: CodedGradientOptions): Float64Array {
  const gradient = residualGradient(code, weights, chosen);
  const count = chosen?.length ?? code.count;
  for (let k = 0; k < gradient.length; k += 1) gradient[k] = gradient[k]! / count - noiseVariance * weights[k]!;
  return gradient;
}

/**
 * The exact mean squared error of that gradient over all c rows,
 *
 *   E‖ĝ_s − XᵀR‖² = (tr(S) tr(C_e) + ‖C_x‖²) / c,
 *   S = XᵀX + σ² I,   R = X W − Y,   C_e = RᵀR + σ² WᵀW,   C_x = XᵀR + σ² W.
 *
 * Source: reconstructed; a simulation agrees.
 */
export function codedGradientError(
  rows: RegressionRows,
  weights: Vector,
  noiseVariance: number,
  count: number,
): number {
  const d = widthOf(rows.features, rows.count);
  const traceS = squares(rows.features) + noiseVariance * d;
  const traceE = squares(residuals(rows, weights)) + noiseVariance * squares(weights);
  const crossed = residualGradient(rows, weights).map((value, k) => value + noiseVariance * weights[k]!);
  return (traceS * traceE + squares(crossed)) / count;
}

/** R = X W − Y, [count × outputs]. */
function residuals({ count, features, labels }: RegressionRows, weights: Vector): Float64Array {
  const [d, o] = [widthOf(features, count), widthOf(labels, count)];
  const result = Float64Array.from(labels, (value) => -value);
  for (let row = 0; row < count; row += 1) {
    for (let k = 0; k < d; k += 1) {
      for (let j = 0; j < o; j += 1) result[row * o + j]! += features[row * d + k]! * weights[k * o + j]!;
    }
  }
  return result;
}

/** (1/2m) ‖X W − Y‖², the objective of the fit. */
export const regressionLoss = (rows: RegressionRows, weights: Vector): number =>
  squares(residuals(rows, weights)) / (2 * rows.count);

const squares = (values: Vector): number => {
  let sum = 0;
  for (let k = 0; k < values.length; k += 1) sum += values[k]! * values[k]!;
  return sum;
};
