import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complete, line, ring, star } from '../../actors/index.ts';
import { fedAvg, hierFavg, sdFeel } from '../../src/algorithms/index.ts';
import { multiply, power } from '../../src/math/linear.ts';
import { type Part, realise } from '../../src/part.ts';
import { metropolis } from '../../src/policies/mixing/metropolis.ts';
import { optimalLaplacian } from '../../src/policies/mixing/optimal-laplacian.ts';
import { zeta } from '../../src/policies/mixing/spectrum.ts';
import { weightedLaplacian } from '../../src/policies/mixing/weighted-laplacian.ts';
import type { Mixing } from '../../src/policies/policy.ts';
import { type QuadraticStudy, serversAfter } from '../support/quadratic.ts';

/** 64-bit sums in another order, of numbers up to 5. */
const ROUNDING = 1e-12;

interface Periods {
  readonly localSteps: number;
  readonly edgeRounds: number;
  readonly exchanges: number;
}

interface System extends Omit<QuadraticStudy, 'algorithm'>, Periods {
  /** The edge server of each client. */
  readonly servers: readonly number[];
  readonly mixing: Part<Mixing>;
}

const indices = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Data shares of clients and clusters, and V, P, B of the dossier, §2.1: V averages clusters, B hands models back. */
function matrices({ samples = [], servers, edgeServers, graph, mixing }: System) {
  const total = samples.reduce((sum, each) => sum + each, 0);
  const clusters = indices(edgeServers);
  const cluster = clusters.map((d) => samples.reduce((sum, each, i) => (servers[i] === d ? sum + each : sum), 0));
  const V = servers.map((own, i) =>
    clusters.map((d) => (own === d ? (samples[i] as number) / (cluster[d] as number) : 0)),
  );
  const B = clusters.map((d) => servers.map((own) => (own === d ? 1 : 0)));
  const shares = cluster.map((each) => each / total);
  const P = edgeServers === 1 ? [[1]] : realise(mixing)(realise(graph)(edgeServers), shares);
  return { m: samples.map((each) => each / total), shares, V, P, B };
}

/** T_k = V B after τ₁ local steps, V P^α B after τ₁ τ₂ of them. */
function transfer(system: System, round: number): number[][] {
  const { V, P, B } = matrices(system);
  return round % system.edgeRounds === 0 ? multiply(multiply(V, power(P, system.exchanges)), B) : multiply(V, B);
}

/** W_k = (W_{k−1} − η G_{k−1}) T_k by plain loops and matrices: the model of each server's clients after some rounds. */
function oracle(rounds: number, system: System): number[] {
  const { targets, curvatures = targets.map(() => 1), learningRate, servers } = system;
  let W = targets.map(() => 0);
  for (let round = 1; round <= rounds; round++) {
    for (let step = 0; step < system.localSteps; step++) {
      W = W.map((w, i) => w - learningRate * (curvatures[i] as number) * (w - (targets[i] as number)));
    }
    W = multiply([W], transfer(system, round))[0] as number[];
  }
  return indices(system.edgeServers).map((d) => W[servers.indexOf(d)] as number);
}

const engine = (rounds: number, { servers, mixing, localSteps, edgeRounds, exchanges, ...study }: System) =>
  serversAfter(rounds, {
    ...study,
    association: () => [...servers],
    algorithm: sdFeel({ localSteps, edgeRounds, exchanges, mixing }),
  });

const system = fc
  .record({ edgeServers: fc.integer({ min: 1, max: 5 }), more: fc.integer({ min: 0, max: 5 }) })
  .chain(({ edgeServers, more }) => {
    const count = edgeServers + more;
    const each = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: count, maxLength: count });
    return fc.record({
      edgeServers: fc.constant(edgeServers),
      targets: each(fc.double({ min: -5, max: 5, noNaN: true })),
      curvatures: each(fc.double({ min: 0.1, max: 2, noNaN: true })),
      samples: each(fc.integer({ min: 1, max: 60 })),
      // Every server gets a client; the rest go anywhere.
      servers: fc
        .array(fc.nat(edgeServers - 1), { minLength: more, maxLength: more })
        .map((rest) => [...indices(edgeServers), ...rest]),
      learningRate: fc.constantFrom(0.05, 0.2),
      graph: fc.constantFrom(ring(), line(), star(), complete()),
      mixing: fc.constantFrom<Part<Mixing>>(optimalLaplacian(), weightedLaplacian(), metropolis()),
      localSteps: fc.integer({ min: 1, max: 4 }),
      edgeRounds: fc.integer({ min: 1, max: 3 }),
      exchanges: fc.integer({ min: 0, max: 4 }),
    });
  });

