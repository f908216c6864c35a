import { square } from '../math/power.ts';
import { sharedDoubles } from '../math/shared.ts';
import { streams } from '../math/streams.ts';
import { sharedLike, squaredDistance } from '../math/sum.ts';
import { inputOf, type Step } from '../step.ts';
import { hasNative, native, nativeFile } from './backend/compiled/native.ts';
import { wasm } from './backend/compiled/wasm.ts';
import { tensorflow } from './backend/tensorflow.ts';
import { type BatchMode, batchIndices, batchOf, type Passes } from './batches.ts';
import type {
  Backend,
  BackendName,
  FixedJob,
  LocalGradient,
  LocalUpdate,
  Model,
  Objective,
  OptimizerState,
  Parameters,
  Program,
  Samples,
  TrainJob,
} from './contract.ts';
import { type Control, controlAt, correctionOf } from './control.ts';
import { digest } from './digest.ts';
import { meanOfModels } from './sums.ts';

export { hasNative, nativeFile };

/** Where compute threads find the functions below. */
export const module = import.meta.url;

const BACKENDS: Record<BackendName, Backend> = { native, wasm, tensorflow };

/** The back end of a name. */
export const backendOf = (name: BackendName): Backend => BACKENDS[name];

/** The fastest back end that is here: native kernels where they were built, else WebAssembly. */
export const autoBackend = (): BackendName => (hasNative() ? 'native' : 'wasm');

/** The step that does nothing: a thread has loaded what stands here before the first one that does. */
export const prepare = async (): Promise<void> => {};

const compile = (backend: BackendName, model: Model): Promise<Program> => backendOf(backend).compile(model);

/** One client's local update of a classifier. */
export interface TrainClassifierInput {
  readonly backend: BackendName;
  readonly model: Model;
  readonly samples: Samples;
  /** The client's sample indices, in shared memory. */
  readonly own: Uint32Array;
  readonly seed: number;
  readonly client: number;
  readonly firstStep: number;
  readonly passes?: Passes;
  readonly steps: number;
  readonly batch: number;
  readonly batches: BatchMode;
  readonly parameters: Float32Array;
  readonly optimizer: OptimizerState;
  readonly objective?: Objective;
  readonly anchor?: Float32Array;
  readonly control?: Control;
  readonly withNorms?: boolean;
}

/**
 * Trains a classifier for some local steps. Mini-batches and dropout masks are keyed by (seed, client, local step), so
 * the result depends on the input alone. No steps: the same parameters, loss 0.
 */
export async function trainClassifier(input: TrainClassifierInput): Promise<LocalUpdate> {
  const { client, firstStep, steps, own, samples, optimizer, objective, anchor, control, withNorms, passes } = input;
  const batch = batchOf(input.batch, own.length);
  const stream = streams(input.seed);
  const program = await compile(input.backend, input.model);
  const job = {
    parameters: input.parameters,
    samples,
    batch,
    pass: passes && own.length,
    optimizer,
    ...(objective ? { objective } : {}),
    ...(anchor ? { anchor } : {}),
    ...(control ? { correction: correctionOf(control, program.parameterCount) } : {}),
    ...(withNorms ? { withNorms } : {}),
    indices: batchIndices({
      mode: input.batches,
      stream: stream(`client-${client}/batches`),
      own,
      firstStep,
      steps,
      batch,
      ...(passes ? { passes } : {}),
    }),
    dropoutSeed: Math.floor(stream(`client-${client}/dropout`).at(firstStep)() * 2 ** 32),
  };
  const { parameters, loss, norms } = program.train(job);
  const update = { parameters, loss, digest: digest(parameters) };
  if (!Number.isFinite(loss)) return { ...update, divergedAt: firstLoss(program, job) };
  return norms ? { ...update, gradientNorms: Array.from(norms) } : update;
}

/** The first local step, from 1, whose gradient is no number any more; the last where they all are. */
function firstLoss(program: Program, job: TrainJob): number {
  const { norms = new Float64Array(0) } = program.train({ ...job, withNorms: true });
  const at = norms.findIndex((norm) => !Number.isFinite(norm));
  return at < 0 ? norms.length : at + 1;
}

/** The samples of a client, or any others, and what to see of them. */
export interface FixedInput extends FixedJob {
  readonly backend: BackendName;
  readonly model: Model;
}

/** The gradient of the mean loss over all samples of a client. */
export async function fullGradient(input: FixedInput & { readonly withSampleNorms?: boolean }): Promise<LocalGradient> {
  const program = await compile(input.backend, input.model);
  const { loss, gradient } = program.gradient(input);
  const norm = Math.sqrt(gradient.reduce((sum, each) => sum + each * each, 0));
  const sampleNorms = input.withSampleNorms ? { sampleNorms: Array.from(program.sampleNorms(input)) } : {};
  return { gradient, loss, norm, ...sampleNorms, digest: digest(gradient) };
}

/** What a layer makes of samples, [indices × its output]: logits of the last layer, features of an earlier one. */
export async function layerOutputs(
  input: FixedInput & { readonly layer: number },
): Promise<{ readonly outputs: Float32Array; readonly digest: string }> {
  const program = await compile(input.backend, input.model);
  const outputs = program.outputs(input, input.layer);
  return { outputs, digest: digest(outputs) };
}

/** Test samples from ≤ i < to, for one shard of an evaluation. */
export interface EvaluateShardInput {
  readonly backend: BackendName;
  readonly model: Model;
  readonly samples: Samples;
  readonly parameters: Float32Array;
  readonly objective?: Objective;
  readonly from: number;
  readonly to: number;
}

