import { describe, expect, it } from 'vitest';
import { complete, line, ring } from '../../actors/index.ts';
import { fedAvg, feel, hierFavg, sdFeel } from '../../src/algorithms/index.ts';
import { weightedLaplacian } from '../../src/policies/mixing/weighted-laplacian.ts';
import { type QuadraticStudy, serversAfter } from '../support/quadratic.ts';

/** Printed to ten decimals. */
const GOLDEN_DIGITS = 9;
/** 64-bit sums in another order. */
const ROUNDING = 1e-12;

function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, index) => expect(Math.abs(value - (expected[index] as number))).toBeLessThan(tolerance));
}

// Goal: whole runs (actors, messages, gossip, aggregation) equal the golden runs of the SD-FEEL dossier.
// Method: quadratics with full gradients, where local training and mixing have closed forms.
describe('synchronous SD-FEEL on quadratics', () => {
  const g1: QuadraticStudy = {
    targets: [0, 1, 2, 5],
    learningRate: 0.1,
    edgeServers: 4,
    graph: ring(),
    algorithm: sdFeel({ localSteps: 3, edgeRounds: 2, exchanges: 1 }),
  };

  it.each([
    [1, [0, 0.271, 0.542, 1.355]],
    [2, [0.937118, 0.468559, 1.2494906667, 1.0933043333]],
    [3, [0.683159022, 0.612579511, 1.452878696, 2.152018859]],
    [4, [1.3798050463, 0.9389139866, 1.7475135937, 1.6743310815]],
    [6, [1.6444748486, 1.1888799111, 2.0219859813, 1.9439021765]],
    [200, [1.942871362, 1.4876964308, 2.3224928335, 2.2469393737]],
  ])('meets golden run G1 (ring of four, equal data) after round %i', async (rounds, expected) => {
    expectClose(await serversAfter(rounds, g1), expected, 10 ** -GOLDEN_DIGITS);
  });

  const g2: QuadraticStudy = {
    targets: [1, -1, 2, 0, 3, -2],
    curvatures: [1, 0.5, 2, 1, 0.25, 1.5],
    samples: [10, 20, 30, 40, 60, 40],
    learningRate: 0.2,
    edgeServers: 3,
    graph: line(),
    algorithm: sdFeel({ localSteps: 2, edgeRounds: 2, exchanges: 2 }),
  };

  it.each([
    [1, [-0.0066666667, 0.5485714286, -0.2325]],
    [2, [0.0618382298, 0.2843701486, -0.0414059896]],
    [4, [0.0864859933, 0.3200192118, -0.031921893]],
  ])('meets golden run G2 (line of three, unequal data) after round %i', async (rounds, expected) => {
    expectClose(await serversAfter(rounds, g2), expected, 10 ** -GOLDEN_DIGITS);
  });

  it('equals FEEL to the bit where there is one cluster, whatever τ₂ and α are', async () => {
    const one = { ...g2, edgeServers: 1 };
    const gossip = await serversAfter(7, { ...one, algorithm: sdFeel({ localSteps: 2, edgeRounds: 3, exchanges: 4 }) });
    expect(gossip).toEqual(await serversAfter(7, { ...one, algorithm: feel({ localSteps: 2 }) }));
  });

  it('equals HierFAVG to rounding on a complete graph of equal clusters, with one exchange', async () => {
    const equal = { ...g1, graph: complete() };
    const mixed = await serversAfter(6, {
      ...equal,
      algorithm: sdFeel({ localSteps: 3, edgeRounds: 2, exchanges: 1 }),
    });
    const central = await serversAfter(6, { ...equal, algorithm: hierFavg({ localSteps: 3, edgeRounds: 2 }) });
    expectClose(mixed, central, ROUNDING);
  });

  it('equals HierFAVG to rounding on a complete graph of unequal clusters under the weighted Laplacian', async () => {
    const unequal = { ...g2, graph: complete() };
    const algorithm = sdFeel({ localSteps: 2, edgeRounds: 2, exchanges: 1, mixing: weightedLaplacian() });
    const mixed = await serversAfter(6, { ...unequal, algorithm });
    const central = await serversAfter(6, { ...unequal, algorithm: hierFavg({ localSteps: 2, edgeRounds: 2 }) });
    expectClose(mixed, central, ROUNDING);
  });

  it('approaches HierFAVG on any connected graph as exchanges are added', async () => {
    const central = await serversAfter(4, { ...g2, algorithm: hierFavg({ localSteps: 2, edgeRounds: 2 }) });
    const gap = async (exchanges: number) => {
      const mixed = await serversAfter(4, { ...g2, algorithm: sdFeel({ localSteps: 2, edgeRounds: 2, exchanges }) });
      return Math.max(...mixed.map((value, index) => Math.abs(value - (central[index] as number))));
    };
    expect(await gap(4)).toBeLessThan(await gap(1));
    // ζ = 0.513 and a spread of order 1: 0.513^60 is far below rounding.
    expect(await gap(60)).toBeLessThan(1e-11);
  });

  it('equals FedAvg to rounding where servers average after every round', async () => {
    const hierarchical = await serversAfter(5, { ...g2, algorithm: hierFavg({ localSteps: 2, edgeRounds: 1 }) });
    const [central] = await serversAfter(5, { ...g2, algorithm: fedAvg({ localSteps: 2 }) });
    expectClose(
      hierarchical,
      hierarchical.map(() => central as number),
      ROUNDING,
    );
  });

  it('leaves clusters alone where α = 0', async () => {
    const alone = await serversAfter(4, { ...g1, algorithm: sdFeel({ localSteps: 3, edgeRounds: 1, exchanges: 0 }) });
    const decay = 0.729 ** 4;
    expectClose(
      alone,
      g1.targets.map((target) => target * (1 - decay)),
      ROUNDING,
    );
  });

  it('keeps the data-weighted mean through every exchange', async () => {
    const shares = [0.15, 0.35, 0.5];
    const mean = (servers: readonly number[]) =>
      servers.reduce((sum, value, d) => sum + value * (shares[d] as number), 0);
    expect(mean(await serversAfter(2, g2))).toBeCloseTo(0.0881022917, GOLDEN_DIGITS);
    expect(mean(await serversAfter(4, g2))).toBeCloseTo(0.1090186766, GOLDEN_DIGITS);
  });
});
