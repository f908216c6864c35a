import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ScenarioError } from '../../../../src/errors.ts';
import { streams } from '../../../../src/math/streams.ts';
import { realise } from '../../../../src/part.ts';
import { contiguous } from '../../../../src/policies/association/contiguous.ts';
import { randomClusters } from '../../../../src/policies/association/random-clusters.ts';
import { sortedByClass } from '../../../../src/policies/association/sorted-by-class.ts';

const builders = { contiguous, randomClusters, sortedByClass };
const view = (clients: number, edgeServers: number, primaryClasses: number[] = [], seed = 1) => ({
  clients,
  edgeServers,
  primaryClasses,
  draw: streams(seed)('association').at(0),
});

test('contiguous gives client i of C the server ⌊i D / C⌋', () => {
  expect(realise(contiguous())(view(6, 3))).toEqual([0, 0, 1, 1, 2, 2]);
  expect(realise(contiguous())(view(7, 3))).toEqual([0, 0, 0, 1, 1, 2, 2]);
});

test('sorted by class puts clients of a class together, ties in index order', () => {
  expect(realise(sortedByClass())(view(6, 3, [2, 0, 1, 0, 1, 2]))).toEqual([2, 0, 1, 0, 1, 2]);
  expect(realise(sortedByClass())(view(4, 2, [1, 1, 0, 1]))).toEqual([0, 1, 0, 1]);
});

test('random clusters are another partition for another seed, and put any two clients together by chance', () => {
  const SEEDS = 5000;
  let together = 0;
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const [first, second] = realise(randomClusters())(view(10, 5, [], seed));
    together += Number(first === second);
  }
  // Client 1 has one of the nine other places, one of which is beside client 0.
  const probability = 1 / 9;
  const tolerance = 5 * Math.sqrt((probability * (1 - probability)) / SEEDS);
  expect(Math.abs(together / SEEDS - probability)).toBeLessThan(tolerance);
});

describe.each(Object.entries(builders))('%s', (_, build) => {
  test('gives every server its share of the clients, to within one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), fc.nat(), (a, b, seed) => {
        const [clients, servers] = [Math.max(a, b), Math.min(a, b)];
        const classes = Array.from({ length: clients }, (_each, i) => (i * 7) % 10);
        const association = realise(build())(view(clients, servers, classes, seed));
        expect(association).toHaveLength(clients);
        const sizes = new Array(servers).fill(0);
        for (const server of association) sizes[server] += 1;
        expect(sizes).toHaveLength(servers);
        expect(Math.min(...sizes)).toBe(Math.floor(clients / servers));
        expect(Math.max(...sizes)).toBe(Math.ceil(clients / servers));
      }),
    );
  });

  test('refuses more servers than clients', () => {
    expect(() => realise(build())(view(3, 4))).toThrow(ScenarioError);
    expect(() => realise(build())(view(3, 4))).toThrow(
      /^invalid number of edge servers: 4 for 3 clients .*TOPOLOGY_INVALID/,
    );
  });
});
