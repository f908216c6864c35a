import { z } from 'zod';
import { assert, present } from '../assert.ts';
import { ScenarioError } from '../errors.ts';
import { part, realise, slot } from '../part.ts';
import type { Step } from '../step.ts';
import type {
  Architecture,
  DatasetLoader,
  GradientWork,
  LocalWork,
  Model,
  OptimizerState,
  Parameters,
  PooledWork,
  Samples,
  Score,
  Split,
  Task,
  TaskPlan,
} from './contract.ts';
import { checkedDataset } from './dataset/checked.ts';
import { mnist } from './dataset/mnist.ts';
import { digest, digestOnce } from './digest.ts';
import { softmax } from './models/dense.ts';
import { initialParameters } from './models/initial.ts';
import { classifierLayout, type Layout } from './models/layout.ts';
import { learningRateAt, type Optimizer, sgd } from './optimizer.ts';
import { checkedSplit } from './partition/checked.ts';
import { iid } from './partition/iid.ts';
import { regressionRows } from './rows.ts';
import { type EvaluateShardInput, module, type ShardScore, type TrainClassifierInput } from './steps.ts';

const utf8 = new TextEncoder();

/** Bits of one parameter on the air: 32-bit floats, uncompressed. */
const BITS_PER_PARAMETER = 32;

const isFunction = (value: unknown): boolean => typeof value === 'function';

const options = z.strictObject({
  dataset: slot<DatasetLoader>('dataset', isFunction)
    .default(() => mnist())
    .describe('the samples'),
  split: slot<Split>('split', isFunction)
    .default(() => iid())
    .describe('which client has which samples'),
  model: slot<Architecture>('model', isFunction)
    .default(() => softmax())
    .describe('the network'),
  optimizer: slot<Optimizer>('optimizer')
    .default(() => sgd())
    .describe('local training'),
  loss: z
    .enum(['crossEntropy', 'meanSquaredError'])
    .default('crossEntropy')
    .describe('softmax cross-entropy, or mean squared error against 1 at the label and else 0'),
  batchSize: z.int().positive().default(20).describe('samples of a local step'),
  batches: z
    .enum(['with-replacement', 'epoch'])
    .default('with-replacement')
    .describe('how mini-batches are drawn: each sample anew, or in passes over the own samples'),
  modelBits: z.int().positive().optional().describe('size on the air, bit; 32 per parameter by default'),
  macsPerSample: z
    .number()
    .positive()
    .optional()
    .describe('multiply–accumulates of a forward pass; those of the model by default'),
  testShard: z.int().positive().default(1250).describe('test samples of one evaluation step'),
});

type Options = z.output<typeof options>;
type Run = globalThis.Parameters<TaskPlan['prepare']>[0];

/** What a prepared classification is made of. */
interface Prepared {
  readonly options: Options;
  readonly run: Run;
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly train: Samples;
  readonly test: Samples;
  readonly shards: readonly Uint32Array[];
}

/** The names of inputs that are the same in all steps of a kind; the others are a step's own. */
type CommonName = 'backend' | 'model' | 'samples' | 'objective' | 'seed' | 'batch' | 'batches';
type Common<Input> = Pick<Input, CommonName & keyof Input>;
type Own<Input> = Omit<Input, CommonName>;

/** With what steps have in common, made once. */
interface Ready extends Prepared {
  readonly common: { readonly training: object; readonly scoring: object };
  readonly settings: OptimizerState;
}

const float32 = (parameters: Parameters): Float32Array => {
  assert(parameters instanceof Float32Array, 'a classifier has 32-bit parameters');
  return parameters;
};

/** The class with most samples among those of a client; of equals the lowest. */
function primaryClass({ labels, classes }: Samples, own: Uint32Array): number {
  const counts = new Uint32Array(classes);
  for (const sample of own) counts[labels[sample]!]! += 1;
  return counts.reduce((best, count, label) => (count > counts[best]! ? label : best), 0);
}

/** What all local updates have in common. */
const commonOfTraining = ({ options, run, model, train }: Prepared): Common<TrainClassifierInput> => ({
  ...{ backend: run.backend, model, samples: train, seed: run.seed },
  ...{ batch: options.batchSize, batches: options.batches, objective: { loss: options.loss } },
});

function trainStep({ optimizer, settings, shards, common }: Ready, work: LocalWork): Step {
  const learningRate = learningRateAt(optimizer, work.round);
  const input: Own<TrainClassifierInput> = {
    own: present(shards[work.client], `samples of client ${work.client}`),
    client: work.client,
    firstStep: work.firstStep,
    ...(work.passes ? { passes: work.passes } : {}),
    steps: work.steps,
    parameters: float32(work.parameters),
    optimizer: learningRate === settings.learningRate ? settings : { ...settings, learningRate },
    ...(work.control ? { control: work.control } : {}),
    ...(work.withNorms ? { withNorms: true } : {}),
  };
  return { module, name: 'trainClassifier', input, common: common.training };
}

function gradientStep({ options, run, model, train, shards }: Prepared, work: GradientWork): Step {
  const { client, parameters, withSampleNorms = false } = work;
  const indices = present(shards[client], `samples of client ${client}`);
  const objective = { loss: options.loss };
  const fixed = { samples: train, indices, parameters: float32(parameters), objective };
  return { module, name: 'fullGradient', input: { backend: run.backend, model, ...fixed, withSampleNorms } };
}

function pooledStep({ options, run, model, train, shards }: Prepared, work: PooledWork): Step {
  const indices = work.rows.map((row, at) => present(shards[work.clients[at]!]?.[row], `row ${row}`));
  const fixed = { samples: train, indices, parameters: float32(work.parameters), objective: { loss: options.loss } };
  return { module, name: 'fullGradient', input: { backend: run.backend, model, ...fixed } };
}

