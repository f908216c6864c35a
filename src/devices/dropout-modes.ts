import { z } from 'zod';
import { normal, permutation } from '../math/distributions.ts';
import type { Source } from '../math/streams.ts';
import { part } from '../part.ts';
import type { Availability, Dropout, Population } from './contract.ts';

/** Who is active in a round, by index; `draw` belongs to the round and is the same for all clients. */
type Active = (round: number, clients: number, draw: Source, once: Source) => ReadonlySet<number>;

/** Fewest clients that are active in a round. */
const ACTIVE_MIN = 2;

const common = {
  place: z
    .enum(['unreachable', 'before', 'computing', 'transmitting', 'anywhere'])
    .default('unreachable')
    .describe('where a client that drops out does so: it is never invited, or it loses what it does there'),
  fullFirst: z.boolean().default(true).describe('whether everyone takes part in the first round'),
};

type Common = z.output<z.ZodObject<typeof common>>;

const PLACES = ['before', 'computing', 'transmitting'] as const;

/** At which point of its round a client drops out: the share of the computation or of the upload that it still does. */
function placed(place: Common['place'], draws: Source): Dropout | undefined {
  if (place === 'unreachable') return undefined;
  const chosen =
    place === 'anywhere' ? (PLACES[Math.floor(draws() * PLACES.length)] as (typeof PLACES)[number]) : place;
  if (chosen === 'before') return { during: 'computing', share: 0 };
  return { during: chosen, share: draws() };
}

/** Dropouts that are drawn round by round for all clients together; a round's set is worked out once. */
function perRound(
  { place, fullFirst }: Common,
  active: Active,
  probability: (client: number, population: Population) => number,
): Availability {
  let known:
    | { readonly round: number; readonly population: Population; readonly active: ReadonlySet<number> }
    | undefined;
  const isActive = (client: number, round: number, population: Population): boolean => {
    if (round === 1 && fullFirst) return true;
    if (known?.round !== round || known.population !== population) {
      const { clients, draws } = population;
      known = { round, population, active: active(round, clients, draws.at(round), draws.at(0)) };
    }
    return known.active.has(client);
  };
  return {
    inRound: (client, round, _draws, population) => place !== 'unreachable' || isActive(client, round, population),
    dropout: (client, round, draws, population) =>
      isActive(client, round, population) ? undefined : placed(place, draws.at(round)),
    sojourn: () => Number.POSITIVE_INFINITY,
    probability,
  };
}

const indices = (clients: number): number[] => Array.from({ length: clients }, (_, client) => client);

/** The set as drawn, or two clients at random where fewer are active. */
function atLeastTwo(clients: number, active: readonly number[], draw: Source): ReadonlySet<number> {
  if (active.length >= Math.min(ACTIVE_MIN, clients)) return new Set(active);
  return new Set(permutation(draw, clients).subarray(0, ACTIVE_MIN));
}

const levels = z.strictObject({
  ...common,
  least: z
    .number()
    .gt(0)
    .max(1)
    .default(0.2)
    .describe('s, the lowest probability; the others rise to 1 in equal steps'),
  levels: z.int().min(2).max(1000).default(5).describe('number of different probabilities'),
});

/**
 * Independent coins of unequal clients: client i is active in a round with
 *
 *   p_i = s + (i mod L)(1 − s)/(L − 1) ∈ {s, …, 1},   L levels.
 *
 * Source: `static` in the code of MimiC (Sun, Mao, Zhang, IEEE Trans. Mobile Comput. 2024), L = 5.
 */
export const staticLevels = part('availability', 'static-levels', levels, (options): Availability => {
  const of = (client: number) =>
    options.least + ((client % options.levels) * (1 - options.least)) / (options.levels - 1);
  return perRound(
    options,
    (_round, clients, draw) =>
      atLeastTwo(
        clients,
        indices(clients).filter((client) => draw() < of(client)),
        draw,
      ),
    of,
  );
});

/** T_i of each client, drawn once. */
function periods(
  clients: number,
  { deviation, longest }: { deviation: number; longest: number },
  once: Source,
): number[] {
  return indices(clients).map(() => Math.min(Math.round(Math.abs(normal(once, 0, deviation))), longest));
}

/**
 * Bounded gaps: each client is active at fixed intervals of its own, every T_i rounds,
 *
 *   T_i = min(round(|N(0, s²)|), τ_max);   active in round r where T_i = 0 or T_i divides r − 1.
 *
 * Source: `tau` in the code of MimiC, s = 3.
 */
