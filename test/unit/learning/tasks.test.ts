import { describe, expect, test } from 'vitest';
import { classify } from '../../../src/learning/classify.ts';
import type {
  Architecture,
  LocalGradient,
  LocalUpdate,
  Score,
  Task,
  Parameters as Vector,
} from '../../../src/learning/contract.ts';
import { gaussianBlobs } from '../../../src/learning/dataset/gaussian-blobs.ts';
import { mlp } from '../../../src/learning/models/dense.ts';
import { sgd } from '../../../src/learning/optimizer.ts';
import { classesPerClient } from '../../../src/learning/partition/classes-per-client.ts';
import * as steps from '../../../src/learning/steps.ts';
import { timingOnly } from '../../../src/learning/timing-only.ts';
import { mean, prepare, run, updates } from '../../support/tasks.ts';

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

  test('pulls a local update towards its start, corrects it, and tells its norms where asked', async () => {
    const plain = await prepare(small(), 20);
    const pulled = await prepare(small({ optimizer: sgd({ learningRate: 0.3, proximal: 2 }) }), 20);
    const { parameters } = plain.initial();
    const work = { client: 3, round: 1, firstStep: 0, steps: 8, parameters };
    const moved = async (task: Task, more = {}) => {
      const update = await run<LocalUpdate>(task.train({ ...work, ...more }));
      return { ...update, distance: Math.hypot(...update.parameters.map((each, j) => each - parameters[j]!)) };
    };
    const free = await moved(plain);
    expect((await moved(pulled)).distance).toBeLessThan(0.8 * free.distance);
    expect(free.gradientNorms).toBeUndefined();
    const { gradientNorms } = await moved(plain, { withNorms: true });
    expect(gradientNorms).toHaveLength(8);
    // One step from the same start with the opposite of its gradient as a correction stays where it is.
    const one = { ...work, steps: 1 };
    const step = await run<LocalUpdate>(plain.train(one));
    const plus = step.parameters.map((each, j) => 1 + (each - parameters[j]!) / 0.3) as Float32Array;
    const control = { plus, minus: plus.map(() => 1) };
    const { parameters: stayed } = await run<LocalUpdate>(plain.train({ ...one, control }));
    expect(Math.max(...stayed.map((each, j) => Math.abs(each - parameters[j]!)))).toBeLessThan(1e-7);
  });

  test.each(['crossEntropy', 'meanSquaredError'] as const)('knows a client’s full gradient of the %s', async (loss) => {
    const task = await prepare(small({ loss, batches: 'epoch' }), 20);
    const parameters = task.initial().parameters as Float32Array;
    const whole = await run<LocalGradient>(task.gradient!({ client: 3, parameters, withSampleNorms: true }));
    expect(whole.sampleNorms).toHaveLength(task.sampleCounts[3]!);
    expect(whole.norm).toBeCloseTo(Math.hypot(...whole.gradient), 6);
    expect(whole.norm).toBeLessThanOrEqual(Math.max(...whole.sampleNorms!));
    // A slope of the loss itself: F(w − h g) ≈ F(w) − h ‖g‖².
    const h = 1e-3;
    const ahead = parameters.map((w, j) => w - h * whole.gradient[j]!) as Float32Array;
    const next = await run<LocalGradient>(task.gradient!({ client: 3, parameters: ahead }));
    expect((whole.loss - next.loss) / (h * whole.norm ** 2)).toBeCloseTo(1, 2);
    expect(next.sampleNorms).toBeUndefined();
    const { loss: scored } = await score(task, parameters);
    expect(scored).toBeCloseTo(loss === 'crossEntropy' ? Math.log(10) : 1 / 10, 6);
  });

  test('freezes layers by name, and refuses names that there are not, or all of them', async () => {
    const frozen = (...names: string[]) =>
      prepare(small({ model: mlp({ hidden: [8] }), optimizer: sgd({ frozen: names }) }), 20);
    const task = await frozen('dense_1');
    const { parameters } = task.initial();
    const work = { client: 0, round: 1, firstStep: 0, steps: 3, parameters };
    const update = await run<LocalUpdate>(task.train(work));
    expect(update.parameters.subarray(0, 168)).toEqual(parameters.subarray(0, 168));
    expect(update.digest).not.toBe(task.initial().digest);
    await expect(frozen('dense_3')).rejects.toThrow(/unknown layer "dense_3".*dense_1, dense_2/);
    await expect(frozen('dense_1', 'dense_2')).rejects.toThrow(/all layers.*OPTION_INVALID/);
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
