import { z } from 'zod';
import { present } from '../assert.ts';
import { sharedDoubles } from '../math/shared.ts';
import { part, realise, slot } from '../part.ts';
import type { BatchMode } from './batches.ts';
import type { DatasetLoader, LocalWork, Samples, Score, Split, Task, TaskPlan } from './contract.ts';
import { checkedDataset } from './dataset/checked.ts';
import { randomFeatures } from './dataset/random-features.ts';
import { digest } from './digest.ts';
import { type FitInput, module, type ScoreFitInput, type ScoreFitOutput } from './least-squares-steps.ts';
import { learningRateAt, type Optimizer, sgd } from './optimizer.ts';
import { checkedSplit } from './partition/checked.ts';
import { iid } from './partition/iid.ts';
import { regressionRows } from './rows.ts';

const isFunction = (value: unknown): boolean => typeof value === 'function';
const BITS_PER_PARAMETER = 32;

const options = z.strictObject({
  dataset: slot<DatasetLoader>('dataset', isFunction)
    .default(() => randomFeatures())
    .describe('the samples'),
  split: slot<Split>('split', isFunction)
    .default(() => iid())
    .describe('which client has which samples'),
  optimizer: slot<Optimizer>('optimizer')
    .default(() => sgd({ learningRate: 3 }))
    .describe('local training; only its rate counts'),
  batchSize: z.int().positive().default(64).describe('b, samples of a local step'),
  batches: z.enum(['with-replacement', 'epoch']).default('with-replacement').describe('how mini-batches are drawn'),
  modelBits: z.int().positive().optional().describe('size on the air, bit; 32 per parameter by default'),
  testShard: z.int().positive().default(2000).describe('test samples of one evaluation step'),
});

type Options = z.output<typeof options>;

type Run = Parameters<TaskPlan['prepare']>[0];

async function prepare(checked: Options, { clients, draws, seed }: Run): Promise<Task> {
  const dataset = checkedDataset(await realise<DatasetLoader>(checked.dataset)(draws('dataset')));
  const given = realise<Split>(checked.split)(dataset.train, clients, draws('split'));
  const shards = checkedSplit(given, { clients, samples: dataset.train.count });
  const optimizer = realise<Optimizer>(checked.optimizer);
  const own = shards.map((shard) => regressionRows(dataset.train, shard));
  const test = regressionRows(dataset.test);
  const [width, { classes }] = [dataset.train.features.length / dataset.train.count, dataset.train];
  const parameters = sharedDoubles(width * classes);
  const start = { parameters, digest: digest(parameters) };
  const learningRate = (round: number) => learningRateAt(optimizer, round);
  const fitting = ({ client, round, firstStep, steps, passes, parameters: from, control }: LocalWork): FitInput => ({
    ...{ rows: present(own[client], `rows of client ${client}`), parameters: from, seed, client, firstStep, steps },
    ...{ batch: checked.batchSize, batches: checked.batches as BatchMode, learningRate: learningRate(round) },
    ...(passes ? { passes } : {}),
    ...(control ? { control } : {}),
  });
  return {
    name: 'least-squares',
    parameterCount: parameters.length,
    modelBits: checked.modelBits ?? BITS_PER_PARAMETER * parameters.length,
    // A pass over a sample and back; the cost model's passes count on top.
    macsPerSample: 2 * parameters.length,
    batchSize: checked.batchSize,
    sampleCounts: shards.map((shard) => shard.length),
    primaryClasses: shards.map((shard) => majority(dataset.train, shard)),
    facts: { dataset: dataset.name, features: width, classes, trainSamples: dataset.train.count },
    ...{ learningRate, initial: () => start },
    rowSizes: { features: width, labels: classes },
    rows: (client) => present(own[client], `rows of client ${client}`),
    train: (work) => ({ module, name: 'fitRows', input: fitting(work) }),
    evaluate: (at) => ({
      shards: Array.from({ length: Math.ceil(test.count / checked.testShard) }, (_, shard) => {
        const from = shard * checked.testShard;
        const input: ScoreFitInput = {
          rows: test,
          parameters: at,
          from,
          to: Math.min(from + checked.testShard, test.count),
        };
        return { module, name: 'scoreFit', input };
      }),
      combine: combined,
    }),
  };
}

function majority({ labels, classes }: Samples, own: Uint32Array): number {
  const counts = new Uint32Array(classes);
  for (const sample of own) counts[labels[sample]!]! += 1;
  return counts.reduce((best, count, label) => (count > counts[best]! ? label : best), 0);
}

function combined(outputs: unknown[]): Score {
  const total = { count: 0, correct: 0, squares: 0 };
  for (const { count, correct, squares } of outputs as ScoreFitOutput[]) {
    total.count += count;
    total.correct += correct;
    total.squares += squares;
  }
  return { accuracy: total.correct / total.count, loss: total.squares / (2 * total.count) };
}

/**
 * Classification by linear regression on one-hot labels, exact in 64 bits:
 *
 *   F(W) = (1/2m) Σ_i ‖X_i W − Y_i‖²,   local step W ← W − (η/b) Σ_rows x (xᵀW − yᵀ),   W ∈ R^{d × o} from 0
 *
 * A score's accuracy is that of the largest output; its loss is F on the test set. Coded algorithms ask for its rows.
 *
 * Limits: no bias; add a constant feature where one is needed.
 */
export const leastSquares = part(
  'task',
  'least-squares',
  options,
  (checked): TaskPlan => ({ prepare: (run) => prepare(checked, run) }),
);
