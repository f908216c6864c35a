import type { RegressionRows } from '../coding/random-code.ts';
import type { Source } from '../math/streams.ts';
import type { Step } from '../step.ts';
import type { Bits } from '../units.ts';
import type { Model, Shape } from './model.ts';
import type { GradientWork, LocalWork, PooledWork } from './work.ts';

export type { Activation, Architecture, Layer, LayersModelAsData, Model, Shape } from './model.ts';

/**
 * All numbers of a model as one flat vector, in shared memory: the trainable parameters, then the running statistics of
 * batch normalizations where the model has them. Aggregation and mixing act on the whole vector, so they average
 * statistics like weights; training moves the statistics towards those of its batches, and no gradient, momentum or
 * weight decay reaches them. 32-bit for learned models, 64-bit for exact tests.
 */
export type Parameters = Float32Array | Float64Array;

/** Labelled samples in shared memory, loaded once and read by every thread. */
export interface Samples {
  readonly count: number;
  readonly shape: Shape;
  readonly classes: number;
  /** [count × height × width × channels]; bytes mean value/255. */
  readonly features: Uint8Array | Float32Array;
  /** [count], 0 … classes − 1. */
  readonly labels: Uint8Array;
}

export interface Dataset {
  readonly name: string;
  readonly train: Samples;
  readonly test: Samples;
}

/** Loads a data set; called once a run, with draws of its own where it is synthetic. */
export type DatasetLoader = (draws: Source) => Promise<Dataset>;

/**
 * Splits samples: for each client the indices of its own, ascending, at least one; no two clients share any. A split that
 * deals out classes may say which one is a client's first, where its samples can't tell.
 */
export type Split = ((samples: Samples, clients: number, draws: Source) => Uint32Array[]) & {
  readonly primaryClass?: (client: number, classes: number) => number;
};

/**
 * Stochastic gradient descent. One step, with ∇ℓ the gradient of a mini-batch:
 *
 *   g = clip(∇ℓ(w)) + μ (w − anchor) + correction + λ w,   v ← m v + g,   w ← w − η v
 */
export interface OptimizerState {
  /** η */
  readonly learningRate: number;
  /** m; v starts at 0 in each job. */
  readonly momentum: number;
  /** λ */
  readonly weightDecay: number;
  /** μ of the proximal term ½ μ ‖w − anchor‖²; 0 by default. */
  readonly proximal?: number;
  /** Largest norm of ∇ℓ: a longer one is scaled down to it. No limit by default. */
  readonly clipNorm?: number;
  /**
   * Layers whose parameters stay, by their names in the layout, such as `conv2d_1`; they count in no norm. Running
   * statistics follow their batches all the same.
   */
  readonly frozen?: readonly string[];
}

/** What a sample's outputs z, one for each class, are charged. All are means over a batch. */
export interface Objective {
  /**
   * - `crossEntropy`, the default: ℓ = −T² Σ_j t_j ln softmax(z / T)_j. Of soft targets it is the Kullback–Leibler
   *   divergence plus their entropy, which has no gradient.
   * - `meanSquaredError`: ℓ = Σ_j (z_j − t_j)² / classes.
   */
  readonly loss?: 'crossEntropy' | 'meanSquaredError';
  /** t, [samples × classes], by sample index; 1 at the label and else 0 where it is left out. */
  readonly targets?: Float32Array;
  /** T, the temperature of a distillation; 1 by default. The factor T² keeps gradients of one size. */
  readonly temperature?: number;
}

export interface TrainJob {
  /** Where training starts; not written to. */
  readonly parameters: Float32Array;
  readonly samples: Samples;
  /** Sample indices, [steps × batch]; a rest makes a last, shorter batch. */
  readonly indices: Uint32Array;
  readonly batch: number;
  /** Samples of a pass, where a batch ends with its pass. */
  readonly pass?: number | undefined;
  readonly optimizer: OptimizerState;
  /** Cross-entropy against the labels by default. */
  readonly objective?: Objective;
  /** Of the proximal term; where training starts by default. */
  readonly anchor?: Float32Array;
  /** Added to the gradient of each step, one number for each trainable one: a control variate. */
  readonly correction?: Float32Array;
  /** Whether to return the norms ‖∇ℓ(w)‖ of all steps, before clipping. */
  readonly withNorms?: boolean;
  /** Key of the dropout masks: same key, same masks. */
  readonly dropoutSeed: number;
}

