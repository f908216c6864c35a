import { describe, expect, test } from 'vitest';
import { classify } from '../../../src/learning/classify.ts';
import type {
  Architecture,
  LocalUpdate,
  Score,
  Task,
  TaskPlan,
  Parameters as Vector,
} from '../../../src/learning/contract.ts';
import { gaussianBlobs } from '../../../src/learning/dataset/gaussian-blobs.ts';
import { mlp } from '../../../src/learning/models/dense.ts';
import { sgd } from '../../../src/learning/optimizer.ts';
import { classesPerClient } from '../../../src/learning/partition/classes-per-client.ts';
import { quadratic } from '../../../src/learning/quadratic.ts';
import * as steps from '../../../src/learning/steps.ts';
import { timingOnly } from '../../../src/learning/timing-only.ts';
import { streams } from '../../../src/math/streams.ts';
import { type Part, realise } from '../../../src/part.ts';
import type { Step } from '../../../src/step.ts';

const prepare = (task: Part<TaskPlan>, clients: number, seed = 1): Promise<Task> =>
  realise<TaskPlan>(task).prepare({
    clients,
    seed,
    draws: (name) => streams(seed)(name).at(0),
    backend: 'tensorflow',
  });

/** Runs a step here, as a compute thread would: its input goes through a structured clone. */
async function run<Output>(step: Step | undefined): Promise<Output> {
  expect(step?.module).toBe(steps.module);
  const compute = (steps as unknown as Record<string, (input: unknown) => Promise<Output>>)[step!.name]!;
  return compute(structuredClone(step!.input));
}

const mean = async (vectors: Vector[], weights: number[]) =>
  (await steps.combineModels({ vectors, weights })).parameters;

/** Local updates of all clients from the models of their servers. */
const updates = (task: Task, from: Vector[], round: number, localSteps: number) =>
  Promise.all(
    from.map(async (parameters, client) => {
      const work = { client, round, firstStep: (round - 1) * localSteps, steps: localSteps, parameters };
      return (await run<LocalUpdate>(task.train(work))).parameters;
    }),
  );

const close = (measured: ArrayLike<number>[], expected: number[], error: number) => {
  measured.forEach((each, at) => {
    expect(Math.abs(each[0]! - expected[at]!)).toBeLessThan(error);
  });
  expect(measured).toHaveLength(expected.length);
};

/** The dossier prints ten decimals. */
const PRINTED = 1e-10;

