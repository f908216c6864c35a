import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { federation } from '../../../actors/index.ts';
import { fixedRates } from '../../../channels/index.ts';
import { fedAvg, mifa } from '../../../src/algorithms/index.ts';
import { ScenarioError } from '../../../src/errors.ts';
import type { Dataset, DatasetLoader, Samples } from '../../../src/learning/contract.ts';
import { checkedDataset } from '../../../src/learning/dataset/checked.ts';
import { classify, gaussianBlobs, mlp, pooled, sgd, softmax } from '../../../src/learning/index.ts';
import { checkedSplit } from '../../../src/learning/partition/checked.ts';
import { streams } from '../../../src/math/streams.ts';
import { realise } from '../../../src/part.ts';
import type { Algorithm } from '../../../src/policies/algorithm.ts';
import { type ScenarioOptions, scenario } from '../../../src/scenario/scenario.ts';
import { simulate } from '../../../src/scenario/simulate.ts';
import { BACKENDS } from '../../support/backends.ts';
import { factsOf } from '../../support/study.ts';

const samples = (change: Partial<Record<keyof Samples, unknown>> = {}): Samples =>
  ({
    ...{ count: 40, shape: [1, 1, 4], classes: 3 },
    ...{ features: new Float32Array(160), labels: new Uint8Array(40), ...change },
  }) as unknown as Samples;
const dataset = (train: Samples, test = samples()): Dataset => ({ name: 'own', train, test });

