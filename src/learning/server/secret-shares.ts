import { type FixedPoint, integerParameters, layerScales, realGradient, stepsOf } from '../../coding/fixed-point.ts';
import { recoveryThreshold } from '../../coding/lagrange.ts';
import { gradientDegree, type PolynomialNetwork } from '../../coding/polynomial-network.ts';
import { stochasticRound } from '../../coding/quantise.ts';
import type { RegressionRows } from '../../coding/random-code.ts';
import { sharingArithmetic } from '../../coding/shares.ts';
import { power } from '../../math/power.ts';
import { sharedFloats } from '../../math/shared.ts';
import { streams } from '../../math/streams.ts';
import type { Step } from '../../step.ts';
import type { LocalGradient, LocalUpdate, Parameters } from '../contract.ts';
import { digest } from '../digest.ts';
import type { ServerOutcome, ServerRound, Slot } from './contract.ts';
import { stepOf } from './steps.ts';

/** Where compute threads find the steps below. */
export const module = import.meta.url;

/** A training on secret shares, by its numbers. */
export interface SharingOptions extends FixedPoint {
  readonly network: PolynomialNetwork;
  /** Exponent of the field's order 2^e − 1. */
  readonly exponent: number;
  /** K, T and N. */
  readonly shards: number;
  readonly privacy: number;
  readonly clients: number;
  /** b, rows of a shard in a round. */
  readonly batch: number;
}

const numbersOf = ({ widths }: PolynomialNetwork) => [widths[0] as number, widths.at(-1) as number] as const;

export interface ShareInput {
  readonly rows: RegressionRows;
  readonly seed: number;
  readonly client: number;
  /** Ids of all clients, in order. */
  readonly receivers: readonly string[];
  readonly options: SharingOptions;
}

/**
 * A client's rows as secret shares, one for each client: K shards of ⌊m_i / K⌋ rows behind T masks. Rows beyond that are left
 * out. A share holds features by rows, then labels by rows.
 *
 *   X̄ = Round(2^{l_x} X),   Ȳ = Round(2^{s_out} Y),   signed, modulo p
 *
 * Source: Shao et al., DReS-FL, NeurIPS 2022, §2.2 of the dossier's numbering; masks are added, as its sum must be.
 */
export async function shareRows({ rows, seed, client, receivers, options }: ShareInput) {
  const count = Math.floor(rows.count / options.shards);
  const [features, labels] = numbersOf(options.network);
  const scale = power(2, layerScales(options.network, options).at(-1) as number);
  const shards = Array.from({ length: options.shards }, (_, k) => {
    const shard = new Float64Array(count * (features + labels));
    const from = k * count;
    for (let j = 0; j < count * features; j += 1) {
      shard[j] = Math.round((rows.features[from * features + j] as number) * power(2, options.featureBits));
    }
    for (let j = 0; j < count * labels; j += 1) {
      shard[count * features + j] = Math.round((rows.labels[from * labels + j] as number) * scale);
    }
    return shard;
  });
  const masks = streams(seed)(`client-${client}/masks`).at(0);
  const shares = sharingArithmetic(options.exponent).share(options, shards, masks);
  const memory = shares.map((share, at) => ({
    slot: receivers[at] as string,
    parameters: share,
    digest: digest(share),
  }));
  return { parameters: undefined, digest: '-', memory };
}

/**
 * Which rows of the stack of all shares a round uses: b different ones, the same at every client and in every mode.
 *
 * @param stack rows of each client's shards, in order
 * @returns for each row the client's place in the stack, and the row of its shard
 */
export function rowsOfRound(
  stack: readonly number[],
  { seed, round, batch }: { seed: number; round: number; batch: number },
) {
  const total = stack.reduce((sum, each) => sum + each, 0);
  const source = streams(seed)('server/rows').at(round);
  const chosen = new Set<number>();
  if (batch >= total) for (let row = 0; row < total; row += 1) chosen.add(row);
  while (chosen.size < Math.min(batch, total)) chosen.add(Math.floor(source() * total));
  return Array.from(chosen, (row) => {
    let [client, rest] = [0, row];
    while (rest >= (stack[client] as number)) rest -= stack[client++] as number;
    return { client, row: rest };
  });
}

export interface CodedGradientInput {
  /** A share of every client that has shared, in order. */
  readonly shares: readonly Slot[];
  readonly parameters: Parameters;
  readonly seed: number;
  readonly round: number;
  readonly options: SharingOptions;
}

