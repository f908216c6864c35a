import { mean, sampleStandardDeviation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { allocated } from '../../../../channels/access/allocation.ts';
import { equalFinishOfdma } from '../../../../channels/access/equal-finish.ts';
import { proportionalFair } from '../../../../channels/access/proportional-fair.ts';
import { roundRobinAccess } from '../../../../channels/access/round-robin.ts';
import { alohaThroughput, alohaThroughputOfCrowd, slottedAloha } from '../../../../channels/access/slotted-aloha.ts';
import { rayleigh } from '../../../../channels/fading/rayleigh.ts';
import { radio } from '../../../../channels/radio.ts';
import { streams } from '../../../../src/math/streams.ts';
import type { Demand, RadioChannel } from '../../../../src/network/contract.ts';
import { realise } from '../../../../src/part.ts';

const SIGMAS = 5;
const SLOTS = 40_000;
const bandwidth = 10e6;
const named = streams(17);
const demands = (count: number, of: (id: number) => Partial<Demand> = () => ({})): Demand[] =>
  Array.from({ length: count }, (_, id) => ({ id, client: `client-${id}`, remaining: 1e6, snr: 10, ...of(id) }));

test('turns give each transfer the whole bandwidth for its share of the time', () => {
  const { grant, independent } = realise(roundRobinAccess({ bandwidth }));
  expect(independent).toBe(false);
  expect(grant(demands(4))).toEqual(new Array(4).fill({ bandwidth, airtime: 0.25 }));
  expect(grant([])).toEqual([]);
});

describe('proportionally fair turns', () => {
  const access = realise(proportionalFair({ bandwidth }));

  test('go to the greatest relative gain, the first of equals', () => {
    expect(access.pick!([0.5, 2, 1])).toBe(1);
    expect(access.pick!([1, 1])).toBe(0);
    expect(access.grant(demands(2))).toEqual(new Array(2).fill({ bandwidth, airtime: 0.5 }));
  });

  test('give n Rayleigh links equal shares of blocks, of mean gain 1 + 1/2 + … + 1/n', () => {
    const CLIENTS = 5;
    const links = Array.from({ length: CLIENTS }, (_, k) => named(`client-${k}/fading`));
    const { gain } = realise(rayleigh());
    const turns = Array.from({ length: SLOTS }, (_, block) => {
      const gains = links.map((link) => gain(link, block));
      const winner = access.pick!(gains);
      return { winner, gain: gains[winner]! };
    });
    const harmonic = 1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5;
    const won = turns.map((turn) => turn.gain);
    expect(Math.abs(mean(won) - harmonic)).toBeLessThan((SIGMAS * sampleStandardDeviation(won)) / Math.sqrt(SLOTS));
    for (let k = 0; k < CLIENTS; k += 1) {
      const share = turns.filter(({ winner }) => winner === k).length / SLOTS;
      expect(Math.abs(share - 0.2)).toBeLessThan(SIGMAS * Math.sqrt(0.16 / SLOTS));
    }
  });
});

describe('slotted random access', () => {
  test.each([
    [2, 0.5],
    [5, 0.2],
    [10, 0.3],
  ])('of %d clients that transmit with p = %d has the throughput of slots with a single sender', (clients, p) => {
    const stream = named(`slots-${clients}`);
    let single = 0;
    for (let slot = 0; slot < SLOTS; slot += 1) {
      const source = stream.at(slot);
      let sending = 0;
      for (let k = 0; k < clients; k += 1) sending += Number(source() < p);
      single += Number(sending === 1);
    }
    const expected = alohaThroughput(clients, p);
    expect(Math.abs(single / SLOTS - expected)).toBeLessThan(SIGMAS * Math.sqrt((expected * (1 - expected)) / SLOTS));
  });

  test('is best at p = 1/n and tends to 1/e, the best of a crowd at one packet a slot', () => {
    for (const n of [1, 2, 7, 40]) {
      for (const other of [0.5, 0.9, 1.1, 2]) {
        expect(alohaThroughput(n, Math.min(1, other / n))).toBeLessThanOrEqual(alohaThroughput(n, 1 / n));
      }
    }
    expect(alohaThroughput(1e6, 1e-6)).toBeCloseTo(1 / Math.E, 6);
    expect(alohaThroughputOfCrowd(1)).toBeCloseTo(1 / Math.E, 12);
    expect(alohaThroughput(1e6, 0.4e-6)).toBeCloseTo(alohaThroughputOfCrowd(0.4), 6);
    expect(alohaThroughput(0, 0.5)).toBe(0);
  });

  test('grants airtime p, of which (1 − p)^(n − 1) gets through', () => {
    const { grant } = realise(slottedAloha({ bandwidth, probability: 0.25 }));
    for (const { airtime, success } of grant(demands(3))) {
      expect(airtime).toBe(0.25);
      expect(3 * airtime * success!).toBeCloseTo(alohaThroughput(3, 0.25), 12);
    }
    expect(realise(slottedAloha({ bandwidth })).grant(demands(1))).toEqual([{ bandwidth, airtime: 1, success: 1 }]);
  });
});

describe('shares that finish together', () => {
  const { grant } = realise(equalFinishOfdma({ bandwidth }));
  const source = named('needs').at(0);
  const mixed = demands(20, () => ({ remaining: 1e4 + 1e7 * source(), snr: 10 ** (6 * source() - 2) }));
  const secondsOf = ({ remaining, snr }: Demand, share: number) =>
    remaining / (share * Math.log2(1 + (snr * bandwidth) / share));

  test('use all of the bandwidth and are through at one time', () => {
    for (const count of [1, 2, 5, 20]) {
      const some = mixed.slice(0, count);
      const grants = grant(some);
      expect(grants.reduce((sum, each) => sum + each.bandwidth, 0) / bandwidth).toBeCloseTo(1, 12);
      const ends = some.map((demand, index) => secondsOf(demand, grants[index]!.bandwidth));
      for (const end of ends) expect(end / ends[0]!).toBeCloseTo(1, 9);
    }
  });

  test('are through sooner than the last of equal shares', () => {
    const equal = Math.max(...mixed.map((demand) => secondsOf(demand, bandwidth / mixed.length)));
    expect(secondsOf(mixed[0]!, grant(mixed)[0]!.bandwidth)).toBeLessThan(equal);
  });

  test('are equal for equal needs, and more for the weaker and the longer', () => {
    expect(grant(demands(4)).map((each) => each.bandwidth)).toEqual(new Array(4).fill(expect.closeTo(2.5e6, 3)));
    const [weak, strong] = grant(demands(2, (id) => ({ snr: id === 0 ? 1 : 100 })));
    expect(weak!.bandwidth).toBeGreaterThan(strong!.bandwidth);
    const [long, short] = grant(demands(2, (id) => ({ remaining: id === 0 ? 2e6 : 1e6 })));
    expect(long!.bandwidth).toBeGreaterThan(short!.bandwidth);
  });

  test('leave out whoever is not heard at all, and stand transfers that are as good as through', () => {
    const [silent, heard] = grant(demands(2, (id) => ({ snr: id })));
    expect(silent).toEqual({ bandwidth: 0, airtime: 0 });
    expect(heard!.bandwidth).toBeCloseTo(bandwidth, 3);
    expect(grant(demands(2, () => ({ remaining: 0 }))).every((each) => each.bandwidth > 0)).toBe(true);
    expect(grant([])).toEqual([]);
  });
});

describe('a user’s own allocation', () => {
  test('is taken by the radio as a function', () => {
    const mine = (asked: readonly Demand[]) => asked.map(({ id }) => ({ bandwidth: (id + 1) * 1e6, airtime: 0.5 }));
    const { access } = realise(radio({ access: mine })) as RadioChannel;
    expect(access.independent).toBe(false);
    expect(access.grant(demands(2))).toEqual([
      { bandwidth: 1e6, airtime: 0.5 },
      { bandwidth: 2e6, airtime: 0.5 },
    ]);
    expect(radio.schema.safeParse({ access: 'mine' }).success).toBe(false);
  });

  test.each([
    ['1 grants for 2 demands', [{ bandwidth: 1, airtime: 1 }]],
    [
      'grant 1 is {"bandwidth":-1,"airtime":1}',
      [
        { bandwidth: 1, airtime: 1 },
        { bandwidth: -1, airtime: 1 },
      ],
    ],
    [
      'grant 0 is {"bandwidth":1,"airtime":2}',
      [
        { bandwidth: 1, airtime: 2 },
        { bandwidth: 1, airtime: 1 },
      ],
    ],
    ['grant 0 is {"bandwidth":1}', [{ bandwidth: 1 }, { bandwidth: 1, airtime: 1 }]],
    ['grant 1 is null', [{ bandwidth: 1, airtime: 1 }, null]],
    ['got undefined, no list', undefined],
  ])('is refused where %s', (wrong, grants) => {
    expect(() => allocated(() => grants as never).grant(demands(2))).toThrow(
      `invalid allocation: ${wrong}; return one`,
    );
  });
});
