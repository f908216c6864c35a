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
  /** √λ of each row, which the code then stands for with weight λ; 1 for all where it is left out. */
  readonly weights?: Vector;
  /** The client's private draws: G_i first, row by row, then N_i. */
  readonly source: Source;
}

/**
 * A client's coded rows: a random projection of its own, hidden by noise.
 *
 *   X̃_i = G_i Λ_i X_i + N_i,   Ỹ_i = G_i Λ_i Y_i,   G_i ∈ R^{c × l_i} ~ N(0, 1),   N_i ~ N(0, σ_i²)
 *
 * Λ_i, diagonal, is 1 but for codes that stand for some rows less than for others.
 *
 * @returns features [c × d] and labels [c × o], 64-bit
 * Source: Sun et al., Stochastic coded federated learning, ISIT 2022; entries of G as in Dhakal et al., 2019.
 */
export function codeRows({ rows, count, deviation, weights, source }: CodeRowsOptions): RegressionRows {
  const [d, o] = [widthOf(rows.features, rows.count), widthOf(rows.labels, rows.count)];
  const draw = normals(source);
  const features = sharedDoubles(count * d);
  const labels = sharedDoubles(count * o);
  const g = new Float64Array(rows.count);
  for (let row = 0; row < count; row += 1) {
    for (let sample = 0; sample < rows.count; sample += 1) g[sample] = draw() * (weights?.[sample] ?? 1);
    addRows(features.subarray(row * d, (row + 1) * d), g, rows.features);
    addRows(labels.subarray(row * o, (row + 1) * o), g, rows.labels);
  }
  if (deviation > 0) for (let k = 0; k < features.length; k += 1) features[k]! += deviation * draw();
  return { count, features, labels };
}

/** sum += Σ_i g_i x_i, row after row; four at a time, so that each sum is read and written a quarter as often. */
function addRows(sum: Float64Array, g: Float64Array, flat: Vector): void {
  const width = sum.length;
  let row = 0;
  for (; row + 4 <= g.length; row += 4) {
    const [a, b, c, e] = [g[row]!, g[row + 1]!, g[row + 2]!, g[row + 3]!];
    for (let k = 0, x = row * width; k < width; k += 1, x += 1) {
      sum[k] = sum[k]! + a * flat[x]! + b * flat[x + width]! + c * flat[x + 2 * width]! + e * flat[x + 3 * width]!;
    }
  }
  for (; row < g.length; row += 1) {
    for (let k = 0, x = row * width; k < width; k += 1, x += 1) sum[k]! += g[row]! * flat[x]!;
  }
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
    residualOf(rows, row, weights, residual);
    addOuter(gradient, rows.features, row * d, residual);
  }
  return gradient;
}

/** xᵀ W − yᵀ of one row; four outputs at a time, which is some three times as fast as one by one. */
function residualOf(
  { count, features, labels }: RegressionRows,
  row: number,
  weights: Vector,
  into: Float64Array,
): void {
  const [d, o] = [widthOf(features, count), into.length];
  const [x, y] = [row * d, row * o];
  let j = 0;
  for (; j + 4 <= o; j += 4) {
    let [a, b, c, e] = [-labels[y + j]!, -labels[y + j + 1]!, -labels[y + j + 2]!, -labels[y + j + 3]!];
    for (let k = 0, w = j; k < d; k += 1, w += o) {
      const feature = features[x + k]!;
      a += feature * weights[w]!;
      b += feature * weights[w + 1]!;
      c += feature * weights[w + 2]!;
      e += feature * weights[w + 3]!;
    }
    into[j] = a;
    into[j + 1] = b;
    into[j + 2] = c;
    into[j + 3] = e;
  }
  for (; j < o; j += 1) {
    let sum = -labels[y + j]!;
    for (let k = 0, w = j; k < d; k += 1, w += o) sum += features[x + k]! * weights[w]!;
    into[j] = sum;
  }
}

/** gradient += x rᵀ */
function addOuter(gradient: Float64Array, features: Vector, from: number, residual: Float64Array): void {
  const o = residual.length;
  const d = gradient.length / o;
  let j = 0;
  for (; j + 4 <= o; j += 4) {
    const [a, b, c, e] = [residual[j]!, residual[j + 1]!, residual[j + 2]!, residual[j + 3]!];
    for (let k = 0, w = j; k < d; k += 1, w += o) {
      const feature = features[from + k]!;
      gradient[w]! += feature * a;
      gradient[w + 1]! += feature * b;
      gradient[w + 2]! += feature * c;
      gradient[w + 3]! += feature * e;
    }
  }
  for (; j < o; j += 1) {
    for (let k = 0, w = j; k < d; k += 1, w += o) gradient[w]! += features[from + k]! * residual[j]!;
  }
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
function residuals(rows: RegressionRows, weights: Vector): Float64Array {
  const o = widthOf(rows.labels, rows.count);
  const result = new Float64Array(rows.count * o);
  for (let row = 0; row < rows.count; row += 1) {
    residualOf(rows, row, weights, result.subarray(row * o, (row + 1) * o));
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