/** A client's gradient on its shares of the round's rows: elements of the field, as the decoder needs them. */
export async function codedGradient({
  shares,
  parameters,
  seed,
  round,
  options,
}: CodedGradientInput): Promise<LocalUpdate> {
  const arithmetic = sharingArithmetic(options.exponent);
  const [features, labels] = numbersOf(options.network).map((each) => each * arithmetic.digits) as [number, number];
  const flat = shares.map((share) => share.parameters as Float64Array);
  const stack = flat.map((share) => share.length / (features + labels));
  const chosen = rowsOfRound(stack, { seed, round, batch: options.batch });
  const [x, y] = [new Float64Array(chosen.length * features), new Float64Array(chosen.length * labels)];
  chosen.forEach(({ client, row }, at) => {
    const share = flat[client] as Float64Array;
    const from = (stack[client] as number) * features + row * labels;
    x.set(share.subarray(row * features, (row + 1) * features), at * features);
    y.set(share.subarray(from, from + labels), at * labels);
  });
  const whole = integerParameters(options.network, options, parameters);
  const gradient = arithmetic.gradient(options.network, whole, { features: x, labels: y });
  return { parameters: gradient, loss: Number.NaN, digest: digest(gradient) };
}

export interface DecodeOptions extends SharingOptions {
  /** In the ideal mode the task's own gradient over the round's rows of all shards, which is what decoding would give. */
  readonly pooled?: Step<{ readonly parameters: Parameters }>;
}

/**
 * A round at the server of DReS-FL: from R results or more, whoever's they are, the gradient over the round's rows of all
 * clients, and a step on the grid of the parameters, rounded at random without bias.
 *
 *   w ← w − 2^(−l_w) Q(2^{l_w} η ∇ℓ),   ∇ℓ = (1/(b K o)) Σ_k ψ(ĝ_k) 2^(…),   Q(z) = ⌊z⌋ + Bernoulli(z − ⌊z⌋)
 *
 * η is the task's rate for its own loss, the mean of squares over rows and outputs o. From fewer than R nothing can be
 * decoded: w stays.
 */
async function decodedStep(round: ServerRound<DecodeOptions>): Promise<ServerOutcome> {
  const { model, updates, options } = round;
  const threshold = recoveryThreshold(gradientDegree(options.network), options);
  if (updates.length < threshold) return { parameters: model, memory: [], skipped: true };
  const onGrid = model.map((each) => stepsOf(each, options) * power(2, -options.parameterBits)) as Parameters;
  const gradient = options.pooled
    ? await pooledGradient(options.pooled, onGrid)
    : decodedGradient(updates.slice(0, threshold), rowsOf(round), options);
  const rounding = streams(round.seed)('server/rounding').at(round.round);
  const parameters = sharedFloats(model.length);
  const grid = power(2, options.parameterBits);
  onGrid.forEach((each, j) => {
    parameters[j] = each - stochasticRound(round.learningRate * (gradient[j] as number) * grid, rounding) / grid;
  });
  return { parameters, memory: [] };
}

/** Rows of a shard in a round: no more than all clients' shares have together. */
function rowsOf({ everyone = [], options }: ServerRound<DecodeOptions>): number {
  const shared = everyone.reduce((sum, { samples }) => sum + Math.floor(samples / options.shards), 0);
  return everyone.length === 0 ? options.batch : Math.min(options.batch, shared);
}

function decodedGradient(updates: ServerRound['updates'], rows: number, options: SharingOptions): Float64Array {
  const results = updates.map(({ parameters }) => parameters as Float64Array);
  const clients = updates.map(({ index }) => index);
  const shards = sharingArithmetic(options.exponent).decode(options, clients, results);
  const sum = Float64Array.from(shards[0] as Float64Array, (_, j) =>
    shards.reduce((all, shard) => all + (shard[j] as number), 0),
  );
  const [, outputs] = numbersOf(options.network);
  const count = rows * options.shards * outputs;
  return realGradient(options.network, options, sum).map((each) => each / count);
}

async function pooledGradient(
  step: Step<{ readonly parameters: Parameters }>,
  parameters: Parameters,
): Promise<Parameters> {
  const steps = (await import(step.module)) as Record<string, (input: unknown) => Promise<LocalGradient>>;
  return (await steps[step.name]!({ ...step.input, parameters })).gradient;
}

export const decode = stepOf(decodedStep);
