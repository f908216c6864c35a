import { describe, expect, it } from 'vitest';
import type { Availability, Population } from '../../../src/devices/contract.ts';
import {
  boundedGaps,
  listedRounds,
  randomShare,
  reliableOrRare,
  rotatingGroups,
  staticLevels,
} from '../../../src/devices/dropout-modes.ts';
import { streams } from '../../../src/math/streams.ts';
import { type Part, realise } from '../../../src/part.ts';

const CLIENTS = 30;
const ROUNDS = 3000;
const named = streams(5);
const population: Population = { clients: CLIENTS, draws: named('availability') };
const own = (client: number) => named(`client-${client}/availability`);
const clients = Array.from({ length: CLIENTS }, (_, i) => i);

/** A_t of the rounds 1 … `rounds`. */
function activeIn(mode: Part<Availability>, rounds = ROUNDS): number[][] {
  const { inRound } = realise(mode);
  return Array.from({ length: rounds }, (_, t) => clients.filter((i) => inRound(i, t + 1, own(i), population)));
}

const MODES = [
  ['static levels', staticLevels({ least: 0.2 })],
  ['bounded gaps', boundedGaps()],
  ['a random share', randomShare({ share: 0.1 })],
  ['rotating groups', rotatingGroups({ groups: 5 })],
] as const;

describe.each(MODES)('%s', (_name, mode) => {
  const rounds = activeIn(mode);

  it('begin with everyone, and leave no round with fewer than two', () => {
    expect(rounds[0]).toEqual(clients);
    for (const active of rounds) expect(active.length).toBeGreaterThanOrEqual(2);
  });

  it('are a function of seed and round, whoever asks and in which order', () => {
    const { inRound } = realise(mode);
    for (const round of [700, 3, 41]) {
      expect(clients.toReversed().filter((i) => inRound(i, round, own(i), population))).toEqual(
        rounds[round - 1]?.toReversed(),
      );
    }
  });

  it('keep to the probabilities that they tell', () => {
    const { probability } = realise(mode);
    const later = rounds.slice(1);
    for (const client of clients) {
      const p = probability?.(client, population) ?? Number.NaN;
      const share = later.filter((active) => active.includes(client)).length / later.length;
      expect(Math.abs(share - p)).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / later.length) + 2 / later.length);
    }
  });
});

it('static levels are five probabilities from s to 1', () => {
  const { probability } = realise(staticLevels({ least: 0.2 }));
  expect([0, 1, 2, 3, 4, 5].map((i) => probability?.(i, population))).toEqual(
    [0.2, 0.4, 0.6000000000000001, 0.8, 1, 0.2].map((p) => expect.closeTo(p, 12)),
  );
});

it('bounded gaps have each client at intervals of its own, no longer than τ_max', () => {
  const rounds = activeIn(boundedGaps({ longest: 4 }), 200);
  const { probability } = realise(boundedGaps({ longest: 4 }));
  for (const client of clients) {
    const period = Math.round(1 / (probability?.(client, population) ?? 0));
    expect(period).toBeLessThanOrEqual(4);
    rounds.forEach((active, before) => {
      if (before % period === 0) expect(active).toContain(client);
    });
  }
});

it('a random share has ⌊P N⌋ clients in each round after the first', () => {
  for (const active of activeIn(randomShare({ share: 0.25 }), 100).slice(1)) expect(active).toHaveLength(7);
});

it('listed rounds are taken as they are, again and again', () => {
  const rounds = activeIn(listedRounds({ rounds: [[1, 2], [5]], fullFirst: false }), 4);
  expect(rounds).toEqual([[1, 2], [5], [1, 2], [5]]);
});

describe('the place of a dropout', () => {
  const placesOf = (place: 'before' | 'computing' | 'transmitting' | 'anywhere') => {
    const mode = realise(staticLevels({ least: 0.2, place }));
    return { mode, drops: clients.map((i) => mode.dropout?.(i, 7, own(i), population)) };
  };
  const active = new Set(activeIn(staticLevels({ least: 0.2 }), 7)[6]);

  it('is in the round for all who would otherwise be unreachable, and for nobody else', () => {
    for (const place of ['before', 'computing', 'transmitting', 'anywhere'] as const) {
      const { mode, drops } = placesOf(place);
      expect(clients.filter((i) => drops[i] === undefined)).toEqual([...active]);
      for (const i of clients) expect(mode.inRound(i, 7, own(i), population)).toBe(true);
    }
    const { dropout } = realise(staticLevels({ least: 0.2 }));
    for (const i of clients) expect(dropout?.(i, 7, own(i), population)).toBeUndefined();
  });

  it('is where the option says', () => {
    const found = (place: 'before' | 'computing' | 'transmitting' | 'anywhere') =>
      placesOf(place).drops.flatMap((drop) => drop ?? []);
    expect(found('before').every(({ during, share }) => during === 'computing' && share === 0)).toBe(true);
    expect(found('computing').every(({ during, share }) => during === 'computing' && share > 0 && share < 1)).toBe(
      true,
    );
    expect(found('transmitting').every(({ during }) => during === 'transmitting')).toBe(true);
    const anywhere = Array.from({ length: 50 }, (_, round) => {
      const mode = realise(staticLevels({ least: 0.2, place: 'anywhere' }));
      return clients.flatMap((i) => mode.dropout?.(i, round + 2, own(i), population) ?? []);
    }).flat();
    expect(new Set(anywhere.map(({ during, share }) => (share === 0 ? 'before' : during))).size).toBe(3);
  });
});

