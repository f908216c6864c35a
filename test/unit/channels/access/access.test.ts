import { describe, expect, test } from 'vitest';
import { ofdma } from '../../../../channels/access/ofdma.ts';
import { orthogonal } from '../../../../channels/access/orthogonal.ts';
import { tdma } from '../../../../channels/access/tdma.ts';
import type { Demand } from '../../../../src/network/contract.ts';
import { realise } from '../../../../src/part.ts';

const demands = (...ids: number[]): Demand[] =>
  ids.map((id) => ({ id, client: `client-${id}`, remaining: 1e6, snr: 10 }));
const bandwidth = 12e6;

describe('OFDMA', () => {
  const access = realise(ofdma({ bandwidth }));

  test('shares the bandwidth equally, all the time', () => {
    expect(access.independent).toBe(false);
    for (const count of [1, 2, 3, 7]) {
      const grants = access.grant(demands(...Array.from({ length: count }, (_, id) => id)));
      expect(grants).toEqual(new Array(count).fill({ bandwidth: bandwidth / count, airtime: 1 }));
    }
  });
});

describe('TDMA', () => {
  const access = realise(tdma({ bandwidth }));

  test('serves the transfer that came first, wherever it stands in the list', () => {
    expect(access.independent).toBe(false);
    expect(access.grant(demands(7, 4, 9))).toEqual([
      { bandwidth: 0, airtime: 0 },
      { bandwidth, airtime: 1 },
      { bandwidth: 0, airtime: 0 },
    ]);
  });

  test('moves on when the first has gone', () => {
    expect(access.grant(demands(7, 9)).map(({ airtime }) => airtime)).toEqual([1, 0]);
  });
});

describe('orthogonal channels', () => {
  const access = realise(orthogonal({ bandwidth }));

  test('grant each transfer the same whatever the load', () => {
    expect(access.independent).toBe(true);
    expect(access.grant(demands(1))).toEqual([{ bandwidth, airtime: 1 }]);
    expect(access.grant(demands(1, 2, 3))).toEqual(new Array(3).fill({ bandwidth, airtime: 1 }));
  });
});

test('nobody asks, nobody gets', () => {
  for (const build of [ofdma, tdma, orthogonal]) expect(realise(build()).grant([])).toEqual([]);
});

test('a bandwidth is finite and above 0', () => {
  for (const { schema } of [ofdma, tdma, orthogonal]) {
    for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '1']) {
      expect(schema.safeParse({ bandwidth: wrong }).success).toBe(false);
    }
  }
});
