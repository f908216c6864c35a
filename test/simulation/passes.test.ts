/**
 * Goal: a local update that is counted in passes sees each of its client's own samples once in each of them, whatever the
 * client has, and in orders of its own. Method: what every update of a run with unequal clients draws.
 */
import { describe, expect, it } from 'vitest';
import { federation, ring } from '../../actors/index.ts';
import {
  asyncSdFeel,
  fedAsync,
  fedAvg,
  fedBuff,
  feel,
  hierFavg,
  mimic,
  sdFeel,
  semiAsync,
  tiered,
} from '../../src/algorithms/index.ts';
import { batchIndices } from '../../src/learning/batches.ts';
import type { TaskPlan } from '../../src/learning/contract.ts';
import { classify, dirichlet, gaussianBlobs, softmax } from '../../src/learning/index.ts';
import type { LocalWork } from '../../src/learning/work.ts';
import { streams } from '../../src/math/streams.ts';
import { realise } from '../../src/part.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { study } from '../support/study.ts';

const [SEED, BATCH] = [3, 10];

/** Clients of very different sizes, none a multiple of the batch, and their local updates as they begin. */
function watched(): { task: TaskPlan; works: LocalWork[]; sizes: () => readonly number[] } {
  const plan = classify({
    dataset: gaussianBlobs({ trainPerClass: 50, testPerClass: 10 }),
    split: dirichlet({ alpha: 0.5 }),
    model: softmax(),
    batchSize: BATCH,
  });
  const works: LocalWork[] = [];
  let sizes: readonly number[] = [];
  const prepare: TaskPlan['prepare'] = async (run) => {
    const task = await realise<TaskPlan>(plan).prepare(run);
    sizes = task.sampleCounts;
    const train: typeof task.train = (work) => {
      works.push(work);
      return task.train(work);
    };
    return { ...task, train };
  };
  return { task: { prepare }, works, sizes: () => sizes };
}

/** Places, among its client's samples, of those that an update draws, in order. */
function drawn(work: LocalWork, size: number): number[] {
  const { client, firstStep, steps, passes } = work;
  const own = Uint32Array.from({ length: size }, (_, i) => i);
  const stream = streams(SEED)(`client-${client}/batches`);
  const request = { mode: 'with-replacement', stream, own, firstStep, steps, batch: Math.min(BATCH, size) } as const;
  return [...batchIndices(passes === undefined ? request : { ...request, passes })];
}

describe('an update of two passes sees each own sample twice, in two orders that never come again', () => {
  it.each([
    ['FedAvg', fedAvg({ localEpochs: 2 })],
    ['FEEL', feel({ localEpochs: 2 })],
    ['HierFAVG', hierFavg({ localEpochs: 2 })],
    ['SD-FEEL', sdFeel({ localEpochs: 2 })],
    ['SD-FEEL, asynchronous', asyncSdFeel({ counting: 'epochs', minimumSteps: 2, maximumSteps: 2 })],
    ['FedAsync', fedAsync({ localEpochs: 2 })],
    ['FedBuff', fedBuff({ localEpochs: 2, buffer: 20 })],
    ['with bounded staleness', semiAsync({ localEpochs: 2 })],
    ['tiered', tiered({ localEpochs: 2 })],
    ['MimiC', mimic({ localEpochs: 2 })],
  ])('%s', async (name, algorithm) => {
    const { task, works, sizes } = watched();
    const topology = federation({ clients: 8, edgeServers: name === 'FEEL' ? 1 : 4, graph: ring() });
    await simulate(study({ task, algorithm, topology, seed: SEED, until: { rounds: 6 } }));
    const orders = new Set<string>();
    const updates = new Set(works.map(({ client, firstStep }) => `${client} ${firstStep}`));
    expect(updates.size).toBeGreaterThan(8);
    for (const work of works) {
      const size = sizes()[work.client] as number;
      const all = drawn(work, size);
      expect(all).toHaveLength(2 * size);
      for (const pass of [all.slice(0, size), all.slice(size)]) {
        expect(new Set(pass).size).toBe(size);
        // Of few samples there are few orders.
        if (size > 10) orders.add(`${work.client} ${pass}`);
      }
    }
    const long = [...updates].filter((update) => (sizes()[Number(update.split(' ')[0])] as number) > 10);
    expect(orders.size).toBe(2 * long.length);
  });
});
