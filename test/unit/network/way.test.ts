import { expect, it } from 'vitest';
import { radio } from '../../../channels/index.ts';
import { streams } from '../../../src/math/streams.ts';
import type { RadioChannel } from '../../../src/network/contract.ts';
import { ORIGIN, wayOf } from '../../../src/network/way.ts';
import { realise } from '../../../src/part.ts';

const distances = (rings: number, clients: number): number[] => {
  const channel = realise(radio({ cellRadius: 100, nearest: 0, rings })) as RadioChannel;
  return Array.from({ length: clients }, (_, index) =>
    wayOf(channel, `client-${index}`, streams(3)).distance(0, ORIGIN),
  );
};

it('clients begin in rings of equal area in turn, from the innermost on', () => {
  for (const [index, distance] of distances(4, 40).entries()) {
    const ring = index % 4;
    expect(distance).toBeGreaterThanOrEqual(100 * Math.sqrt(ring / 4));
    expect(distance).toBeLessThanOrEqual(100 * Math.sqrt((ring + 1) / 4));
  }
});

it('within a ring they lie as they would on the whole disc', () => {
  const [whole, ringed] = [distances(1, 30), distances(10, 30)];
  for (const [index, distance] of ringed.entries()) {
    const share = (whole[index]! / 100) ** 2;
    expect((distance / 100) ** 2).toBeCloseTo(((index % 10) + share) / 10, 12);
  }
});
