import { describe, expect, test } from 'vitest';
import { ScenarioError } from '../../../../src/errors.ts';
import { complete } from '../../../../src/network/graph/complete.ts';
import { givenGraph } from '../../../../src/network/graph/given.ts';
import { kRegular } from '../../../../src/network/graph/k-regular.ts';
import { line } from '../../../../src/network/graph/line.ts';
import { ring } from '../../../../src/network/graph/ring.ts';
import { star } from '../../../../src/network/graph/star.ts';
import { realise } from '../../../../src/part.ts';

/** The problems that a generator reports, as they are read. */
function refusal(make: () => unknown): string[] {
  try {
    make();
  } catch (error) {
    if (error instanceof ScenarioError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('generators', () => {
  test('link a ring to the next and the one before', () => {
    expect(realise(ring())(5).neighbours).toEqual([
      [1, 4],
      [0, 2],
      [1, 3],
      [2, 4],
      [0, 3],
    ]);
  });

  test('leave the ends of a line with one neighbour', () => {
    expect(realise(line())(4).neighbours).toEqual([[1], [0, 2], [1, 3], [2]]);
  });

  test('link a star to its centre', () => {
    expect(realise(star())(4).neighbours).toEqual([[1, 2, 3], [0], [0], [0]]);
    expect(realise(star({ centre: 2 }))(4).neighbours).toEqual([[2], [2], [0, 1, 3], [2]]);
  });

  test('link all of a complete graph', () => {
    expect(realise(complete())(3).neighbours).toEqual([
      [1, 2],
      [0, 2],
      [0, 1],
    ]);
  });

  test('link a circulant to the nearest on both sides, and to the antipode where the degree is odd', () => {
    expect(realise(kRegular({ degree: 4 }))(10).neighbours[0]).toEqual([1, 2, 8, 9]);
    expect(realise(kRegular({ degree: 3 }))(10).neighbours[7]).toEqual([2, 6, 8]);
    expect(realise(kRegular({ degree: 5 }))(6)).toEqual(realise(complete())(6));
    expect(realise(kRegular({ degree: 2 }))(7)).toEqual(realise(ring())(7));
  });

  test.each([2, 3, 4, 5, 6, 7, 8, 9])('give every node of a circulant degree %d', (degree) => {
    for (const { length } of realise(kRegular({ degree }))(10).neighbours) expect(length).toBe(degree);
  });

  test('take the links that are given, sorted', () => {
    const edges: [number, number][] = [
      [2, 1],
      [0, 2],
      [3, 2],
    ];
    expect(realise(givenGraph({ edges }))(4).neighbours).toEqual([[2], [2], [0, 1, 3], [2]]);
  });
});

describe('one node and two', () => {
  const builders = [ring(), line(), star(), complete(), kRegular({ degree: 1 }), givenGraph({ edges: [[1, 0]] })];

  test('are linked once', () => {
    for (const each of builders) expect(realise(each)(2)).toEqual({ nodes: 2, neighbours: [[1], [0]] });
  });

  test('stand alone without a link', () => {
    for (const each of [ring(), line(), star(), complete(), kRegular(), givenGraph()]) {
      expect(realise(each)(1)).toEqual({ nodes: 1, neighbours: [[]] });
    }
  });
});

describe('a graph that can’t be', () => {
  test('is refused with what, where and what to do', () => {
    expect(refusal(() => realise(kRegular({ degree: 3 }))(9))).toEqual([
      'invalid degree: 3 among 9 edge servers (graph.k-regular.degree); ' +
        'pass an even degree for 9 edge servers, an odd number [TOPOLOGY_INVALID]',
    ]);
    expect(refusal(() => realise(kRegular({ degree: 4 }))(4))[0]).toMatch(/^invalid degree: 4 .*below 4/);
    expect(refusal(() => realise(star({ centre: 5 }))(5))[0]).toMatch(/^invalid centre: 5 .*below 5.*TOPOLOGY_INVALID/);
    for (const nodes of [0, -1, 2.5]) {
      expect(refusal(() => realise(ring())(nodes))[0]).toMatch(/^invalid number of edge servers/);
    }
  });

  test('is refused where it falls apart', () => {
    const apart = /^invalid graph: only 2 of 4 edge servers .*add links.*\[TOPOLOGY_INVALID\]$/;
    expect(refusal(() => realise(kRegular({ degree: 1 }))(4))[0]).toMatch(apart);
    expect(
      refusal(() =>
        realise(
          givenGraph({
            edges: [
              [0, 1],
              [2, 3],
            ],
          }),
        )(4),
      )[0],
    ).toMatch(apart);
  });

  test('is refused with all wrong links at once', () => {
    const edges: [number, number][] = [
      [0, 1],
      [1, 1],
      [1, 0],
      [2, 7],
    ];
    expect(refusal(() => realise(givenGraph({ edges }))(3))).toEqual([
      'invalid edge: 1–1 (graph.given.edges.1); link two different edge servers [TOPOLOGY_INVALID]',
      'duplicate edge: 0–1 (graph.given.edges.2); list each link once [TOPOLOGY_INVALID]',
      'invalid edge: 2–7 (graph.given.edges.3); pass nodes below 3, the number of edge servers [TOPOLOGY_INVALID]',
    ]);
  });
});