describe('reliable and rare clients', () => {
  const levels = (mode: Part<Availability>, group = population) => {
    const { probability } = realise(mode);
    return clients.map((client) => probability?.(client, group) ?? Number.NaN);
  };

  it('drop out at 0.99 with probability one half, else at most at 0.1, and keep to it', () => {
    const mode = reliableOrRare();
    const all = levels(mode);
    const rare = all.filter((p) => Math.abs(p - 0.01) < 1e-12);
    for (const p of all) expect(rare.includes(p) || (p >= 0.9 && p <= 1)).toBe(true);
    const seeds = Array.from({ length: 100 }, (_, seed) =>
      levels(mode, { clients: CLIENTS, draws: streams(seed)('a') }),
    );
    const share = seeds.flat().filter((p) => p < 0.5).length / seeds.flat().length;
    expect(Math.abs(share - 0.5)).toBeLessThan(4.5 * Math.sqrt(0.25 / seeds.flat().length));
    const rounds = activeIn(mode);
    for (const client of clients) {
      const p = all[client] as number;
      const came = rounds.filter((active) => active.includes(client)).length / ROUNDS;
      expect(Math.abs(came - p)).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / ROUNDS) + 1e-9);
    }
  });

  it.each([0, 9, 30])('can be given as a number: %i that are reliable, not the same under each seed', (reliable) => {
    const who = [1, 2].map((seed) => {
      const all = levels(reliableOrRare({ reliable }), { clients: CLIENTS, draws: streams(seed)('a') });
      return clients.filter((client) => (all[client] as number) > 0.5);
    });
    expect(who.map(({ length }) => length)).toEqual([reliable, reliable]);
    if (reliable === 9) expect(who[0]).not.toEqual(who[1]);
  });

  // Goal: the dossier's probabilities that at least nine of twenty answer, by the number of reliable ones. Method: each reliable
  // one answers with probability 0.95 in the mean, each rare one with 0.01, independently: a sum of two binomial numbers.
  it('let nine of twenty answer as often as the dossier says', () => {
    const golden = { 6: 0.0004, 7: 0.0054, 8: 0.074, 9: 0.66, 10: 0.925, 11: 0.986, 12: 0.998, 13: 0.9997 };
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
    const binomial = (n: number, p: number, k: number) => (k > n ? 0 : choose(n, k) * p ** k * (1 - p) ** (n - k));
    const enough = (reliable: number): number => {
      let sum = 0;
      for (let a = 0; a <= reliable; a += 1) {
        for (let b = Math.max(0, 9 - a); b <= 20 - reliable; b += 1) {
          sum += binomial(reliable, 0.95, a) * binomial(20 - reliable, 0.01, b);
        }
      }
      return sum;
    };
    for (const [reliable, share] of Object.entries(golden)) {
      // Twice the error of 0.003 that the dossier gives its Monte Carlo.
      expect(Math.abs(enough(Number(reliable)) - share)).toBeLessThan(0.006);
    }
    const all = Array.from({ length: 21 }, (_, reliable) => binomial(20, 0.5, reliable) * enough(reliable));
    expect(all.reduce((sum, each) => sum + each, 0)).toBeCloseTo(0.69, 2);

    const [seeds, rounds] = [200, 20];
    for (const reliable of [8, 9, 10]) {
      const mode = realise(reliableOrRare({ reliable }));
      const shares = Array.from({ length: seeds }, (_, seed) => {
        const group = { clients: 20, draws: streams(seed)('a') };
        const here = (round: number) =>
          clients.slice(0, 20).filter((i) => mode.inRound(i, round + 1, own(i), group)).length;
        return Array.from({ length: rounds }, (_, round) => here(round)).filter((each) => each >= 9).length / rounds;
      });
      const mean = shares.reduce((sum, each) => sum + each, 0) / seeds;
      const variance = shares.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (seeds - 1);
      expect(Math.abs(mean - enough(reliable))).toBeLessThan(4 * Math.sqrt(variance / seeds));
    }
  });
});
