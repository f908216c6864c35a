import { describe, expect, it } from 'vitest';
import { federation, ring } from '../../actors/index.ts';
import { hierLike } from '../../channels/index.ts';
import { fedAsync, fedAvg, fedBuff } from '../../src/algorithms/index.ts';
import { heterogeneous, homogeneous, markovOnOff, shiftedExponential } from '../../src/devices/index.ts';
import { timingOnly } from '../../src/learning/index.ts';
import { realise } from '../../src/part.ts';
import { hingeStaleness, random } from '../../src/policies/index.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { serversAfter } from '../support/quadratic.ts';
import { factsOf, timingStudy } from '../support/study.ts';

const ROUNDING = 1e-12;
const STUDY = {
  targets: [1, -1, 2, 5],
  curvatures: [1, 0.5, 2, 1],
  learningRate: 0.2,
  edgeServers: 1,
  graph: ring(),
};

describe('an asynchronous central server', () => {
  const closedOf = async (options: Parameters<typeof timingStudy>[0]) => {
    const { trace } = await simulate(
      timingStudy({ topology: federation({ clients: 8, edgeServers: 1 }), ...hierLike(), ...options }),
    );
    return factsOf(trace).filter(({ kind }) => kind === 'round.closed');
  };
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

  it.each([
    ['shifted-exponential times', { straggler: shiftedExponential({ scale: 5 }) }],
    ['speeds of 8 : 1', { clock: heterogeneous({ gap: 8 }) }],
    ['equal speeds', { clock: homogeneous() }],
  ])('sees a mean staleness of n − 1 with n clients always in flight, for %s', async (_name, devices) => {
    const task = timingOnly({ macsPerSample: 1e8 });
    const rounds = 4000;
    const closed = await closedOf({ devices, task, algorithm: fedAsync({ localSteps: 1 }), until: { rounds } });
    // Every version ages each of the n − 1 others by one: the sum differs by what is in flight at the end, ≤ n (n − 1).
    const n = 8;
    const measured = mean(closed.flatMap(({ staleness }) => staleness as number[]));
    expect(Math.abs(measured - (n - 1))).toBeLessThan((n * n) / rounds);
  });

  it('makes the first version of K updates their plain mean, as FedAvg does', async () => {
    const [buffered] = await serversAfter(1, { ...STUDY, algorithm: fedBuff({ localSteps: 3, buffer: 4 }) });
    const [averaged] = await serversAfter(1, { ...STUDY, algorithm: fedAvg({ localSteps: 3 }) });
    expect(Math.abs((buffered as number) - (averaged as number))).toBeLessThan(ROUNDING);
  });

  it('takes the model of a lone client as its own where α = 1', async () => {
    const lone = { targets: [2], learningRate: 0.1, edgeServers: 1, graph: ring() };
    const [alone] = await serversAfter(4, { ...lone, algorithm: fedAsync({ localSteps: 1, rate: 1 }) });
    expect(alone).toBeCloseTo(2 * (1 - 0.9 ** 4), 12);
  });

  it('mixes a lone client by α', async () => {
    const lone = { targets: [2], learningRate: 0.5, edgeServers: 1, graph: ring() };
    const [mixed] = await serversAfter(1, { ...lone, algorithm: fedAsync({ localSteps: 1, rate: 0.25 }) });
    expect(mixed).toBeCloseTo(0.25 * 1, 12);
  });

  it('makes a version of every K updates, and keeps everyone busy meanwhile', async () => {
    const closed = await closedOf({
      devices: { clock: heterogeneous({ gap: 8 }), straggler: shiftedExponential({ scale: 1 }) },
      algorithm: fedBuff({ localSteps: 2, buffer: 3 }),
      until: { rounds: 100 },
    });
    expect(closed.every(({ admitted }) => admitted === 3)).toBe(true);
    expect(closed.map(({ round }) => round)).toEqual(closed.map((_, index) => index + 1));
  });

  it('discards updates that are staler than its bound, and none that are not', async () => {
    const devices = { clock: heterogeneous({ gap: 10 }), straggler: shiftedExponential({ scale: 3 }) };
    const task = timingOnly({ macsPerSample: 1e8 });
    const run = (stalenessMax: number) =>
      closedOf({ devices, task, algorithm: fedAsync({ localSteps: 2, stalenessMax }), until: { rounds: 300 } });
    const [bounded, free] = [await run(6), await run(1000)];
    const worst = (closed: Awaited<ReturnType<typeof closedOf>>) =>
      Math.max(...closed.flatMap(({ staleness }) => staleness as number[]));
    expect(worst(free)).toBeGreaterThan(6);
    expect(worst(bounded)).toBe(6);
    expect(bounded.reduce((sum, { lost }) => sum + (lost as number), 0)).toBeGreaterThan(0);
    expect(free.reduce((sum, { lost }) => sum + (lost as number), 0)).toBe(0);
  });

  it('goes on while clients come and go', async () => {
    const devices = { availability: markovOnOff({ meanOnline: 1, meanOffline: 0.5 }) };
    const closed = await closedOf({ devices, algorithm: fedBuff({ localSteps: 2, buffer: 4 }), until: { rounds: 60 } });
    expect(closed.length).toBe(60);
  });

  it('invites as the scheduling policy says', async () => {
    const closed = await closedOf({
      schedule: random({ cohort: 2 }),
      algorithm: fedBuff({ localSteps: 2, buffer: 2 }),
      until: { rounds: 10 },
    });
    expect(closed.length).toBe(10);
  });

  it('weighs by a hinge: in full up to b, then falling', () => {
    const weight = realise(hingeStaleness({ grace: 2, slope: 1 }));
    expect([0, 1, 2, 3, 4].map((age) => weight(age) / weight(0))).toEqual([1, 1, 1, 1 / 2, 1 / 3]);
  });
});