/** What all shards of evaluations have in common. */
const commonOfScoring = ({ options, run, model, test }: Prepared): Common<EvaluateShardInput> => ({
  ...{ backend: run.backend, model, samples: test, objective: { loss: options.loss } },
});

function evaluationSteps({ options, test, common }: Ready, parameters: Parameters): Step[] {
  const starts = Array.from({ length: Math.ceil(test.count / options.testShard) }, (_, at) => at * options.testShard);
  return starts.map((from) => {
    const to = Math.min(from + options.testShard, test.count);
    const input: Own<EvaluateShardInput> = { parameters: float32(parameters), from, to };
    return { module, name: 'evaluateShard', input, common: common.scoring };
  });
}

/** Sums the shards in their order. */
function combineScores(outputs: unknown[]): Score {
  const total = { count: 0, correct: 0, lossSum: 0 };
  for (const { count, correct, lossSum } of outputs as ShardScore[]) {
    total.count += count;
    total.correct += correct;
    total.lossSum += lossSum;
  }
  return { accuracy: total.correct / total.count, loss: total.lossSum / total.count };
}

function factsOf({ options, model, optimizer, train, test, shards }: Prepared, dataset: string) {
  const members = Uint32Array.from(shards.flatMap((own) => [own.length, ...own]));
  return {
    dataset,
    model: model.name,
    ...(model.layersModel ? { modelDigest: digest(utf8.encode(JSON.stringify(model.layersModel))) } : {}),
    trainSamples: train.count,
    testSamples: test.count,
    classes: train.classes,
    batchSize: options.batchSize,
    learningRate: optimizer.learningRate,
    learningRateDecay: optimizer.decay,
    dataDigest: [train.features, train.labels, test.features, test.labels].map(digestOnce).join('-'),
    splitDigest: digest(members),
  };
}

/** Refuses to freeze what isn't there, and everything. */
function checkFrozen({ layers }: Layout, { frozen = [] }: Optimizer): void {
  const names = layers.filter(({ blocks }) => blocks.length > 0).map(({ name }) => name);
  const unknown = frozen.find((name) => !names.includes(name));
  const isAll = names.every((name) => frozen.includes(name));
  if (unknown === undefined && !isAll) return;
  throw new ScenarioError({
    what: isAll ? 'invalid frozen: all layers' : `unknown layer "${unknown}"`,
    where: 'task, optimizer, frozen',
    remedy: `pass some of ${names.join(', ')}`,
    code: 'OPTION_INVALID',
  });
}

/** Kernels know the layers of descriptions alone. */
function checkBackend({ name, layersModel }: Model, backend: Run['backend']): void {
  if (!layersModel || backend === 'tensorflow') return;
  throw new ScenarioError({
    what: `unsupported model: ${name} is a tf.LayersModel`,
    where: `backend ${backend}`,
    remedy: 'use --backend tensorflow',
    code: 'BACKEND_UNAVAILABLE',
  });
}

async function prepare(options: Options, run: Run): Promise<Task> {
  const dataset = checkedDataset(await realise<DatasetLoader>(options.dataset)(run.draws('dataset')));
  const { train, test } = dataset;
  const model = realise<Architecture>(options.model)({ shape: train.shape, classes: train.classes });
  checkBackend(model, run.backend);
  const layout = classifierLayout(model, train.classes);
  const split = realise<Split>(options.split);
  const sizes = { clients: run.clients, samples: train.count };
  const shards = checkedSplit(split(train, run.clients, run.draws('split')), sizes);
  const optimizer = realise<Optimizer>(options.optimizer);
  checkFrozen(layout, optimizer);
  const prepared: Prepared = { options, run, model, optimizer, train, test, shards };
  const common = { training: commonOfTraining(prepared), scoring: commonOfScoring(prepared) };
  const { decay: _decay, ...settings } = optimizer;
  const ready: Ready = { ...prepared, common, settings };
  const parameters = initialParameters(model, run.draws('initial'));
  const start = { parameters, digest: digest(parameters) };
  return {
    name: 'classify',
    parameterCount: layout.parameterCount,
    modelBits: options.modelBits ?? BITS_PER_PARAMETER * layout.parameterCount,
    macsPerSample: options.macsPerSample ?? layout.macsPerSample,
    batchSize: options.batchSize,
    sampleCounts: shards.map((own) => own.length),
    primaryClasses: shards.map(
      (own, client) => split.primaryClass?.(client, train.classes) ?? primaryClass(train, own),
    ),
    facts: factsOf(prepared, dataset.name),
    learningRate: (round) => learningRateAt(optimizer, round),
    initial: () => start,
    train: (work) => trainStep(ready, work),
    gradient: (work) => gradientStep(prepared, work),
    pooledGradient: (work) => pooledStep(prepared, work),
    network: { model, objective: { loss: options.loss } },
    rowSizes: { features: train.features.length / train.count, labels: train.classes },
    rows: (client) => regressionRows(train, present(shards[client], `samples of client ${client}`)),
    evaluate: (parameters) => ({ shards: evaluationSteps(ready, parameters), combine: combineScores }),
  };
}

/**
 * Classification by a network that is trained with mini-batches: a data set, its split among clients, a model, and the
 * settings of local training. `modelBits` and `macsPerSample` take timing apart from learning: a small model can be
 * trained while the air and the processors are charged for a large one. Running statistics of batch normalizations
 * travel and are averaged with the parameters, but add nothing to the default `modelBits`.
 */
export const classify = part(
  'task',
  'classify',
  options,
  (checked): TaskPlan => ({
    prepare: (run) => prepare(checked, run),
  }),
);
