import { describe, expect, test } from 'vitest';
import type { Parameters as Vector } from '../../../src/learning/contract.ts';
import { quadratic } from '../../../src/learning/quadratic.ts';
import { mean, prepare, run, updates } from '../../support/tasks.ts';

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
