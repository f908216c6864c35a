import { describe, expect, test } from 'vitest';
import { ScenarioError } from '../../../../src/errors.ts';
import { apply, power } from '../../../../src/math/linear.ts';
import { complete } from '../../../../src/network/graph/complete.ts';
import { kRegular } from '../../../../src/network/graph/k-regular.ts';
import { line } from '../../../../src/network/graph/line.ts';
import { ring } from '../../../../src/network/graph/ring.ts';
import { star } from '../../../../src/network/graph/star.ts';
import { realise } from '../../../../src/part.ts';
import { givenMixing } from '../../../../src/policies/mixing/given.ts';
import { laplacian, laplacianSpectrum } from '../../../../src/policies/mixing/laplacian.ts';
import { metropolis } from '../../../../src/policies/mixing/metropolis.ts';
import { optimalLaplacian } from '../../../../src/policies/mixing/optimal-laplacian.ts';
import { exchangesFor, zeta } from '../../../../src/policies/mixing/spectrum.ts';
import { weightedLaplacian } from '../../../../src/policies/mixing/weighted-laplacian.ts';

const graphs = {
  ring: realise(ring()),
  line: realise(line()),
  star: realise(star()),
  complete: realise(complete()),
  '3-regular': realise(kRegular({ degree: 3 })),
  '4-regular': realise(kRegular({ degree: 4 })),
  '5-regular': realise(kRegular({ degree: 5 })),
  '6-regular': realise(kRegular({ degree: 6 })),
};
type GraphName = keyof typeof graphs;
const equal = (nodes: number): number[] => new Array(nodes).fill(1 / nodes);
const growing = Array.from({ length: 10 }, (_, i) => (i + 1) / 55);
const optimal = realise(optimalLaplacian());
/** Reference values are printed with six digits after the point. */
const PRINTED = 5e-7;

describe('the optimal Laplacian among equal shares', () => {
  // D, graph, λ_{D−1}(L), λ₁(L), γ(L), ζ, smallest entry of P
  test.each<[number, GraphName, number, number, number, number, number]>([
    [4, 'ring', 2, 4, 0.333333, 0.333333, 0],
    [6, 'ring', 1, 4, 0.4, 0.6, 0],
    [6, 'star', 1, 6, 0.285714, 0.714286, -0.428571],
    [6, '3-regular', 3, 6, 0.222222, 0.333333, 0],
    [6, '4-regular', 4, 6, 0.2, 0.2, 0],
    [10, 'ring', 0.381966, 4, 0.456416, 0.825665, 0],
    [10, 'line', 0.097887, 3.902113, 0.5, 0.951057, 0],
    [10, 'star', 1, 10, 0.181818, 0.818182, -0.636364],
    [10, '3-regular', 1.381966, 6, 0.270931, 0.625583, 0],
    [10, '4-regular', 1.763932, 6.236068, 0.25, 0.559017, 0],
    [10, '5-regular', 3.763932, 8.236068, 0.166667, 0.372678, 0],
    [10, '6-regular', 4.381966, 8.618034, 0.153846, 0.325851, 0],
    [10, 'complete', 10, 10, 0.1, 0, 0.1],
    [3, 'complete', 3, 3, 0.333333, 0, 0.333333],
  ])('of %d nodes in a %s has the reference spectrum', (nodes, name, low, high, step, contraction, smallest) => {
    const graph = graphs[name](nodes);
    const shares = equal(nodes);
    // L̃ = L Ω⁻¹ = D L where shares are equal, so its eigenvalues are D times, and its step 1 / D of, those printed.
    const spectrum = laplacianSpectrum(laplacian(graph), shares);
    expect(Math.abs((spectrum.eigenvalues.at(-2) as number) / nodes - low)).toBeLessThan(PRINTED);
    expect(Math.abs((spectrum.eigenvalues.at(0) as number) / nodes - high)).toBeLessThan(PRINTED);
    expect(Math.abs(spectrum.step * nodes - step)).toBeLessThan(PRINTED);
    expect(Math.abs(spectrum.zeta - contraction)).toBeLessThan(PRINTED);
    const mixing = optimal(graph, shares);
    expect(zeta(mixing, shares)).toBeCloseTo(spectrum.zeta, 12);
    expect(Math.abs(Math.min(...mixing.flat()) - smallest)).toBeLessThan(PRINTED);
  });

  test.each([4, 6, 8, 16, 30])('has the closed forms of a ring, a star and a complete graph of %d nodes', (nodes) => {
    const shares = equal(nodes);
    const low = 2 - 2 * Math.cos((2 * Math.PI) / nodes);
    expect(zeta(optimal(graphs.ring(nodes), shares), shares)).toBeCloseTo((4 - low) / (4 + low), 12);
    expect(zeta(optimal(graphs.star(nodes), shares), shares)).toBeCloseTo((nodes - 1) / (nodes + 1), 12);
    expect(zeta(optimal(graphs.complete(nodes), shares), shares)).toBeCloseTo(0, 12);
  });

  test('is 1 1ᵀ / D on the complete graph', () => {
    for (const entry of optimal(graphs.complete(7), equal(7)).flat()) expect(entry).toBeCloseTo(1 / 7, 14);
  });

  test('lets two neighbours agree at once', () => {
    for (const entry of optimal(graphs.ring(2), [0.5, 0.5]).flat()) expect(entry).toBeCloseTo(0.5, 14);
  });
});

