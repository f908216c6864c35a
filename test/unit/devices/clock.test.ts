import { mean } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { heterogeneous, homogeneous } from '../../../src/devices/clock.ts';
import type { ClockSpread } from '../../../src/devices/contract.ts';
import { streams } from '../../../src/math/streams.ts';
import { realise } from '../../../src/part.ts';

const named = streams(4);
/** Clocks of `count` clients in equal clusters, in index order. */
const clocks = (spread: ClockSpread, count: number, clusters: number): number[] =>
  Array.from({ length: count }, (_, index) => {
    const cluster = Math.floor((index * clusters) / count);
    return spread.macsPerSecond({ index, count, cluster, clusters }, named(`client-${index}/clock`));
  });

test('a homogeneous clock is the same for everyone', () => {
  expect(clocks(realise(homogeneous({ macsPerSecond: 3e9 })), 3, 1)).toEqual([3e9, 3e9, 3e9]);
});

describe('a heterogeneous clock', () => {
  test.each(['random', 'byCluster', 'alternating'] as const)('placed %s has exactly the gap asked for', (placement) => {
    for (const gap of [1, 2, 10]) {
      const all = clocks(realise(heterogeneous({ macsPerSecond: 8e9, gap, placement })), 50, 10);
      expect(Math.max(...all)).toBe(8e9);
      expect(Math.max(...all) / Math.min(...all)).toBe(gap);
    }
  });

  test('placed at random has step times uniform between 1 and the gap', () => {
    const [CLIENTS, gap] = [20_000, 5];
    const all = clocks(realise(heterogeneous({ macsPerSecond: 1, gap })), CLIENTS, 10);
    const times = all.map((clock) => 1 / clock);
    const deviation = (gap - 1) / Math.sqrt(12);
    expect(Math.abs(mean(times) - 3)).toBeLessThan((5 * deviation) / Math.sqrt(CLIENTS));
    const quarter = times.filter((time) => time < 2).length / CLIENTS;
    expect(Math.abs(quarter - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / CLIENTS));
  });

  test('placed by cluster slows down linearly from cluster to cluster', () => {
    const all = clocks(realise(heterogeneous({ macsPerSecond: 1, gap: 4, placement: 'byCluster' })), 8, 4);
    expect(all.map((clock) => 1 / clock)).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });

  test('placed alternating slows down every second cluster', () => {
    const all = clocks(realise(heterogeneous({ macsPerSecond: 1, gap: 4, placement: 'alternating' })), 8, 4);
    expect(all.map((clock) => 1 / clock)).toEqual([1, 1, 4, 4, 1, 1, 4, 4]);
  });

  test('leaves a single client at the fast clock', () => {
    for (const placement of ['random', 'byCluster', 'alternating'] as const) {
      expect(clocks(realise(heterogeneous({ macsPerSecond: 2, placement })), 1, 1)).toEqual([2]);
    }
  });

  test('takes no gap below 1', () => {
    expect(heterogeneous.schema.safeParse({ gap: 0.5 }).success).toBe(false);
    expect(heterogeneous.schema.safeParse({ macsPerSecond: 0 }).success).toBe(false);
  });
});