describe('the quadratic task', () => {
  // Goal: the exact pipeline. Method: semi-decentralised rounds by hand, against the closed-form runs of the dossier.
  test('follows golden run G1: four clients on a ring, gossip every second round', async () => {
    const task = await prepare(quadratic({ targets: [0, 1, 2, 5], learningRate: 0.1 }), 4);
    let models: Vector[] = [0, 1, 2, 3].map(() => task.initial().parameters);
    const seen: Vector[][] = [];
    for (let round = 1; round <= 6; round += 1) {
      models = await updates(task, models, round, 3);
      if (round % 2 === 0) {
        const old = models;
        models = await Promise.all(old.map((own, d) => mean([old[(d + 3) % 4]!, own, old[(d + 1) % 4]!], [1, 1, 1])));
      }
      seen.push(models);
    }
    close(seen[0]!, [0, 0.271, 0.542, 1.355], PRINTED);
    close(seen[1]!, [0.937118, 0.468559, 1.2494906667, 1.0933043333], PRINTED);
    close(seen[3]!, [1.3798050463, 0.9389139866, 1.7475135937, 1.6743310815], PRINTED);
    close(seen[5]!, [1.6444748486, 1.1888799111, 2.0219859813, 1.9439021765], PRINTED);
  });

  test('follows golden run G2: unequal data, curvatures and clusters, two exchanges', async () => {
    const samples = [10, 20, 30, 40, 60, 40];
    const options = {
      targets: [1, -1, 2, 0, 3, -2],
      curvatures: [1, 0.5, 2, 1, 0.25, 1.5],
      samples,
      learningRate: 0.2,
    };
    const task = await prepare(quadratic(options), 6);
    expect(task.sampleCounts).toEqual(samples);
    const mixing = [
      [11 / 151, 60 / 151, 0],
      [140 / 151, 31 / 151, 42 / 151],
      [0, 60 / 151, 109 / 151],
    ];
    const column = (at: number) => mixing.map((row) => row[at]!);
    let servers: Vector[] = [0, 1, 2].map(() => task.initial().parameters);
    const seen: Vector[][] = [];
    for (let round = 1; round <= 4; round += 1) {
      const from = servers.flatMap((each) => [each, each]);
      const local = await updates(task, from, round, 2);
      servers = await Promise.all(
        [0, 1, 2].map((d) => mean(local.slice(2 * d, 2 * d + 2), samples.slice(2 * d, 2 * d + 2))),
      );
      for (let exchange = 0; round % 2 === 0 && exchange < 2; exchange += 1) {
        const old = servers;
        servers = await Promise.all([0, 1, 2].map((d) => mean(old, column(d))));
      }
      seen.push(servers);
    }
    close(seen[0]!, [-0.0066666667, 0.5485714286, -0.2325], PRINTED);
    close(seen[1]!, [0.0618382298, 0.2843701486, -0.0414059896], PRINTED);
    close(seen[3]!, [0.0864859933, 0.3200192118, -0.031921893], PRINTED);
  });

  test('scores the weighted objective and takes vectors', async () => {
    const targets = [
      [1, 2],
      [3, -1],
    ];
    const task = await prepare(quadratic({ targets, curvatures: 2, samples: [1, 3], start: 1 }), 2);
    const { shards, combine } = task.evaluate(task.initial().parameters)!;
    const score = combine(await Promise.all(shards.map(run)));
    expect(score).toEqual({ accuracy: 0, loss: 0.25 * 1 + 0.75 * 8 });
    expect([task.parameterCount, task.modelBits]).toEqual([2, 128]);
  });

  test('lets the learning rate fall with the round, not with the number of updates', async () => {
    const task = await prepare(quadratic({ targets: [1], learningRate: 0.5, decay: 0.5 }), 1);
    const [parameters] = await updates(task, [task.initial().parameters], 3, 1);
    expect(parameters![0]).toBe(0.5 * 0.5 ** 2);
  });

  test.each([
    [{ targets: [1, 2, 3] }, /3 values for 2 clients.*targets/],
    [{ targets: [1, [1, 2]] }, /target 1 of length 2/],
    [{ targets: [1, 2], curvatures: [1] }, /1 values for 2 clients.*curvatures/],
    [{ targets: [1, 2], samples: [1, 2, 3] }, /3 values for 2 clients.*samples/],
  ])('refuses lists that do not fit the clients: %j', async (options, message) => {
    await expect(prepare(quadratic(options), 2)).rejects.toThrow(message);
  });
});

