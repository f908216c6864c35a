import { expect, test } from 'vitest';
import { givenPlaces, hexagonal } from '../../../../channels/index.ts';
import { realise } from '../../../../src/part.ts';

test('a hexagonal layout is a grid of equal triangles, ring by ring around the first site', () => {
  const sites = realise(hexagonal({ spacing: 100 }))(37);
  const distance = (a: number, b: number) => Math.hypot(sites[a]!.x - sites[b]!.x, sites[a]!.y - sites[b]!.y);
  for (let a = 0; a < sites.length; a++) {
    const others = sites.flatMap((_, b) => (a === b ? [] : [distance(a, b)]));
    expect(Math.min(...others)).toBeCloseTo(100, 9);
    // Inner sites have six neighbours; the three rings hold 1 + 6 + 12 of them.
    if (a < 19) expect(others.filter((each) => each < 101)).toHaveLength(6);
  }
  const far = sites.map((_, b) => distance(0, b));
  expect(Math.max(...far.slice(1, 7))).toBeCloseTo(100, 9);
  expect(Math.max(...far.slice(7, 19))).toBeCloseTo(200, 9);
  expect(Math.max(...far.slice(19))).toBeCloseTo(300, 9);
});

test('given places are taken in order, and there must be enough', () => {
  const layout = realise(
    givenPlaces({
      places: [
        [1, 2],
        [3, 4],
      ],
    }),
  );
  expect(layout(1)).toEqual([{ x: 1, y: 2 }]);
  expect(() => layout(3)).toThrow('invalid layout: 2 places for 3 edge servers (channel.layout)');
});
