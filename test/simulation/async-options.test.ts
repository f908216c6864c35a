import { describe, expect, it } from 'vitest';
import { federation, line, ring } from '../../actors/index.ts';
import { fixedRates } from '../../channels/index.ts';
import { asyncSdFeel } from '../../src/algorithms/index.ts';
import { heterogeneous } from '../../src/devices/index.ts';
import { quadratic } from '../../src/learning/index.ts';
import { replay } from '../../src/scenario/replay.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { openTrace } from '../../src/trace/reader.ts';
import { factsOf, timingStudy } from '../support/study.ts';

/** One client at each of two servers: 1 s a step and 100 s a step, exchanges of 2 s, uploads of no time to speak of. */
const two = (until: number, options: Parameters<typeof asyncSdFeel>[0]) =>
  scenario({
    name: 'two',
    topology: federation({ clients: 2, edgeServers: 2, graph: line() }),
    channel: fixedRates({ uplink: 1e15 }),
    backhaul: { edge: { rate: 50, latency: 0, shared: false } },
    devices: { clock: { macsPerSecond: ({ index }: { index: number }) => (index === 0 ? 1 : 0.01) } },
    task: quadratic({ targets: [8, 0], learningRate: 0.5, modelBits: 100 }),
    algorithm: asyncSdFeel({ minimumSteps: 1, maximumSteps: 1, ...options }),
    until: { time: until },
  });
const modelsAt = async (until: number, options: Parameters<typeof asyncSdFeel>[0]) =>
  [...(await simulate(two(until, options))).models.values()].map(({ parameters }) => parameters?.[0]);

// Goal: an exchange that takes its time reaches each side when it does. Method: the first two exchanges by hand.
describe('delayed gossip', () => {
  it('changes the active server at the exchange, and its neighbour when ŷ has come', async () => {
    // Server 0 trains from 0 to 4 in 1 s; both gaps are 1, so ω = ½; ŷ = 4 reaches server 1 at 3 s.
    expect(await modelsAt(1.5, { delayedGossip: true })).toEqual([2, 0]);
    expect(await modelsAt(2.9, { delayedGossip: true })).toEqual([2, 0]);
    expect(await modelsAt(3.1, { delayedGossip: true })).toEqual([2, 2]);
    expect(await modelsAt(1.5, {})).toEqual([2, 2]);
    // From 2 to 5 by 4 s, mixed with the neighbour's 2: gaps 1 and 2, so ω = ⅗ and ⅖.
    const [active, neighbour] = (await modelsAt(4.5, { delayedGossip: true })) as [number, number];
    expect(active).toBeCloseTo(0.6 * 5 + 0.4 * 2, 12);
    expect(neighbour).toBe(2);
    expect(((await modelsAt(6.1, { delayedGossip: true })) as [number, number])[1]).toBeCloseTo(0.6 * 2 + 0.4 * 5, 12);
  });

  it('comes to the same as an exchange at one instant where nothing else happens meanwhile', async () => {
    expect(await modelsAt(15.5, { delayedGossip: true })).toEqual(await modelsAt(15.5, {}));
  });

  it('keeps servers together, its run the same on every repetition, and its trace repeatable', async () => {
    const study = scenario({
      ...two(40, { delayedGossip: true, minimumSteps: 1, maximumSteps: 4 }).options,
      topology: federation({ clients: 8, edgeServers: 4, graph: ring() }),
      devices: { clock: heterogeneous({ gap: 4, macsPerSecond: 1 }) },
      task: quadratic({ targets: [0, 1, 2, 3, 4, 5, 6, 7], learningRate: 0.1, modelBits: 100 }),
    });
    const { trace, models, summary } = await simulate(study);
    expect((await simulate(study)).trace).toEqual(trace);
    const values = [...models.values()].map(({ parameters }) => parameters?.[0] as number);
    expect(Math.max(...values) - Math.min(...values)).toBeLessThan(2);
    expect(summary.staleness?.mean).toBeGreaterThan(0);
    const arrived = factsOf(trace).filter(({ kind }) => kind === 'model.shared');
    expect(arrived.length).toBeGreaterThan(20);
    expect(arrived.every(({ weight }) => (weight as number) > 0 && (weight as number) < 1)).toBe(true);
    expect((await replay(openTrace(trace), { scenario: study })).divergence).toBeUndefined();
  });

  it('is refused beside batched ties, and where servers only pull', async () => {
    for (const other of [{ ties: 'batched' as const }, { pullOnly: true }]) {
      await expect(simulate(two(1, { delayedGossip: true, ...other }))).rejects.toThrow(/delayedGossip/);
    }
  });
});

describe('θ in passes over a client’s own samples', () => {
  const scheduled = async (options: Parameters<typeof asyncSdFeel>[0], gap: number) => {
    const { trace } = await simulate(
      timingStudy({
        topology: federation({ clients: 6, edgeServers: 2 }),
        // 30, 60, 90, … samples, in steps of 20: passes of 2, 3, 5, 6, 8, 9 steps.
        task: quadratic({ targets: [0, 1, 2, 3, 4, 5], samples: [30, 60, 90, 120, 150, 180], batchSize: 20 }),
        devices: { clock: heterogeneous({ gap }) },
        algorithm: asyncSdFeel({ counting: 'epochs', ...options }),
        until: { rounds: 2 },
      }),
    );
    return factsOf(trace).flatMap(({ kind, cohort, localSteps }) =>
      kind === 'cohort.scheduled'
        ? (cohort as string[]).map(
            (client, i) => [Number(client.slice(7)), (localSteps as number[])[i] as number] as const,
          )
        : [],
    );
  };
  const PASS = [2, 3, 5, 6, 8, 9];

  it('is a whole number of them between θ_min and θ_max, and θ_min for the client whose passes take longest', async () => {
    const work = await scheduled({ minimumSteps: 2, maximumSteps: 5 }, 1);
    expect(work.length).toBe(12);
    for (const [client, steps] of work) {
      const passes = steps / (PASS[client] as number);
      expect([2, 3, 4, 5]).toContain(passes);
      // Clients are equally fast: the one with most samples of each cluster sets the deadline.
      const most = client < 3 ? 5 : 9;
      expect(passes).toBe(Math.min(5, Math.floor((2 * most) / (PASS[client] as number))));
    }
  });

  it('lets fast clients make more passes', async () => {
    const work = await scheduled({ minimumSteps: 1, maximumSteps: 50 }, 8);
    const passes = work.map(([client, steps]) => steps / (PASS[client] as number));
    expect(passes.every((each) => Number.isInteger(each) && each >= 1 && each <= 50)).toBe(true);
    expect(Math.max(...passes)).toBeGreaterThan(5);
    expect(passes.filter((each) => each === 1).length).toBeGreaterThanOrEqual(2);
  });
});