describe('the classification task', () => {
  const small = (more: Parameters<typeof classify>[0] = {}) =>
    classify({
      dataset: gaussianBlobs({ trainPerClass: 300, testPerClass: 100 }),
      split: classesPerClient({ classes: 2 }),
      optimizer: sgd({ learningRate: 0.3, decay: 0.99 }),
      batchSize: 10,
      testShard: 300,
      ...more,
    });

  async function score(task: Task, parameters: Vector): Promise<Score> {
    const { shards, combine } = task.evaluate(parameters)!;
    return combine(await Promise.all(shards.map(run)));
  }

  test('starts at ln 10 and learns by federated averaging to near the attainable loss', async () => {
    const task = await prepare(small(), 20);
    let model = task.initial().parameters;
    const first = await score(task, model);
    expect(first.loss).toBeCloseTo(Math.log(10), 6);
    for (let round = 1; round <= 40; round += 1) {
      const local = await updates(
        task,
        task.sampleCounts.map(() => model),
        round,
        5,
      );
      model = await mean(local, [...task.sampleCounts]);
    }
    const last = await score(task, model);
    // Attainable on such samples are a loss near 0.93 and an accuracy near 0.68; another draw of means moves both.
    expect(last.loss).toBeLessThan(1.2);
    expect(last.accuracy).toBeGreaterThan(0.55);
  });

  test('describes itself: counts, primary classes, bits, digests', async () => {
    const task = await prepare(small(), 20);
    expect(task.parameterCount).toBe(210);
    expect(task.modelBits).toBe(32 * 210);
    expect(task.macsPerSample).toBe(200);
    expect(task.sampleCounts).toHaveLength(20);
    // By the recipe of the split, though clients hold as much of their second class.
    expect(task.primaryClasses).toEqual(Array.from({ length: 20 }, (_, client) => client % 10));
    expect(task.facts.splitDigest).toMatch(/^[0-9a-f]{16}$/);
    expect(JSON.parse(JSON.stringify(task.facts))).toEqual(task.facts);
    const again = await prepare(small(), 20);
    expect(again.facts).toEqual(task.facts);
    expect(again.initial().digest).toBe(task.initial().digest);
    const other = await prepare(small(), 20, 2);
    expect(other.facts.splitDigest).not.toBe(task.facts.splitDigest);
    expect(other.facts.dataDigest).not.toBe(task.facts.dataDigest);
  });

  test('keys an update by seed, client and local step alone', async () => {
    const model = mlp({ hidden: [8] });
    const task = await prepare(small({ model, modelBits: 1e6, macsPerSample: 5e5 }), 20);
    expect([task.modelBits, task.macsPerSample]).toEqual([1e6, 5e5]);
    const { parameters } = task.initial();
    const work = { client: 3, round: 2, firstStep: 7, steps: 4, parameters };
    const update = await run<LocalUpdate>(task.train(work));
    await run(task.train({ ...work, client: 4 }));
    expect(await run(task.train(work))).toEqual(update);
    expect((await run<LocalUpdate>(task.train({ ...work, firstStep: 11 }))).digest).not.toBe(update.digest);
    expect((await run<LocalUpdate>(task.train({ ...work, client: 4 }))).digest).not.toBe(update.digest);
    expect((await run<LocalUpdate>(task.train({ ...work, round: 3 }))).digest).not.toBe(update.digest);
    const head = await run<LocalUpdate>(task.train({ ...work, steps: 1 }));
    const tail = { ...work, firstStep: 8, steps: 3, parameters: head.parameters };
    expect((await run<LocalUpdate>(task.train(tail))).digest).toBe(update.digest);
  });

  test('averages running statistics with the parameters, and charges the air for the parameters alone', async () => {
    const model: Architecture = ({ shape, classes }) => ({
      name: 'normalized',
      inputShape: shape,
      layers: [{ layer: 'batchNormalization' }, { layer: 'dense', units: classes }],
    });
    const task = await prepare(small({ model }), 20);
    const { parameters } = task.initial();
    const local = await updates(task, [parameters, parameters], 1, 3);
    const global = await mean(local, [3, 1]);
    expect([task.parameterCount, task.modelBits, global.length]).toEqual([250, 32 * 250, 290]);
    for (let j = 250; j < 290; j += 1) {
      expect(local[0]![j]).not.toBe(local[1]![j]);
      expect(global[j]).toBe(Math.fround(0.75 * local[0]![j]! + 0.25 * local[1]![j]!));
    }
    expect((await score(task, global)).loss).toBeLessThan((await score(task, parameters)).loss);
  });

  test('cuts an evaluation into shards that cover the test set', async () => {
    const task = await prepare(small(), 20);
    const { shards } = task.evaluate(task.initial().parameters)!;
    const ranges = shards.map(({ input }) => input as { from: number; to: number });
    expect(ranges.map(({ from, to }) => [from, to])).toEqual([
      [0, 300],
      [300, 600],
      [600, 900],
      [900, 1000],
    ]);
  });

  test('reports problems inside its parts before anything runs', () => {
    const options = classify({ dataset: gaussianBlobs({ classes: 1 }), optimizer: sgd({ momentum: 1 }), batchSize: 0 });
    const checked = classify.schema.safeParse(options.options);
    const paths = checked.error?.issues.map((issue) => issue.path.join('.')) ?? [];
    expect(paths).toContain('batchSize');
    expect(paths.some((path) => path.startsWith('dataset'))).toBe(true);
    expect(paths.some((path) => path.startsWith('optimizer'))).toBe(true);
    expect(classify.schema.safeParse({ model: gaussianBlobs() }).error?.issues[0]?.message).toMatch(/expected a model/);
  });
});

test('models combine to their weighted mean, in shared memory, with its digest', async () => {
  const vectors = [Float32Array.of(1, 2), Float32Array.of(3, 6)];
  const combined = await steps.combineModels({ vectors, weights: [3, 1] });
  expect(Array.from(combined.parameters)).toEqual([1.5, 3]);
  expect(combined.parameters.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(combined.digest).toMatch(/^[0-9a-f]{16}$/);
});

test('the timing-only task has sizes and costs, and nothing to train or test', async () => {
  const task = await prepare(timingOnly({ samplesPerClient: 30 }), 3);
  expect([task.modelBits, task.macsPerSample, task.sampleCounts]).toEqual([698_880, 487_540, [30, 30, 30]]);
  const { parameters } = task.initial();
  expect(task.train({ client: 0, round: 1, firstStep: 0, steps: 5, parameters })).toBeUndefined();
  expect(task.evaluate(parameters)).toBeUndefined();
});