export const boundedGaps = part(
  'availability',
  'bounded-gaps',
  z.strictObject({
    ...common,
    longest: z.int().min(1).max(1e6).default(20).describe('τ_max, most rounds from one participation to the next'),
    deviation: z.number().positive().max(1e6).default(3).describe('s, spread of the intervals'),
  }),
  (options): Availability =>
    perRound(
      options,
      (round, clients, draw, once) => {
        const all = periods(clients, options, once);
        const active = indices(clients).filter((client) => (round - 1) % Math.max(1, all[client] as number) === 0);
        return atLeastTwo(clients, active, draw);
      },
      (client, { clients, draws }) => 1 / Math.max(1, periods(clients, options, draws.at(0))[client] as number),
    ),
);

/**
 * A fixed number of clients each round, by chances that change from round to round: ⌊P N⌋ clients without replacement, in
 * proportion to u_i ~ U(0.1, 1), drawn anew each time. (Exponential numbers of rate u_i; the least of them are chosen.)
 *
 * Source: `random` in the code of MimiC.
 */
export const randomShare = part(
  'availability',
  'random-share',
  z.strictObject({
    ...common,
    share: z.number().gt(0).max(1).default(0.1).describe('P, of the clients that are active'),
  }),
  (options): Availability => {
    const countOf = (clients: number) =>
      Math.max(Math.min(ACTIVE_MIN, clients), Math.floor(options.share * clients + 1e-9));
    return perRound(
      options,
      (_round, clients, draw) => {
        const keys = indices(clients).map(() => {
          const chance = 0.1 + 0.9 * draw();
          return -Math.log1p(-draw()) / chance;
        });
        const order = indices(clients).sort((a, b) => (keys[a] as number) - (keys[b] as number));
        return new Set(order.slice(0, countOf(clients)));
      },
      (_client, { clients }) => countOf(clients) / clients,
    );
  },
);

/** Disjoint groups that take turns: client i is active in every G-th round, with those of its group i mod G and no others. */
export const rotatingGroups = part(
  'availability',
  'rotating-groups',
  z.strictObject({ ...common, groups: z.int().min(1).max(1e6).default(5).describe('G, groups that take turns') }),
  (options): Availability =>
    perRound(
      options,
      (round, clients) =>
        new Set(indices(clients).filter((client) => client % options.groups === (round - 1) % options.groups)),
      () => 1 / options.groups,
    ),
);

/** Who is active in which round as a list, which is repeated: for each round the indices of its clients. */
export const listedRounds = part(
  'availability',
  'listed-rounds',
  z.strictObject({
    ...common,
    rounds: z
      .array(z.array(z.int().min(0)).min(1))
      .min(1)
      .max(100_000)
      .default([[0]])
      .describe('for each round the clients that are active, by index'),
  }),
  (options): Availability =>
    perRound(
      options,
      (round) => new Set(options.rounds[(round - 1) % options.rounds.length]),
      (client) => options.rounds.filter((active) => active.includes(client)).length / options.rounds.length,
    ),
);

/** 1 − q_i of each client, drawn once; with `reliable`, so many clients are reliable, whoever they are. */
function steadiness(
  clients: number,
  { share, reliable, most, rare }: { share: number; reliable?: number | undefined; most: number; rare: number },
  once: Source,
): number[] {
  const order = permutation(once, clients);
  const isReliable = indices(clients).map(() => once() >= share);
  if (reliable !== undefined) {
    order.forEach((client, place) => {
      isReliable[client] = place < reliable;
    });
  }
  return isReliable.map((is) => 1 - (is ? most * once() : rare));
}

/**
 * Clients that are nearly always there and clients that hardly ever are, drawn once; each then drops out of each round
 * independently with its own rate q_i.
 *
 *   q_i = 0.99 with probability ½, else U(0, 0.1)
 *
 * Source: the experiments of Shao et al., DReS-FL, NeurIPS 2022.
 */
export const reliableOrRare = part(
  'availability',
  'reliable-or-rare',
  z.strictObject({
    ...common,
    fullFirst: z.boolean().default(false).describe('whether everyone takes part in the first round'),
    share: z.number().min(0).max(1).default(0.5).describe('probability that a client is rare'),
    reliable: z.int().min(0).optional().describe('G, so many clients that are reliable, instead of by chance'),
    rare: z.number().min(0).max(1).default(0.99).describe('q of rare clients'),
    most: z.number().min(0).max(1).default(0.1).describe('largest q of reliable ones'),
  }),
  (options): Availability =>
    perRound(
      options,
      (_round, clients, draw, once) => {
        const all = steadiness(clients, options, once);
        return new Set(indices(clients).filter((client) => draw() < (all[client] as number)));
      },
      (client, { clients, draws }) => steadiness(clients, options, draws.at(0))[client] as number,
    ),
);
