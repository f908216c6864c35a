import fc from 'fast-check';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { expect, test } from 'vitest';
import { apply, power, scale } from '../../src/math/linear.ts';
import { graphOf } from '../../src/network/graph/graph.ts';
import { ring } from '../../src/network/graph/ring.ts';
import { realise } from '../../src/part.ts';
import { metropolis } from '../../src/policies/mixing/metropolis.ts';
import { optimalLaplacian } from '../../src/policies/mixing/optimal-laplacian.ts';
import { zeta } from '../../src/policies/mixing/spectrum.ts';
import { weightedLaplacian } from '../../src/policies/mixing/weighted-laplacian.ts';
import { inverseStaleness } from '../../src/policies/staleness/inverse.ts';
import { exchangeWeights } from '../../src/runtime/exchange-weights.ts';

/** Rounding of a few hundred operations on numbers near 1. */
const ROUNDING = 1e-10;
const constructors = { optimalLaplacian, weightedLaplacian, metropolis };

/** A random connected graph: a random tree, and any further edges. With shares of random sample counts. */
const network = fc.integer({ min: 1, max: 12 }).chain((nodes) =>
  fc
    .record({
      parents: fc.tuple(...Array.from({ length: nodes - 1 }, (_, i) => fc.nat(i))),
      more: fc.array(fc.tuple(fc.nat(nodes - 1), fc.nat(nodes - 1)), { maxLength: 20 }),
      samples: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: nodes, maxLength: nodes }),
    })
    .map(({ parents, more, samples }) => {
      const tree = (parents as number[]).map((parent, i): [number, number] => [parent, i + 1]);
      const total = samples.reduce((sum, count) => sum + count, 0);
      return {
        graph: graphOf(nodes, [...tree, ...more.filter(([a, b]) => a !== b)], 'test'),
        shares: samples.map((count) => count / total),
      };
    }),
);

/** Σ_d m̃_d (y_d − ȳ)² for one number per node. */
function disagreement(values: readonly number[], shares: readonly number[]): number {
  const mean = values.reduce((sum, value, d) => sum + value * (shares[d] as number), 0);
  return values.reduce((sum, value, d) => sum + (shares[d] as number) * (value - mean) ** 2, 0);
}

for (const [name, build] of Object.entries(constructors)) {
  const make = realise(build());

  test(`${name}: columns sum to 1, P m̃ = m̃, and only neighbours count`, () => {
    fc.assert(
      fc.property(network, ({ graph, shares }) => {
        const mixing = make(graph, shares);
        apply(mixing, shares).forEach((mixed, d) => {
          expect(Math.abs(mixed - (shares[d] as number))).toBeLessThan(ROUNDING);
        });
        graph.neighbours.forEach((around, d) => {
          const column = mixing.map((row) => row[d] as number);
          expect(Math.abs(column.reduce((sum, weight) => sum + weight, 0) - 1)).toBeLessThan(ROUNDING);
          column.forEach((weight, j) => {
            if (j !== d && !around.includes(j)) expect(weight).toBe(0);
            if (name === 'metropolis') expect(weight).toBeGreaterThan(-ROUNDING);
          });
        });
      }),
    );
  });

  test(`${name}: an exchange shrinks weighted disagreement by ζ² or more, and ζ is below 1`, () => {
    const start = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(network, start, ({ graph, shares }, numbers) => {
        const mixing = make(graph, shares);
        const contraction = zeta(mixing, shares);
        expect(contraction).toBeLessThan(1);
        const before = numbers.slice(0, graph.nodes);
        const columns = mixing.map((_, d) => mixing.map((row) => row[d] as number));
        const after = apply(columns, before);
        const bound = contraction ** 2 * disagreement(before, shares);
        expect(disagreement(after, shares)).toBeLessThanOrEqual(bound * (1 + 1e-9) + ROUNDING);
      }),
    );
  });
}

test('α exchanges shrink disagreement by ζ^2α or more, and by no more for the slowest eigenvector', () => {
  const start = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 12, maxLength: 12 });
  const make = realise(optimalLaplacian());
  fc.assert(
    fc.property(network, start, fc.integer({ min: 1, max: 6 }), ({ graph, shares }, numbers, alpha) => {
      const mixing = make(graph, shares);
      const bound = zeta(mixing, shares) ** (2 * alpha);
      const columns = power(
        mixing.map((_, d) => mixing.map((row) => row[d] as number)),
        alpha,
      );
      const shrinking = (values: readonly number[]) => {
        const before = disagreement(values, shares);
        return { before, after: disagreement(apply(columns, values), shares) };
      };
      const { before, after } = shrinking(numbers.slice(0, graph.nodes));
      expect(after).toBeLessThanOrEqual(bound * before * (1 + 1e-9) + ROUNDING);
      if (bound < 1e-6) return;
      const extreme = shrinking(slowest(mixing, shares));
      expect(extreme.after / extreme.before / bound).toBeCloseTo(1, 6);
    }),
  );
});

/** Values, one per node, that an exchange shrinks least: from the extreme eigenvector of Ω^(−1/2) (P − m̃ 1ᵀ) Ω^(1/2). */
function slowest(mixing: readonly (readonly number[])[], shares: readonly number[]): number[] {
  const roots = shares.map(Math.sqrt);
  const inverse = roots.map((root) => 1 / root);
  const rest = mixing.map((row, j) => row.map((weight) => weight - (shares[j] as number)));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(new Matrix(scale(rest, inverse, roots)), {
    assumeSymmetric: true,
  });
  const sizes = realEigenvalues.map(Math.abs);
  const vector = eigenvectorMatrix.getColumn(sizes.indexOf(Math.max(...sizes)));
  return vector.map((each, d) => each * (inverse[d] as number));
}

test('products of P_t bring equal servers to the plain mean of where they began, whatever order they are active in', () => {
  const psi = realise(inverseStaleness());
  const nodes = 6;
  const neighbours = realise(ring())(nodes).neighbours;
  const order = fc.array(fc.nat(nodes - 1), { minLength: 400, maxLength: 400 });
  const start = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: nodes, maxLength: nodes });
  fc.assert(
    fc.property(order, start, (actives, begun) => {
      const models = [...begun];
      const last = models.map(() => 0);
      // After the drawn order everyone takes turns, so that nobody stays out for good.
      const turns = [...actives, ...Array.from({ length: 1200 }, (_, t) => t % nodes)];
      turns.forEach((active, index) => {
        const around = [active, ...(neighbours[active] as readonly number[])];
        const gaps = around.map((server) => psi(index + 1 - (last[server] as number)));
        const matrix = exchangeWeights(
          gaps,
          around.map(() => 1 / nodes),
          0,
        );
        const mixed = around.map((_, to) =>
          around.reduce((sum, from, k) => sum + (matrix[k]?.[to] as number) * (models[from] as number), 0),
        );
        around.forEach((server, to) => {
          models[server] = mixed[to] as number;
        });
        last[active] = index + 1;
      });
      const mean = begun.reduce((sum, each) => sum + each, 0) / nodes;
      for (const model of models) expect(Math.abs(model - mean)).toBeLessThan(1e-9);
    }),
    { numRuns: 30 },
  );
});