// Goal: whole runs are W_k = (W_{k−1} − η G_{k−1}) T_k. Method: quadratics with full gradients, against plain matrices.
describe('synchronous SD-FEEL', () => {
  it('is the matrix recursion of its papers for any clusters, data, graph, mixing, τ₁, τ₂ and α', async () => {
    await fc.assert(
      fc.asyncProperty(system, fc.integer({ min: 1, max: 5 }), async (given, rounds) => {
        const expected = oracle(rounds, given);
        (await engine(rounds, given)).forEach((value, d) => {
          expect(Math.abs(value - (expected[d] as number))).toBeLessThan(ROUNDING);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('moves no mean by any aggregation: T_k m = m, and the columns of T_k sum to 1', () => {
    fc.assert(
      fc.property(system, fc.constantFrom(1, 2, 3), (given, round) => {
        const { m } = matrices(given);
        const T = transfer(given, round);
        T.forEach((row, i) => {
          expect(
            Math.abs(row.reduce((sum, entry, j) => sum + entry * (m[j] as number), 0) - (m[i] as number)),
          ).toBeLessThan(ROUNDING);
          expect(Math.abs(T.reduce((sum, each) => sum + (each[i] as number), 0) - 1)).toBeLessThan(ROUNDING);
        });
      }),
    );
  });
});

const G2: System = {
  targets: [1, -1, 2, 0, 3, -2],
  curvatures: [1, 0.5, 2, 1, 0.25, 1.5],
  samples: [10, 20, 30, 40, 60, 40],
  servers: [0, 0, 1, 1, 2, 2],
  learningRate: 0.2,
  edgeServers: 3,
  graph: line(),
  mixing: optimalLaplacian(),
  ...{ localSteps: 2, edgeRounds: 2, exchanges: 2 },
};

async function expectEqual(one: Promise<number[]>, other: Promise<number[]>): Promise<void> {
  const [a, b] = [await one, await other];
  // A central server is one model where edge servers have one each.
  a.forEach((value, d) => {
    expect(Math.abs(value - (b[b.length === 1 ? 0 : d] as number))).toBeLessThan(ROUNDING);
  });
}

describe('SD-FEEL in its special cases', () => {
  const { servers: _servers, mixing: _mixing, localSteps: _1, edgeRounds: _2, exchanges: _3, ...data } = G2;
  const equal = { ...data, samples: data.targets.map(() => 7) };

  it('is FedAvg where there is one cluster, whatever τ₂ and α are', async () => {
    const one = { ...data, edgeServers: 1 };
    const algorithm = sdFeel({ localSteps: 3, edgeRounds: 2, exchanges: 3 });
    await expectEqual(
      serversAfter(6, { ...one, algorithm }),
      serversAfter(6, { ...one, algorithm: fedAvg({ localSteps: 3 }) }),
    );
  });

  it('is HierFAVG on a complete graph of equal clusters, with any α from 1 on', async () => {
    const central = serversAfter(6, { ...equal, algorithm: hierFavg({ localSteps: 2, edgeRounds: 3 }) });
    for (const exchanges of [1, 2, 5]) {
      const algorithm = sdFeel({ localSteps: 2, edgeRounds: 3, exchanges });
      await expectEqual(serversAfter(6, { ...equal, graph: complete(), algorithm }), central);
    }
  });

  it('is FedAvg on a complete graph of equal clusters that mix after every round', async () => {
    const algorithm = sdFeel({ localSteps: 4, edgeRounds: 1, exchanges: 1 });
    await expectEqual(
      serversAfter(5, { ...equal, graph: complete(), algorithm }),
      serversAfter(5, { ...equal, algorithm: fedAvg({ localSteps: 4 }) }),
    );
  });

  it('is HierFAVG but for a constant times ζ^α on any connected graph', async () => {
    const central = await serversAfter(4, { ...data, algorithm: hierFavg({ localSteps: 2, edgeRounds: 2 }) });
    const { P, shares } = matrices(G2);
    const contraction = zeta(P, shares);
    const scaled = async (exchanges: number) => {
      const mixed = await serversAfter(4, { ...data, algorithm: sdFeel({ localSteps: 2, edgeRounds: 2, exchanges }) });
      return Math.max(...mixed.map((value, d) => Math.abs(value - (central[d] as number)))) / contraction ** exchanges;
    };
    const constant = await scaled(1);
    for (const exchanges of [2, 4, 8, 16]) expect(await scaled(exchanges)).toBeLessThan(2 * constant);
  });

  // Cooperative SGD: x ← (x − η g(x)) P every τ steps, with no servers in between.
  it('is decentralised local SGD with period τ₁ τ₂ where every server has one client', async () => {
    const count = data.targets.length;
    const lone = { ...equal, edgeServers: count, graph: ring() };
    const P = realise(optimalLaplacian())(
      realise(ring())(count),
      indices(count).map(() => 1 / count),
    );
    let x = indices(count).map(() => 0);
    for (let k = 1; k <= 36; k++) {
      x = x.map((w, i) => w - 0.2 * (data.curvatures?.[i] as number) * (w - (data.targets[i] as number)));
      if (k % 6 === 0) x = multiply([x], P)[0] as number[];
    }
    const algorithm = sdFeel({ localSteps: 2, edgeRounds: 3, exchanges: 1 });
    await expectEqual(serversAfter(18, { ...lone, algorithm }), Promise.resolve(x));
  });

  it('is D systems of FEEL, each alone, where α = 0', async () => {
    const apart = await serversAfter(4, { ...data, algorithm: sdFeel({ localSteps: 2, edgeRounds: 1, exchanges: 0 }) });
    for (const [d, value] of apart.entries()) {
      const own = <T>(values: readonly T[]): T[] => values.slice(2 * d, 2 * d + 2);
      const cluster = {
        targets: own(data.targets),
        curvatures: own(data.curvatures ?? []),
        samples: own(data.samples ?? []),
      };
      const alone = { ...data, ...cluster, edgeServers: 1, algorithm: fedAvg({ localSteps: 2 }) };
      expect(Math.abs(value - ((await serversAfter(4, alone))[0] as number))).toBeLessThan(ROUNDING);
    }
  });

  it('is gradient descent on the mean objective where τ₁ = τ₂ = 1 on a complete graph of equal clusters', async () => {
    const algorithm = sdFeel({ localSteps: 1, edgeRounds: 1, exchanges: 1 });
    let w = 0;
    for (let k = 0; k < 12; k++) {
      const gradients = data.targets.map((c, i) => (data.curvatures?.[i] as number) * (w - c));
      w -= (0.2 * gradients.reduce((sum, each) => sum + each, 0)) / gradients.length;
    }
    await expectEqual(serversAfter(12, { ...equal, graph: complete(), algorithm }), Promise.resolve([w]));
  });
});

describe('the quadratic oracle', () => {
  it('meets the mean models that golden run G2 prints: 0.07475, 0.0881022917, 0.1090186766', async () => {
    const { shares } = matrices(G2);
    for (const [rounds, printed] of [
      [1, 0.07475],
      [2, 0.0881022917],
      [4, 0.1090186766],
    ] as const) {
      const mean = (await engine(rounds, G2)).reduce((sum, value, d) => sum + value * (shares[d] as number), 0);
      expect(mean).toBeCloseTo(printed, 9);
    }
  });

  it('leaves the steady disagreement of golden run G1, 0.328138, which is within the bound 0.355103', async () => {
    const targets = [0, 1, 2, 5];
    const algorithm = sdFeel({ localSteps: 3, edgeRounds: 2, exchanges: 1 });
    const steady = await serversAfter(400, { targets, learningRate: 0.1, edgeServers: 4, graph: ring(), algorithm });
    const spread = (values: readonly number[]) => {
      const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
      return Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length);
    };
    const [R, contraction] = [0.9 ** 6, 1 / 3];
    const bound = (((1 - R) * contraction) / (1 - R * contraction)) * spread(targets);
    expect(spread(steady)).toBeCloseTo(0.328138, 6);
    expect(bound).toBeCloseTo(0.355103, 6);
    expect(spread(steady)).toBeLessThan(bound);
  });

  it.each([
    [1, 0.2307692308],
    [2, 0.2223048327],
    [5, 0.2409863227],
    [20, 0.5007152842],
  ])(
    'drifts with the clients: FedAvg with τ₁ = %i ends at %d, the minimum being at 0.2307692308',
    async (localSteps, end) => {
      const { servers: _s, mixing: _m, edgeRounds: _e, exchanges: _x, localSteps: _l, ...study } = G2;
      const [fixed] = await serversAfter(400, { ...study, algorithm: fedAvg({ localSteps }) });
      expect(fixed).toBeCloseTo(end, 9);
    },
  );
});
