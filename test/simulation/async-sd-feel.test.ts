import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complete, federation, ring } from '../../actors/index.ts';
import { fixedRates, hierLike } from '../../channels/index.ts';
import { asyncSdFeel, fedAvg } from '../../src/algorithms/index.ts';
import { alwaysOn, heterogeneous, homogeneous, markovOnOff } from '../../src/devices/index.ts';
import { quadratic, timingOnly } from '../../src/learning/index.ts';
import { realise } from '../../src/part.ts';
import {
  constantStaleness,
  exponentialStaleness,
  inverseStaleness,
  polynomialStaleness,
} from '../../src/policies/index.ts';
import { exchangeWeights } from '../../src/runtime/exchange-weights.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { serversAfter } from '../support/quadratic.ts';
import { factsOf, timingStudy } from '../support/study.ts';

const ROUNDING = 1e-12;

describe('the weights of an asynchronous exchange', () => {
  const psi = realise(inverseStaleness());

  it('meet the golden example: gaps 4, 1 and 3, and with the own gap taken as 0', () => {
    const column = (gaps: number[]) => exchangeWeights(gaps.map(psi), [1 / 3, 1 / 3, 1 / 3], 0).map((row) => row[0]);
    [0.210526, 0.526316, 0.263158].forEach((weight, j) => expect(column([4, 1, 3])[j]).toBeCloseTo(weight, 6));
    [0.571429, 0.285714, 0.142857].forEach((weight, j) => expect(column([0, 1, 3])[j]).toBeCloseTo(weight, 6));
  });

  it('are non-negative, sum to one at every node, and preserve the data-weighted mean, whatever gaps and shares are', () => {
    const node = fc.record({ gap: fc.nat(200), samples: fc.integer({ min: 1, max: 1000 }) });
    fc.assert(
      fc.property(fc.array(node, { minLength: 1, maxLength: 8 }), fc.nat(), (nodes, pick) => {
        const total = nodes.reduce((sum, { samples }) => sum + samples, 0);
        const shares = nodes.map(({ samples }) => samples / total);
        const matrix = exchangeWeights(
          nodes.map(({ gap }) => psi(gap)),
          shares,
          pick % nodes.length,
        );
        nodes.forEach((_, to) => {
          expect(matrix.reduce((sum, row) => sum + (row[to] as number), 0)).toBeCloseTo(1, 12);
          const kept = matrix[to]?.reduce((sum, weight, k) => sum + weight * (shares[k] as number), 0);
          expect(kept).toBeCloseTo(shares[to] as number, 12);
        });
        expect(Math.min(...matrix.flat())).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('are ψ itself, shared among the neighbours, where they are read raw', () => {
    const gaps = [4, 1, 3].map(psi);
    const column = exchangeWeights(gaps, [1 / 3, 1 / 3, 1 / 3], 0, { pairing: 'raw', pullOnly: false }).map(
      (row) => row[0],
    );
    [1 - 0.1875, 0.125, 0.0625].forEach((weight, j) => expect(column[j]).toBeCloseTo(weight, 12));
  });

  it('leave neighbours as they are where the active server only pulls', () => {
    const matrix = exchangeWeights([0.3, 0.2, 0.5], [0.2, 0.3, 0.5], 0, { pairing: 'normalised', pullOnly: true });
    expect(matrix.map((row) => row.slice(1))).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
    ]);
    expect(matrix.reduce((sum, row) => sum + (row[0] as number), 0)).toBeCloseTo(1, 12);
  });

  it('are symmetric where clusters are equal', () => {
    const matrix = exchangeWeights([0.3, 0.2, 0.5], [1 / 3, 1 / 3, 1 / 3], 1);
    matrix.forEach((row, j) => row.forEach((weight, k) => expect(weight).toBeCloseTo(matrix[k]?.[j] as number, 15)));
  });

  it.each([inverseStaleness, constantStaleness, polynomialStaleness, exponentialStaleness])(
    'come from a ψ that is positive and never grows with staleness: %o',
    (builder) => {
      const weight = realise(builder());
      for (let gap = 0; gap < 500; gap++) {
        expect(weight(gap)).toBeGreaterThan(0);
        expect(weight(gap + 1)).toBeLessThanOrEqual(weight(gap));
      }
    },
  );
});

/** Time between two exchanges of a server, which never changes [ns]. */
function cycleOf(exchanges: readonly { readonly at: number; readonly actor: string }[], server: string) {
  const [one, two] = exchanges.filter(({ actor }) => actor === server).map(({ at }) => at);
  return one === undefined || two === undefined ? undefined : two - one;
}

describe('asynchronous SD-FEEL', () => {
  const mixed = async (options: Parameters<typeof timingStudy>[0]) => {
    const { trace } = await simulate(
      timingStudy({ algorithm: asyncSdFeel({ minimumSteps: 3, maximumSteps: 12 }), ...options }),
    );
    return { facts: factsOf(trace), exchanges: factsOf(trace).filter(({ kind }) => kind === 'models.mixed') };
  };

  it('meets the golden example of normalised updates: 0.6146319, and 0.2407008 without', async () => {
    // Two clients with θ = (2, 8) of one cluster, which start from 1; the faster is four times as fast.
    const run = async (normalised: boolean) => {
      const clock = { macsPerSecond: ({ index }: { index: number }) => (index === 0 ? 1 : 4) };
      const { models } = await simulate(
        scenario({
          name: 'golden',
          topology: federation({ clients: 2, edgeServers: 1 }),
          channel: fixedRates(),
          devices: { clock },
          task: quadratic({ targets: [3, -1], samples: [1, 3], learningRate: 0.1, start: 1 }),
          algorithm: asyncSdFeel({ minimumSteps: 2, maximumSteps: 8, normalised }),
          until: { rounds: 1 },
        }),
      );
      return models.get('edge-0')?.parameters?.[0];
    };
    expect(await run(true)).toBeCloseTo(0.6146319, 7);
    expect(await run(false)).toBeCloseTo(0.2407008, 7);
  });

  it('equals FedAvg where there is one cluster of equal clients', async () => {
    const study = {
      targets: [1, -1, 2],
      curvatures: [1, 0.5, 2],
      samples: [1, 2, 3],
      learningRate: 0.2,
      edgeServers: 1,
      graph: ring(),
    };
    const [alone] = await serversAfter(6, { ...study, algorithm: asyncSdFeel({ minimumSteps: 3, maximumSteps: 3 }) });
    const [central] = await serversAfter(6, { ...study, algorithm: fedAvg({ localSteps: 3 }) });
    expect(Math.abs((alone as number) - (central as number))).toBeLessThan(ROUNDING);
  });

  it('counts one iteration for each aggregation of any server, and none twice', async () => {
    const { exchanges } = await mixed({ devices: { clock: heterogeneous({ gap: 5 }) }, until: { time: 3 } });
    expect(exchanges.length).toBeGreaterThan(20);
    expect(exchanges.map(({ iteration }) => iteration)).toEqual(exchanges.map((_, index) => index + 1));
  });

  it('gives an own gap of D and neighbours’ gaps of 1 … D − 1 in a homogeneous system after the first cycle', async () => {
    const { exchanges } = await mixed({ devices: { clock: homogeneous() }, until: { rounds: 5 } });
    const later = exchanges.slice(4);
    expect(later.length).toBe(16);
    for (const { actor, servers, staleness } of later) {
      (servers as string[]).forEach((server, index) => {
        const gap = (staleness as number[])[index] as number;
        if (server === actor) expect(gap).toBe(4);
        else expect(gap).toSatisfy((value: number) => value >= 1 && value <= 3);
      });
    }
  });

  it('bounds every gap by 1 + Σ ⌈own cycle / others’ cycles⌉ after the first cycle, whatever the speeds are', async () => {
    const speeds = fc.record({ gap: fc.integer({ min: 2, max: 20 }), seed: fc.nat(1000) });
    await fc.assert(
      fc.asyncProperty(
        speeds,
        fc.constantFrom('random' as const, 'byCluster' as const),
        async ({ gap, seed }, placement) => {
          const { trace } = await simulate(
            timingStudy({
              seed,
              algorithm: asyncSdFeel({ minimumSteps: 3, maximumSteps: 12 }),
              devices: { clock: heterogeneous({ gap, macsPerSecond: 1e9, placement }) },
              until: { time: 6 },
            }),
          );
          const exchanges = factsOf(trace).filter(({ kind }) => kind === 'models.mixed');
          const first = new Map(exchanges.toReversed().map(({ actor, at }) => [actor, at]));
          const cycles = [...first].map(([server, at]) => [server, cycleOf(exchanges, server) ?? at] as const);
          const bounds = new Map(
            cycles.map(([server, own]) => [
              server,
              cycles.reduce((sum, [other, cycle]) => (other === server ? sum : sum + Math.ceil(own / cycle)), 1),
            ]),
          );
          const settled = Math.max(...cycles.map(([, cycle]) => cycle));
          const later = exchanges.filter(({ at }) => at > settled);
          expect(later.length).toBeGreaterThan(10);
          for (const { servers, staleness } of later) {
            (servers as string[]).forEach((server, index) => {
              expect((staleness as number[])[index]).toBeLessThanOrEqual(bounds.get(server) as number);
            });
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  it('changes the active server and its neighbours only, all at one instant', async () => {
    const { facts } = await mixed({ devices: { clock: heterogeneous({ gap: 5 }) }, until: { rounds: 4 } });
    const replaced = facts.filter(({ kind }) => kind === 'model.replaced');
    for (const { at, actor, iteration, servers } of facts.filter(({ kind }) => kind === 'models.mixed')) {
      const others = replaced.filter((each) => each.iteration === iteration);
      expect(others.map((each) => each.actor).sort()).toEqual(
        (servers as string[]).filter((id) => id !== actor).sort(),
      );
      for (const each of others) expect([each.at, each.from]).toEqual([at, actor]);
    }
    expect(replaced.length).toBe(2 * 4 * 4);
  });

  it('takes the own gap as 0 where it is told to, and leaves the neighbours’ as they are', async () => {
    const algorithm = asyncSdFeel({ minimumSteps: 3, maximumSteps: 12, ownGap: 'reset' });
    const { exchanges } = await mixed({ algorithm, until: { rounds: 4 } });
    for (const { actor, servers, staleness } of exchanges) {
      expect((staleness as number[])[(servers as string[]).indexOf(actor)]).toBe(0);
    }
    expect(Math.max(...exchanges.flatMap(({ staleness }) => staleness as number[]))).toBeGreaterThan(1);
  });

  it('keeps every client between θ_min and θ_max, with one at θ_min in each cluster', async () => {
    const { facts } = await mixed({ devices: { clock: heterogeneous({ gap: 10 }) }, until: { rounds: 3 } });
    for (const { localSteps } of facts.filter(({ kind }) => kind === 'cohort.scheduled')) {
      expect(Math.min(...(localSteps as number[]))).toBe(3);
      expect(Math.max(...(localSteps as number[]))).toBeLessThanOrEqual(12);
    }
  });

  it('makes a round last its deadline, the upload and the exchange, whatever other servers do', async () => {
    const bits = 698_880;
    const { facts } = await mixed({
      ...hierLike(),
      task: timingOnly({ modelBits: bits, macsPerSample: 1e6, batchSize: 10 }),
      devices: { clock: heterogeneous({ gap: 10, macsPerSecond: 1e9, placement: 'byCluster' }) },
      until: { rounds: 3 },
    });
    const closed = facts.filter(({ kind, actor }) => kind === 'round.closed' && actor === 'edge-3').map(({ at }) => at);
    // The slowest cluster: ten times 0.01 s a step, three steps; equal clients share one deadline.
    const expected = 3 * 0.1 + bits / (1e6 * Math.log2(51)) + bits / 50e6;
    closed.forEach((at, index) => expect(at / 1e9).toBeCloseTo((index + 1) * expected, 7));
  });

  it('keeps servers near each other on a complete graph, and the run the same on every repetition', async () => {
    const study = {
      targets: [0, 1, 2, 5],
      learningRate: 0.1,
      edgeServers: 4,
      graph: complete(),
      algorithm: asyncSdFeel({ minimumSteps: 2 }),
    };
    const [first, again] = [await serversAfter(20, study), await serversAfter(20, study)];
    expect(again).toEqual(first);
    expect(Math.max(...first) - Math.min(...first)).toBeLessThan(1);
  });

  it('lets slow servers come to their last round while fast ones have finished, and while clients come and go', async () => {
    for (const availability of [alwaysOn(), markovOnOff({ meanOnline: 2, meanOffline: 0.5 })]) {
      const { cause, summary } = await simulate(
        timingStudy({
          algorithm: asyncSdFeel({ minimumSteps: 3, maximumSteps: 12 }),
          devices: { clock: heterogeneous({ gap: 10, macsPerSecond: 1e9, placement: 'byCluster' }), availability },
          until: { rounds: 12 },
        }),
      );
      expect([cause, summary.rounds]).toEqual(['rounds', 12]);
    }
  });

  it('takes no new round from a server that comes back when the others have finished', async () => {
    const { cause, models } = await simulate(
      scenario({
        ...timingStudy({ algorithm: asyncSdFeel({ minimumSteps: 3, consensus: 0.1 }), until: { rounds: 4 } }).options,
        *script(world) {
          yield world.closed(2);
          world.crash('edge-1');
          yield world.closed(4);
          world.restart('edge-1');
        },
      }),
    );
    expect([cause, models.size]).toEqual(['rounds', 4]);
  });
});
