import { describe, expect, it } from 'vitest';
import { tierWeights } from '../../actors/central-server/tiers.ts';
import { federation, ring } from '../../actors/index.ts';
import { hierLike } from '../../channels/index.ts';
import { asyncSdFeel, fedAsync, fedAvg, fedBuff, semiAsync, tiered } from '../../src/algorithms/index.ts';
import {
  heterogeneous,
  homogeneous,
  logNormalStragglers,
  markovOnOff,
  shiftedExponential,
} from '../../src/devices/index.ts';
import { timingOnly } from '../../src/learning/index.ts';
import { realise } from '../../src/part.ts';
import { boundedConcurrency, hingeStaleness, random } from '../../src/policies/index.ts';
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

// Goal: the self-check that every asynchronous run makes. Method: what it reports against the law, n − 1 with n in flight.
describe('the staleness that a run reports', () => {
  const N = 8;
  const ROUNDS = 3000;
  const staleness = async (options: Parameters<typeof timingStudy>[0]) => {
    const topology = federation({ clients: N, edgeServers: 1 });
    const { summary } = await simulate(
      timingStudy({
        topology,
        ...hierLike(),
        task: timingOnly({ macsPerSample: 1e8 }),
        until: { rounds: ROUNDS },
        ...options,
      }),
    );
    return summary.staleness;
  };

  it.each([
    ['exponential times', { straggler: shiftedExponential({ scale: 5 }) }],
    ['log-normal times', { straggler: logNormalStragglers({ deviation: 1 }) }],
    ['speeds of 8 : 1', { clock: heterogeneous({ gap: 8 }) }],
  ])('is n − 1 with n clients always in flight, for %s', async (_name, devices) => {
    const report = await staleness({ devices, algorithm: fedAsync({ localSteps: 1 }) });
    expect(report?.inFlight).toBe(N);
    expect(report?.expected).toBe(N - 1);
    expect(Math.abs((report?.mean ?? 0) - (N - 1))).toBeLessThan((N * N) / ROUNDS);
  });

  it('is (n − K) / K where K updates make a version', async () => {
    const devices = { straggler: shiftedExponential({ scale: 5 }) };
    const report = await staleness({ devices, algorithm: fedBuff({ localSteps: 1, buffer: 2 }) });
    expect(Math.abs((report?.mean ?? 0) - (report?.expected ?? 0))).toBeLessThan((N * N) / ROUNDS);
  });

  it.each([
    [1, N],
    [5, N],
    [3, 3],
  ])('counts nobody twice: K = %i, at most %i at work', async (buffer, most) => {
    const devices = { straggler: shiftedExponential({ scale: 5 }) };
    const schedule = boundedConcurrency({ concurrency: most });
    const report = await staleness({ devices, schedule, algorithm: fedBuff({ localSteps: 1, buffer }) });
    if (buffer === 1) expect(report?.inFlight).toBe(most);
    expect(report?.inFlight).toBeLessThanOrEqual(N);
  });

  it('is D − 1 for edge servers that mix asynchronously, ties batched or not', async () => {
    const D = 5;
    const run = async (options: Parameters<typeof asyncSdFeel>[0]) => {
      const { summary, trace } = await simulate(
        timingStudy({
          topology: federation({ clients: 2 * D, edgeServers: D }),
          ...{ ...hierLike(), task: timingOnly({ macsPerSample: 1e8 }), devices: { clock: heterogeneous({ gap: 6 }) } },
          algorithm: asyncSdFeel({ minimumSteps: 2, ...options }),
          // Time, not rounds: a server that has had its last round would grow older without end.
          until: { time: 100 },
        }),
      );
      return { report: summary.staleness, used: trace.filter((each) => each.includes('"kind":"models.mixed"')).length };
    };
    for (const options of [{}, { ownGap: 'reset' } as const]) {
      const { report, used } = await run(options);
      expect(report?.expected).toBeCloseTo(D - 1, 12);
      // What is missing are the ages that are unused at the end: D of them, none older than the oldest ever used.
      expect(Math.abs((report?.mean ?? 0) - (D - 1))).toBeLessThanOrEqual((D * (report?.max ?? 0)) / used);
      expect((D * (report?.max ?? 0)) / used).toBeLessThan(0.1);
    }
    expect((await run({ ties: 'batched' })).report?.mean).toBeGreaterThan(1);
  });

  it('adds up while clients come and go and updates are thrown away', async () => {
    const devices = {
      clock: heterogeneous({ gap: 8 }),
      straggler: shiftedExponential({ scale: 3 }),
      availability: markovOnOff({ meanOnline: 1, meanOffline: 0.5 }),
    };
    const report = await staleness({
      devices,
      algorithm: fedAsync({ localSteps: 1, stalenessMax: 3 }),
      until: { rounds: 400 },
    });
    expect(report?.max).toBe(3);
    expect(report?.mean).toBeLessThan(report?.expected as number);
  });

  it('is null where everybody waits', async () => {
    expect(await staleness({ algorithm: fedAvg(), until: { rounds: 2 } })).toBeNull();
  });
});