export interface TrainResult {
  /** In a new shared buffer. */
  readonly parameters: Float32Array;
  /** Mean of the steps' mini-batch losses, each taken before its step. */
  readonly loss: number;
  /** [steps], where they were asked for. */
  readonly norms?: Float64Array;
}

/** Samples to look at with fixed parameters: dropout is off. */
export interface FixedJob {
  readonly parameters: Float32Array;
  readonly samples: Samples;
  readonly indices: Uint32Array;
  readonly objective?: Objective;
}

/** A training program: one model, ready to run on one back end in one thread. */
export interface Program {
  /** Trainable numbers: how much of the flat vector comes before running statistics. */
  readonly parameterCount: number;
  train(job: TrainJob): TrainResult;
  /** Sums over samples from ≤ i < to: correct predictions, and losses, by default cross-entropies in nats. */
  evaluate(
    parameters: Float32Array,
    samples: Samples,
    from: number,
    to: number,
    objective?: Objective,
  ): { correct: number; lossSum: number };
  /**
   * Mean loss of any number of samples and its gradient, flat; 0 at running statistics, which stay. Batch normalizations
   * take all samples as one batch.
   */
  gradient(job: FixedJob): { loss: number; gradient: Float32Array };
  /** ‖∇ℓ‖ of each sample alone, [indices]. */
  sampleNorms(job: FixedJob): Float64Array;
  /**
   * What a layer makes of each sample in evaluation, [indices × height × width × channels]: the logits are those of the
   * last layer, the features those of the one before the last dense layer.
   *
   * @param layer index in the model's layers
   */
  outputs(job: FixedJob, layer: number): Float32Array;
}

/** Turns a model into a program. Programs are cached per thread. */
export interface Backend {
  readonly name: BackendName;
  /** What it runs on, for people: `wasm, 1 thread`. */
  readonly detail: string;
  compile(model: Model): Promise<Program>;
}

export type * from './work.ts';

export type BackendName = 'native' | 'wasm' | 'tensorflow';

export interface Score {
  readonly accuracy: number;
  readonly loss: number;
}

/**
 * What is learned, prepared for one run: data, split, model and training settings. A task only describes work, as
 * steps; it does none on the world thread.
 */
export interface Task {
  readonly name: string;
  /** Trainable numbers of the model; its flat vector is longer where it has running statistics. */
  readonly parameterCount: number;
  /** Size of one model on the air. */
  readonly modelBits: Bits;
  /** Multiply–accumulates of the forward pass for one sample. */
  readonly macsPerSample: number;
  readonly batchSize: number;
  /** |S_i|, samples of each client. */
  readonly sampleCounts: readonly number[];
  /** The first class of each client: by its split, else the one with most samples, of equals the lowest. */
  readonly primaryClasses: readonly number[];
  /** Facts for the trace header: sizes, digest of the data and of the split. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** η of local updates in a round, of which the first is 1; 1 where nothing is trained. */
  learningRate(round: number): number;
  /** Initial parameters: a function of the seed. */
  initial(): { readonly parameters: Parameters; readonly digest: string };
  /** Numbers of one raw row, where the task has rows of features and labels. */
  readonly rowSizes?: RowSizes;
  /** A client's raw rows, in shared memory and 64-bit: labels are 1 at the class and else 0. */
  rows?(client: number): RegressionRows;
  /** The network that is trained and what it is charged, where there is one. */
  readonly network?: { readonly model: Model; readonly objective: Objective };
  /** The step of one local update, output `LocalUpdate`; undefined where a task has nothing to train. */
  train(work: LocalWork): Step | undefined;
  /** The step of a client's full-batch gradient, output `LocalGradient`, where the task has one. */
  gradient?(work: GradientWork): Step;
  /** The step of a gradient over rows of several clients, output `LocalGradient`, where the task has one. */
  pooledGradient?(work: PooledWork): Step;
  /** Shards of an evaluation on the test set, in order, and how their outputs combine; undefined without a test set. */
  evaluate(parameters: Parameters): { readonly shards: Step[]; combine(outputs: unknown[]): Score } | undefined;
}

/** Numbers of one row: features d and labels o. */
export interface RowSizes {
  readonly features: number;
  readonly labels: number;
}

/** Loads and splits what a task needs; called once a run. */
export interface TaskPlan {
  prepare(run: {
    readonly clients: number;
    readonly draws: (name: string) => Source;
    readonly seed: number;
    readonly backend: BackendName;
  }): Promise<Task>;
}