export interface ShardScore {
  readonly count: number;
  readonly correct: number;
  /** Sum of the losses, by default cross-entropies in nats. */
  readonly lossSum: number;
}

/** Scores a classifier on one shard of the test set. */
export async function evaluateShard(input: EvaluateShardInput): Promise<ShardScore> {
  const program = await compile(input.backend, input.model);
  const { correct, lossSum } = program.evaluate(input.parameters, input.samples, input.from, input.to, input.objective);
  return { count: input.to - input.from, correct, lossSum };
}

/** Models to combine, in id order, and their weights. */
export interface CombineModelsInput {
  readonly vectors: readonly Parameters[];
  readonly weights: readonly number[];
}

/** The weighted mean of parameter vectors, for aggregation at a server and for mixing among servers. */
export async function combineModels({
  vectors,
  weights,
}: CombineModelsInput): Promise<{ parameters: Parameters; digest: string }> {
  const parameters = meanOfModels(vectors, weights);
  return { parameters, digest: digest(parameters) };
}

export interface Consensus {
  readonly parameters: Parameters;
  /** (Σ_d m̃_d ‖y_d − ȳ‖²)^½ */
  readonly consensusError: number;
}

/** The mean of servers' models by their shares, which sum to 1, and how far apart the models are. */
export async function meetModels({ vectors, weights }: CombineModelsInput): Promise<Consensus> {
  const parameters = meanOfModels(vectors, weights);
  const squares = vectors.map((vector, d) => weights[d]! * squaredDistance(vector, parameters));
  return { parameters, consensusError: Math.sqrt(squares.reduce((sum, each) => sum + each, 0)) };
}

/** A model and what is added to it. */
export interface AddToModelInput {
  readonly model: Parameters;
  readonly vectors: readonly Parameters[];
  readonly weights: readonly number[];
}

/** w + Σ weight · vector, summed in 64 bits and rounded once to the model's own. */
export async function addToModel({ model, vectors, weights }: AddToModelInput) {
  const sum = Float64Array.from(model);
  vectors.forEach((vector, k) => {
    const weight = weights[k]!;
    for (let i = 0; i < sum.length; i += 1) sum[i]! += weight * vector[i]!;
  });
  const parameters = sharedLike(model);
  parameters.set(sum);
  return { parameters, digest: digest(parameters) };
}

/** A training step, and the model that it starts from; beside them stands what the step has in common with others. */
export interface TrainAndMeasureInput {
  readonly train: Step;
  readonly base: Parameters;
}

/** A local update of any task, with statistics of what it changed: ‖Δ‖², and mean and variance of the entries of Δ. */
export async function trainAndMeasure({ train, base, ...common }: TrainAndMeasureInput) {
  const steps = (await import(train.module)) as Record<string, (input: unknown) => Promise<LocalUpdate>>;
  const update = await steps[train.name]!(inputOf({ ...train, common }));
  return { ...update, statistics: statisticsOf(update.parameters, base) };
}

/** Of Δ = model − base, in 64 bits. */
export function statisticsOf(model: Parameters, base: Parameters) {
  let [sum, squaredNorm, squares] = [0, 0, 0];
  for (let i = 0; i < model.length; i += 1) {
    const entry = model[i]! - base[i]!;
    sum += entry;
    squaredNorm += entry * entry;
  }
  const mean = sum / model.length;
  for (let i = 0; i < model.length; i += 1) squares += square(model[i]! - base[i]! - mean);
  return { squaredNorm, mean, variance: squares / model.length };
}

/** F_i(w) = ½ Σ_j a_i (w_j − c_ij)² */
export interface QuadraticObjective {
  readonly curvature: number;
  readonly target: readonly number[];
}

/** One client's local update on a quadratic. */
export interface TrainQuadraticInput extends QuadraticObjective {
  readonly parameters: Parameters;
  readonly learningRate: number;
  readonly steps: number;
  readonly control?: Control;
}

const quadraticLoss = ({ curvature, target }: QuadraticObjective, w: Parameters): number =>
  target.reduce((sum, c, j) => sum + 0.5 * curvature * square(w[j]! - c), 0);

/** Full gradient steps w ← w − η (a (w − c) + control), in 64 bits. */
export async function trainQuadratic(input: TrainQuadraticInput): Promise<LocalUpdate> {
  const { curvature, target, learningRate, steps, control = {} } = input;
  const parameters = sharedDoubles(target.length);
  parameters.set(input.parameters);
  let total = 0;
  for (let step = 0; step < steps; step += 1) {
    total += quadraticLoss(input, parameters);
    for (const [j, c] of target.entries()) {
      parameters[j]! -= learningRate * (curvature * (parameters[j]! - c) + controlAt(control, j));
    }
  }
  return { parameters, loss: steps > 0 ? total / steps : 0, digest: digest(parameters) };
}

/** All objectives with their weights m_i, which sum to 1. */
export interface EvaluateQuadraticInput {
  readonly parameters: Parameters;
  readonly objectives: readonly QuadraticObjective[];
  readonly weights: readonly number[];
}

/** F(w) = Σ_i m_i F_i(w) */
export async function evaluateQuadratic({ parameters, objectives, weights }: EvaluateQuadraticInput) {
  const loss = objectives.reduce((sum, each, i) => sum + weights[i]! * quadraticLoss(each, parameters), 0);
  return { loss };
}