describe('a semi-asynchronous server', () => {
  it('is FedAvg where nobody may be stale', async () => {
    const [bounded] = await serversAfter(5, {
      ...STUDY,
      algorithm: semiAsync({ localSteps: 3, buffer: 1, stalenessMax: 0 }),
    });
    const [averaged] = await serversAfter(5, { ...STUDY, algorithm: fedAvg({ localSteps: 3 }) });
    expect(Math.abs((bounded as number) - (averaged as number))).toBeLessThan(ROUNDING);
  });

  it.each([1, 3])('uses no update that is staler than %i, and throws none away', async (stalenessMax) => {
    const { trace } = await simulate(
      timingStudy({
        topology: federation({ clients: 8, edgeServers: 1 }),
        devices: { clock: heterogeneous({ gap: 10 }), straggler: shiftedExponential({ scale: 2 }) },
        task: timingOnly({ macsPerSample: 1e8 }),
        algorithm: semiAsync({ localSteps: 2, buffer: 2, stalenessMax }),
        until: { rounds: 200 },
      }),
    );
    const closed = factsOf(trace).filter(({ kind }) => kind === 'round.closed');
    expect(Math.max(...closed.flatMap(({ staleness }) => staleness as number[]))).toBe(stalenessMax);
    expect(closed.every(({ lost, admitted }) => lost === 0 && (admitted as number) >= 2)).toBe(true);
  });

  it('stops waiting for a client that breaks away', async () => {
    const { summary } = await simulate(
      timingStudy({
        topology: federation({ clients: 8, edgeServers: 1 }),
        devices: { availability: markovOnOff({ meanOnline: 0.5, meanOffline: 0.5 }) },
        algorithm: semiAsync({ localSteps: 2, buffer: 8, stalenessMax: 0 }),
        until: { rounds: 40 },
      }),
    );
    expect(summary.rounds).toBe(40);
    expect(summary.dropouts).toBeGreaterThan(0);
  });
});

describe('tiered asynchronous learning', () => {
  const timed = async (tiers: number, rounds: number) => {
    const { trace } = await simulate(
      timingStudy({
        topology: federation({ clients: 9, edgeServers: 1 }),
        devices: { clock: { macsPerSecond: ({ index }: { index: number }) => 1e9 * (1 + index) } },
        task: timingOnly({ macsPerSample: 1e8 }),
        algorithm: tiered({ localSteps: 2, tiers }),
        until: { rounds },
      }),
    );
    return factsOf(trace);
  };

  it('is FedAvg where there is one tier', async () => {
    const [one] = await serversAfter(4, { ...STUDY, algorithm: tiered({ localSteps: 3, tiers: 1 }) });
    const [averaged] = await serversAfter(4, { ...STUDY, algorithm: fedAvg({ localSteps: 3 }) });
    expect(Math.abs((one as number) - (averaged as number))).toBeLessThan(ROUNDING);
  });

  it('divides clients by how fast they answer', async () => {
    const first = (await timed(3, 1)).find(({ kind }) => kind === 'cohort.scheduled');
    expect(first?.tiers).toEqual([2, 2, 2, 1, 1, 1, 0, 0, 0]);
  });

  it('waits inside a tier and not between tiers', async () => {
    const facts = await timed(3, 40);
    const closed = facts.filter(({ kind }) => kind === 'round.closed');
    expect(closed.every(({ admitted }) => admitted === 3)).toBe(true);
    const invited = facts.filter(
      ({ kind, cohort }) => kind === 'cohort.scheduled' && (cohort as string[]).length === 3,
    );
    const versions = [0, 1, 2].map((tier) => invited.filter(({ tiers }) => (tiers as number[])[0] === tier).length);
    expect(versions[0]).toBeGreaterThan(versions[1] as number);
    expect(versions[1]).toBeGreaterThan(versions[2] as number);
  });

  it('counts a tier as much as the one at the other end has made versions', () => {
    const model = (digest: string) => ({ parameters: undefined, digest });
    const tier = (digest: string, versions: number) => ({ updates: [model(digest)], weights: [1], versions });
    const { models, weights } = tierWeights([tier('fast', 5), tier('middle', 2), tier('slow', 0)], model('initial'));
    expect(models.map(({ digest }) => digest)).toEqual(['fast', 'middle', 'slow']);
    expect(weights).toEqual([1 / 10, 3 / 10, 6 / 10]);
  });
});
