import { type RegressionRows, regressionLoss, residualGradient } from '../coding/random-code.ts';
import { square } from '../math/power.ts';
import { sharedDoubles } from '../math/shared.ts';
import { streams } from '../math/streams.ts';
import { type BatchMode, batchIndices, batchOf, type Passes, stepsOf } from './batches.ts';
import type { LocalUpdate, Parameters } from './contract.ts';
import { type Control, controlAt } from './control.ts';
import { digest } from './digest.ts';

/** Where compute threads find the functions below. */
export const module = import.meta.url;

/** One client's local update of a regression. */
export interface FitInput {
  readonly rows: RegressionRows;
  readonly parameters: Parameters;
  readonly seed: number;
  readonly client: number;
  readonly firstStep: number;
  readonly steps: number;
  readonly batch: number;
  readonly batches: BatchMode;
  readonly passes?: Passes;
  readonly learningRate: number;
  readonly control?: Control;
}

/** Mini-batch steps W ← W − η (Σ x (xᵀW − yᵀ) / b + control); loss: F over all own rows at the start. */
export async function fitRows({
  rows,
  parameters,
  learningRate,
  batch,
  control,
  ...input
}: FitInput): Promise<LocalUpdate> {
  const own = Uint32Array.from({ length: rows.count }, (_, i) => i);
  const stream = streams(input.seed)(`client-${input.client}/batches`);
  const { firstStep, steps, batches: mode, passes } = input;
  const size = batchOf(batch, own.length);
  const request = { mode, stream, own, firstStep, steps, batch: size };
  const indices = batchIndices(passes ? { ...request, passes } : request);
  const fitted = sharedDoubles(parameters.length);
  fitted.set(parameters);
  for (const each of stepsOf(indices, size, passes && own.length)) {
    const gradient = residualGradient(rows, fitted, each);
    for (let k = 0; k < fitted.length; k += 1) fitted[k]! -= (learningRate / each.length) * gradient[k]!;
    if (control === undefined) continue;
    for (let k = 0; k < fitted.length; k += 1) fitted[k]! -= learningRate * controlAt(control, k);
  }
  return { parameters: fitted, loss: regressionLoss(rows, parameters), digest: digest(fitted) };
}

/** A client's step on the first of its rows alone. */
export interface FitFirstInput {
  readonly rows: RegressionRows;
  readonly parameters: Parameters;
  /** ℓ */
  readonly first: number;
  readonly learningRate: number;
}

/** W ← W − (η/l) Σ_{r ≤ ℓ} x_r (x_rᵀ W − y_rᵀ), over ℓ of its l rows; loss: F over all own rows at the start. */
export async function fitFirst({ rows, parameters, first, learningRate }: FitFirstInput): Promise<LocalUpdate> {
  const chosen = Uint32Array.from({ length: first }, (_, row) => row);
  const gradient = residualGradient(rows, parameters, chosen);
  const fitted = sharedDoubles(parameters.length);
  for (let k = 0; k < fitted.length; k += 1) fitted[k] = parameters[k]! - (learningRate / rows.count) * gradient[k]!;
  return { parameters: fitted, loss: regressionLoss(rows, parameters), digest: digest(fitted) };
}

export interface ScoreFitInput {
  readonly rows: RegressionRows;
  readonly parameters: Parameters;
  readonly from: number;
  readonly to: number;
}

export interface ScoreFitOutput {
  readonly count: number;
  readonly correct: number;
  /** Σ ‖xᵀW − yᵀ‖² */
  readonly squares: number;
}

/** Scores a regression as a classifier on rows from ≤ i < to. */
export async function scoreFit({ rows, parameters, from, to }: ScoreFitInput): Promise<ScoreFitOutput> {
  const [d, o] = [rows.features.length / rows.count, rows.labels.length / rows.count];
  const output = new Float64Array(o);
  let [correct, squares] = [0, 0];
  for (let row = from; row < to; row += 1) {
    output.fill(0);
    for (let k = 0; k < d; k += 1) {
      for (let j = 0; j < o; j += 1) output[j]! += rows.features[row * d + k]! * parameters[k * o + j]!;
    }
    const best = output.reduce((most, value, j) => (value > output[most]! ? j : most), 0);
    correct += rows.labels[row * o + best]!;
    for (let j = 0; j < o; j += 1) squares += square(output[j]! - rows.labels[row * o + j]!);
  }
  return { count: to - from, correct, squares };
}
