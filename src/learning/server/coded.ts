import { coverageOf } from '../../coding/arrivals.ts';
import type { Load } from '../../coding/load-allocation.ts';
import { codedGradient, codeRows, type RegressionRows, sumCodes } from '../../coding/random-code.ts';
import { permutation } from '../../math/distributions.ts';
import { square } from '../../math/power.ts';
import { sharedDoubles } from '../../math/shared.ts';
import { streams } from '../../math/streams.ts';
import type { Parameters } from '../contract.ts';
import type { MemberUpdate, ServerOutcome, ServerRound } from './contract.ts';
import { lookUp } from './vectors.ts';

export interface CodingOptions {
  /** c, coded rows of the global code. */
  readonly codedRows: number;
  /** Of each client, where it works on some rows itself, the first ones: the code then stands for them as far as they miss. */
  readonly loads?: readonly Load[];
}

export interface CodedOptions extends CodingOptions {
  /** b_s, coded rows of a server step. */
  readonly codedBatch: number;
  /** λ and the least p by which a client's own updates count. */
  readonly codeWeight: number;
  readonly leastProbability: number;
  readonly rule: 'unbiased' | 'complementary' | 'allocated';
  /** Whether the make-up term takes the noise out. */
  readonly makeUp: boolean;
  /** Columns of Y. */
  readonly outputs?: number;
}

/** What a client encodes before the first round. */
export interface EncodeInput {
  readonly rows: RegressionRows;
  readonly seed: number;
  readonly client: number;
  /** σ_i of its noise; Infinity where it hands over nothing. */
  readonly terms?: { readonly deviation: number };
  readonly options: CodingOptions;
}

/** A client's code as one vector: X̃ by rows, then Ỹ by rows. Its draws are its own, and never leave it. */
export function encodeRows({ rows, seed, client, terms, options }: EncodeInput): Float64Array {
  const { deviation = 0 } = terms ?? {};
  if (!Number.isFinite(deviation)) return sharedDoubles(0);
  const source = streams(seed)(`client-${client}/code`).at(0);
  const load = options.loads?.[client];
  const weights = load && Float64Array.from({ length: rows.count }, (_, row) => weightOf(row, load));
  const code = codeRows({ rows, count: options.codedRows, deviation, source, ...(weights && { weights }) });
  const flat = sharedDoubles(code.features.length + code.labels.length);
  flat.set(code.features);
  flat.set(code.labels, code.features.length);
  return flat;
}

/** √(1 − p) of a row that its client works on, 1 of all others. */
const weightOf = (row: number, { rows, probability }: Load): number => (row < rows ? Math.sqrt(1 - probability) : 1);

function codeOf(flat: Parameters, count: number, features: number): RegressionRows {
  return { count, features: flat.subarray(0, count * features), labels: flat.subarray(count * features) };
}

/** Slot of the global code, which stands once all clients' weights are known. */
export const GLOBAL_CODE = 'code';

/**
 * Stochastic coded federated learning: updates that arrive in time, weighted by how likely that is, and the server's own
 * steps on coded data for the rest.
 *
 *   W ← W − Σ_A o_i (l_i/m) Δ_i − (m_λ/m) Δ_s,   m_λ = Σ λ_i l_i
 *
 * with weights o_i and λ_i by `coverageOf`, and Δ_s of τ steps W_s ← W_s − (η/m_λ) ĝ_s(W_s) on b_s coded rows, drawn
 * without replacement, of X̃ = Σ √λ_i X̃_i; σ² = Σ λ_i σ_i² in the make-up term. With τ = 1 it is the paper's gradient form.
 *
 * Source: Sun et al., Stochastic coded federated learning, ISIT 2022, and its journal version; reconstructed.
 */
export function coded(round: ServerRound<CodedOptions>): ServerOutcome {
  const { model, updates, memory, totalSamples: m, options } = round;
  const slot = lookUp(memory);
  const coverage = (round.everyone ?? []).map((each) => {
    const { deviation = 0, probability } = each;
    if (Number.isFinite(deviation)) return { ...each, deviation, ...coverageOf(probability, options) };
    // Of a client that has handed over nothing, its own updates are all that there is.
    return { ...each, deviation, coded: 0, own: options.rule === 'unbiased' ? 1 / probability : 1 };
  });
  const weightOf = new Map(coverage.map(({ member, own }) => [member, own]));
  const moved = Float64Array.from(model);
  for (const update of updates) add(moved, model, update, ((weightOf.get(update.member) ?? 0) * update.samples) / m);

  const covered = coverage.reduce((sum, { coded: share, samples }) => sum + share * samples, 0);
  if (covered === 0) return { parameters: shared(moved), memory: [] };
  const outputs = options.outputs ?? 1;
  const features = model.length / outputs;
  const parts = coverage.flatMap(({ member, coded: share, deviation }) => {
    const flat = slot(`${member}/code`);
    if (flat === undefined || flat.length === 0) return [];
    return [{ code: codeOf(flat, options.codedRows, features), share, deviation }];
  });
  const known = slot(GLOBAL_CODE);
  const code =
    known === undefined
      ? sumCodes(
          parts.map((each) => each.code),
          parts.map(({ share }) => share),
        )
      : codeOf(known, options.codedRows, features);
  const variance = options.makeUp ? parts.reduce((sum, { share, deviation }) => sum + share * square(deviation), 0) : 0;
  const own = serverSteps(round, code, variance, covered);
  for (let k = 0; k < moved.length; k += 1) moved[k]! -= (covered / m) * (model[k]! - own[k]!);
  return {
    parameters: shared(moved),
    memory: known === undefined ? [{ slot: GLOBAL_CODE, parameters: flatten(code) }] : [],
  };
}

/** τ steps on mini-batches of the code, τ the local steps of the round. */
function serverSteps(round: ServerRound<CodedOptions>, code: RegressionRows, noiseVariance: number, covered: number) {
  const weights = Float64Array.from(round.model);
  const steps = round.localSteps ?? 1;
  const stream = streams(round.seed)('server/coded-batches');
  for (let step = 0; step < steps; step += 1) {
    const source = stream.at((round.round - 1) * steps + step);
    const chosen = permutation(source, code.count).subarray(0, Math.min(round.options.codedBatch, code.count));
    const gradient = codedGradient({ code, weights, noiseVariance, chosen });
    for (let k = 0; k < weights.length; k += 1) weights[k]! -= (round.learningRate / covered) * gradient[k]!;
  }
  return weights;
}

/** moved −= weight · (w − w_i) */
function add(moved: Float64Array, model: Parameters, { parameters }: MemberUpdate, weight: number): void {
  for (let k = 0; k < moved.length; k += 1) moved[k]! -= weight * (model[k]! - parameters[k]!);
}

function shared(values: Float64Array): Float64Array {
  const result = sharedDoubles(values.length);
  result.set(values);
  return result;
}

function flatten({ features, labels }: RegressionRows): Float64Array {
  const result = sharedDoubles(features.length + labels.length);
  result.set(features);
  result.set(labels, features.length);
  return result;
}
