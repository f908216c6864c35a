import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply } from '../../src/math/linear.ts';
import { graphOf } from '../../src/network/graph/graph.ts';
import { realise } from '../../src/part.ts';
import { metropolis } from '../../src/policies/mixing/metropolis.ts';
import { optimalLaplacian } from '../../src/policies/mixing/optimal-laplacian.ts';
import { zeta } from '../../src/policies/mixing/spectrum.ts';
import { weightedLaplacian } from '../../src/policies/mixing/weighted-laplacian.ts';

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
