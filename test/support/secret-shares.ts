import { federation } from '../../actors/index.ts';
import { fixedRates } from '../../channels/index.ts';
import { dresFl } from '../../src/algorithms/index.ts';
import { homogeneous } from '../../src/devices/index.ts';
import type { DatasetLoader, Samples } from '../../src/learning/contract.ts';
import { classify, iid, mlp, sgd, softmax } from '../../src/learning/index.ts';
import { streams } from '../../src/math/streams.ts';
import { type ScenarioOptions, scenario } from '../../src/scenario/scenario.ts';

/** Samples whose features are multiples of ½ and small, so that sums of their products are exact in 32 bits. */
const onGrid = (count: number, name: string): Samples => {
  const source = streams(11)(name).at(0);
  const features = new Float32Array(new SharedArrayBuffer(4 * 3 * count));
  const labels = new Uint8Array(new SharedArrayBuffer(count));
  for (let sample = 0; sample < count; sample += 1) {
    labels[sample] = Math.floor(source() * 2);
    for (let k = 0; k < 3; k += 1) {
      features[sample * 3 + k] = Math.floor(source() * 3) / 2 + (k === labels[sample] ? 0.5 : -0.5);
    }
  }
  return { count, classes: 2, labels, shape: [1, 1, 3], features };
};

export const grid: DatasetLoader = async () => ({ name: 'grid', train: onGrid(96, 'train'), test: onGrid(40, 'test') });

export interface SharedStudy {
  readonly dres?: Parameters<typeof dresFl>[0];
  /** Squares between; none for a linear model. */
  readonly hidden?: number[];
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly options?: Partial<ScenarioOptions>;
}

/** Clients with sixteen rows of three features each; R = 3 of them are enough for a linear model, 5 with a hidden layer. */
export const sharedStudy = ({
  dres = {},
  hidden = [],
  batchSize = 4,
  learningRate = 0.25,
  options = {},
}: SharedStudy = {}) =>
  scenario({
    name: 'shared',
    topology: federation({ clients: 6, edgeServers: 1 }),
    channel: fixedRates({ uplink: 1e5, clientToCloud: 1e5 }),
    devices: { clock: homogeneous({ macsPerSecond: 1e5 }) },
    task: classify({
      dataset: grid,
      split: iid(),
      model: hidden.length === 0 ? softmax() : mlp({ hidden, activation: 'square' }),
      loss: 'meanSquaredError',
      batchSize,
      optimizer: sgd({ learningRate }),
    }),
    algorithm: dresFl({ featureBits: 1, parameterBits: 4, field: 31, mode: 'exact', ...dres }),
    until: { rounds: 12 },
    ...options,
  });

/** The digest of the model after each round. */
export const modelsOf = (facts: readonly Record<string, unknown>[]): unknown[] =>
  facts.filter(({ kind }) => kind === 'round.closed').map(({ model }) => model);