describe('a data set of a user’s own', () => {
  it.each<[string, Partial<Record<keyof Samples, unknown>>, string]>([
    ['no samples', { count: 0 }, 'train.count'],
    ['half a sample', { count: 39.5 }, 'train.count'],
    ['more samples than features', { count: 1_000_000 }, 'train.features'],
    ['a side of 0', { shape: [0, 1, 4] }, 'train.shape'],
    ['a negative side', { shape: [-1, -1, 4] }, 'train.shape'],
    ['two axes', { shape: [2, 2] }, 'train.shape'],
    ['larger images than features', { shape: [100, 100, 4] }, 'train.features'],
    ['no classes', { classes: 0 }, 'train.classes'],
    ['more classes than a byte', { classes: 1000 }, 'train.classes'],
    ['too few features', { features: new Float32Array(16) }, 'train.features'],
    ['doubles', { features: new Float64Array(160) }, 'train.features'],
    ['signed bytes', { features: new Int8Array(160) }, 'train.features'],
    ['a plain list', { features: new Array(160).fill(0) }, 'train.features'],
    ['a feature that is no number', { features: new Float32Array(160).fill(Number.NaN) }, 'train.features'],
    ['too few labels', { labels: new Uint8Array(2) }, 'train.labels'],
    ['a label beyond the classes', { labels: new Uint8Array(40).fill(3) }, 'train.labels'],
    ['nothing', { features: undefined }, 'train.features'],
  ])('is refused with %s, by the field', (_, change, field) => {
    expect(() => checkedDataset(dataset(samples(change)))).toThrow(ScenarioError);
    expect(() => checkedDataset(dataset(samples(change)))).toThrow(`(task.dataset, ${field})`);
  });

  it('is refused where its tests are other than what is trained on', () => {
    const others = samples({ shape: [1, 1, 8], features: new Float32Array(320) });
    expect(() => checkedDataset(dataset(samples(), others))).toThrow('test.shape');
    expect(() => checkedDataset(dataset(samples(), samples({ classes: 2 })))).toThrow('test.classes');
  });

  it('is taken with memory of its own, which threads then share', () => {
    const { train } = checkedDataset(dataset(samples({ features: new Float32Array(160).fill(0.5) })));
    expect(train.features.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(train.features).toEqual(new Float32Array(new SharedArrayBuffer(640)).fill(0.5));
    expect(checkedDataset(dataset(train)).train).toBe(train);
  });

  it('can’t be pooled into nothing', async () => {
    const load = realise<DatasetLoader>(pooled({ of: gaussianBlobs({ features: 3 }) }));
    await expect(load(streams(1)('blobs').at(0))).rejects.toThrow('invalid size: 2');
  });
});

describe('a split of a user’s own', () => {
  const sizes = { clients: 3, samples: 9 };

  it.each<[string, unknown, string]>([
    ['a client has no samples', [[0], [], [1]], 'no samples (task.split, client 1)'],
    ['an index is out of range', [[0], [9], [1]], 'index 9 of 9 samples (task.split, client 1)'],
    ['an index is no whole number', [[0], [1.5], [1]], 'index 1.5'],
    ['two clients share a sample', [[0], [1], [2, 0]], 'sample 0, which client 0 has already (task.split, client 2)'],
    ['a client has a sample twice', [[0, 0], [1], [2]], 'sample 0, which client 0 has already'],
    ['there are too few shards', [[0], [1]], '2 shards for 3 clients'],
    ['there are none', undefined, 'undefined shards'],
    ['a shard is no list', [[0], 1, [2]], 'a number instead of a list'],
  ])('is refused where %s', (_, shards, said) => {
    expect(() => checkedSplit(shards, sizes)).toThrow(said);
  });

  it('is taken as it is where every client has samples of its own', () => {
    const order = fc.shuffledSubarray([...Array(9).keys()], { minLength: 3 });
    void fc.assert(
      fc.property(order, (indices) => {
        const shards = [0, 1, 2].map((client) => indices.filter((_, at) => at % 3 === client));
        expect(checkedSplit(shards, sizes).map((own) => [...own])).toEqual(shards);
      }),
    );
  });
});

const run = (options: Partial<ScenarioOptions>, backend?: 'native' | 'wasm' | 'tensorflow') => {
  const base = { name: 'diverging', topology: federation({ clients: 3, edgeServers: 1 }), channel: fixedRates() };
  const task = classify({
    dataset: gaussianBlobs({ trainPerClass: 20, testPerClass: 10 }),
    ...{ model: mlp({ hidden: [8] }), optimizer: sgd({ learningRate: 1e12 }) },
  });
  const all = { ...base, task, algorithm: fedAvg({ localSteps: 20 }), until: { rounds: 3 }, ...options };
  return simulate(scenario(all), backend === undefined ? {} : { backend });
};

describe('training that diverges', () => {
  it.each(BACKENDS.map(({ name }) => name))('ends the run with client, round and local step, with %s', async (name) => {
    await expect(run({}, name)).rejects.toThrow(
      /invalid loss of a local update: (NaN|Infinity) \(client-\d, round 1, local step \d+\);.*\[TRAINING_DIVERGED\]/,
    );
  });

  it('goes on where the scenario says so, and outputs that are no numbers name no class', async () => {
    const { summary, trace } = await run({ divergence: 'allowed' });
    expect(summary.rounds).toBe(3);
    const scores = factsOf(trace).filter(({ kind }) => kind === 'model.evaluated');
    expect(scores.at(-1)).toMatchObject({ loss: null, accuracy: 0 });
  });
});

describe('what a step of a user’s own returns', () => {
  const module = new URL('../../support/odd-rules.ts', import.meta.url).href;
  const task = classify({ dataset: gaussianBlobs({ trainPerClass: 20, testPerClass: 10 }), model: softmax() });

  it.each([
    ['undigested', /invalid server rule "undigested": digest undefined \(round 1\); .*\[STEP_FAILED\]/],
    ['short', /invalid server rule "short": 3 parameters instead of \d+ \(round 1\)/],
    ['empty', /invalid server rule "empty": no parameters \(round 1\)/],
    ['forgetful', /invalid server rule "forgetful": no memory \(round 1\)/],
    ['nameless', /invalid server rule "nameless": slot undefined \(round 1\)/],
  ])('is refused where it is %s', async (name, said) => {
    const algorithm: Algorithm = { ...realise<Algorithm>(mifa()), server: { module, name, options: {} } };
    await expect(run({ task, algorithm })).rejects.toThrow(said);
  });
});