describe('the optimal Laplacian among unequal shares', () => {
  test('is the golden matrix of shares 0.15, 0.35, 0.5 on a line', () => {
    const shares = [0.15, 0.35, 0.5];
    const graph = graphs.line(3);
    const spectrum = laplacianSpectrum(laplacian(graph), shares);
    expect(spectrum.step).toBeCloseTo(0.139072848, 9);
    expect(spectrum.eigenvalues[0]).toBeCloseTo(10.879339125, 9);
    expect(spectrum.eigenvalues[1]).toBeCloseTo(3.501613256, 9);
    expect(spectrum.zeta).toBeCloseTo(0.513020673, 9);
    const golden = [
      [0.0728476821, 0.3973509934, 0],
      [0.9271523179, 0.2052980132, 0.2781456954],
      [0, 0.3973509934, 0.7218543046],
    ];
    const mixing = optimal(graph, shares);
    golden.flat().forEach((entry, i) => {
      expect(mixing.flat()[i]).toBeCloseTo(entry, 10);
    });
    expect(zeta(mixing, shares)).toBeCloseTo(0.513020673, 9);
  });

  test('contracts less than the weighted one, even on the complete graph', () => {
    expect(Math.abs(zeta(optimal(graphs.complete(10), growing), growing) - 0.797826)).toBeLessThan(PRINTED);
    expect(Math.abs(zeta(optimal(graphs.ring(10), growing), growing) - 0.950615)).toBeLessThan(PRINTED);
  });
});

describe('the weighted Laplacian', () => {
  test('is m̃ 1ᵀ on the complete graph, so that one exchange reaches agreement', () => {
    const mixing = realise(weightedLaplacian())(graphs.complete(10), growing);
    mixing.forEach((row, j) => {
      for (const entry of row) expect(entry).toBeCloseTo(growing[j] as number, 14);
    });
    expect(zeta(mixing, growing)).toBeCloseTo(0, 12);
  });

  test('equals the optimal one where shares are equal', () => {
    const weighted = realise(weightedLaplacian())(graphs['3-regular'](10), equal(10));
    const plain = optimal(graphs['3-regular'](10), equal(10));
    weighted.flat().forEach((entry, i) => {
      expect(entry).toBeCloseTo(plain.flat()[i] as number, 13);
    });
  });
});

describe('Metropolis mixing', () => {
  test.each<[GraphName, number]>([
    ['ring', 0.8727],
    ['star', 0.9],
    ['4-regular', 0.6472],
  ])('of ten equal nodes in a %s contracts by %d', (name, expected) => {
    const mixing = realise(metropolis())(graphs[name](10), equal(10));
    expect(Math.abs(zeta(mixing, equal(10)) - expected)).toBeLessThan(5e-5);
  });
});

describe('a given matrix', () => {
  const matrix = [
    [0.5, 0.5],
    [0.5, 0.5],
  ];
  const attempt = (rows: number[][], shares: number[], graph = graphs.line(shares.length)): string => {
    try {
      realise(givenMixing({ matrix: rows }))(graph, shares);
    } catch (error) {
      if (error instanceof ScenarioError) return error.problems.map(({ what }) => what).join('\n');
      throw error;
    }
    return 'accepted';
  };

  test('is taken as it is where it fits', () => {
    expect(realise(givenMixing({ matrix }))(graphs.line(2), [0.5, 0.5])).toEqual(matrix);
  });

  test('is refused with everything that is wrong', () => {
    expect(attempt(matrix, equal(3))).toBe('invalid mixing matrix: 2 rows');
    expect(attempt(matrix, [0.25, 0.75])).toMatch(/invalid row 0 .*0\.25 into 0\.5\ninvalid row 1/);
    expect(
      attempt(
        [
          [0.6, 0.5],
          [0.5, 0.5],
        ],
        [0.5, 0.5],
      ),
    ).toMatch(/^invalid column 0 .*sum 1\.1\ninvalid row 0/);
    const everywhere = [1, 2, 3].map(() => equal(3));
    expect(attempt(everywhere, equal(3))).toMatch(
      /^invalid weight of node 2 at node 0: 0\.333.*\ninvalid weight of node 0/,
    );
  });

  test('has to be square and finite', () => {
    const { schema } = givenMixing;
    expect(schema.safeParse({ matrix: [[1, 0]] }).success).toBe(false);
    expect(schema.safeParse({ matrix: [[Number.NaN]] }).success).toBe(false);
    expect(schema.safeParse({}).success).toBe(false);
  });
});

test('one node keeps its own model under every constructor', () => {
  for (const build of [optimalLaplacian, weightedLaplacian, metropolis]) {
    const mixing = realise(build())({ neighbours: [[]] }, [1]);
    expect(mixing).toEqual([[1]]);
    expect(zeta(mixing, [1])).toBe(0);
  }
});

describe('the exchanges needed for ε', () => {
  test.each<[GraphName, number]>([
    ['ring', 37],
    ['star', 35],
    ['3-regular', 15],
    ['4-regular', 12],
    ['complete', 1],
  ])('at ε = 10⁻³ among ten equal nodes in a %s are %d', (name, expected) => {
    const contraction = zeta(optimal(graphs[name](10), equal(10)), equal(10));
    expect(exchangesFor(1e-3, contraction)).toBe(expected);
  });

  test('are not rounded up past an exact quotient', () => {
    expect(exchangesFor(1e-3, 0.1)).toBe(3);
    expect(exchangesFor(0.5 ** 20, 0.5)).toBe(20);
    expect(exchangesFor(1e-3, 0)).toBe(1);
  });
});

test('many exchanges bring every node to the weighted mean', () => {
  const mixing = optimal(graphs.ring(10), growing);
  const many = power(mixing, exchangesFor(1e-14, zeta(mixing, growing)));
  const [start, target] = [growing.map((_, i) => i ** 2), growing.reduce((sum, share, i) => sum + share * i ** 2, 0)];
  const columns = many.map((_, d) => many.map((row) => row[d] as number));
  for (const reached of apply(columns, start)) expect(reached).toBeCloseTo(target, 10);
});
