import { z } from 'zod';
import type { Exposure } from '../../coding/privacy.ts';
import { leakage, noiseFor } from '../../coding/privacy.ts';
import {
  completeInformation,
  type Market,
  type Menu,
  type Offer,
  optimalContract,
  privacyCost,
} from '../../incentive/contract.ts';
import { proportionalPool, uniformPrice } from '../../incentive/stackelberg.ts';
import { largest, smallest } from '../../math/extremes.ts';
import { part } from '../../part.ts';
import type { PrivacyPolicy, PrivacyTerms } from './contract.ts';

const population = {
  types: z
    .array(z.number().positive())
    .min(1)
    .default([4, 2, 1])
    .refine((types) => types.every((type, k) => k === 0 || type < (types[k - 1] as number)), 'expected falling numbers')
    .describe('θ of each type, what a bit of leakage costs its clients, falling'),
  counts: z
    .array(z.int().positive())
    .min(1)
    .default([3, 4, 3])
    .describe('clients of each type among so many neighbours in id order, over and over'),
};

const trade = z
  .strictObject({
    ...population,
    accuracyValue: z.number().positive().default(1e-3).describe('Γ, what a unit of noise variance costs the server'),
    cost: z.enum(['linear', 'quadratic']).default('quadratic').describe('κ(ε), what leakage ε costs: ε or ε²/2'),
  })
  .refine(({ types, counts }) => types.length === counts.length, 'expected as many counts as types');

type Trade = z.output<typeof trade>;

/** Type of each client: the first n_1 are of type 1, the next n_2 of type 2, and after the last it begins again. */
function typesOf(clients: number, counts: readonly number[]): number[] {
  const pattern = counts.flatMap((count, type) => new Array<number>(count).fill(type));
  return Array.from({ length: clients }, (_, i) => pattern[i % pattern.length] as number);
}

/** One exposure for all: the largest signal behind the least interference, so that a budget holds for every client. */
const worstOf = (exposures: readonly Exposure[]): Exposure => ({
  signal: largest(exposures.map(({ signal }) => signal)),
  interference: smallest(exposures.map(({ interference }) => interference)),
});

/** Noise of a bought budget; who sells nothing hands over nothing. */
function termsOf(exposure: Exposure, { budget, reward }: Offer): PrivacyTerms {
  if (budget <= 0) return { deviation: Number.POSITIVE_INFINITY, leakage: 0, reward };
  const variance = noiseFor(exposure, budget);
  return { deviation: Math.sqrt(variance), leakage: leakage(exposure, variance), reward };
}

/** The offer that suits a type best; of equals its own, which is what incentive compatibility promises. */
function choice({ types, cost }: Market, { offers }: Menu, type: number): Offer {
  const utility = ({ budget, reward }: Offer) => reward - (types[type] as number) * privacyCost(cost, budget);
  const own = offers[type] as Offer;
  const tolerance = 1e-9 * Math.max(1, Math.abs(utility(own)));
  return offers.reduce((best, each) => (utility(each) > utility(best) + tolerance ? each : best), own);
}

/** A mechanism as a policy: the server makes a menu for its clients, and each of them picks. */
const buying =
  (menuFor: (market: Market) => Menu, picks: (market: Market, menu: Menu, type: number) => Offer) =>
  ({ types, counts, accuracyValue, cost }: Trade): PrivacyPolicy =>
  (exposures) => {
    const typeOf = typesOf(exposures.length, counts);
    const present = types.map((_, type) => typeOf.filter((each) => each === type).length);
    const here = present.flatMap((count, type) => (count > 0 ? [type] : []));
    const worst = worstOf(exposures);
    const market: Market = {
      ...{ ...worst, accuracyValue, cost },
      types: here.map((type) => types[type] as number),
      counts: here.map((type) => present[type] as number),
    };
    const menu = menuFor(market);
    return typeOf.map((type) => termsOf(worst, picks(market, menu, here.indexOf(type))));
  };

const own = (_market: Market, { offers }: Menu, type: number): Offer => offers[type] as Offer;

/**
 * The optimal contract where the server knows how many clients are of which type, but not who: a menu of budgets and
 * rewards, made so that each client picks what was made for its type, and loses nothing by that.
 *
 * Source: Sun et al., Stochastic coded federated learning: theoretical analysis and incentive mechanism design, 2022;
 * utilities are reconstructed, and the population is recalled.
 */
export const contract = part('privacy', 'contract', trade, buying(optimalContract, choice));

/** The benchmark in which the server knows every client's type, and pays what its leakage costs it and no more. */
export const completeKnowledge = part('privacy', 'complete-information', trade, buying(completeInformation, own));

/** A Stackelberg game: one price for a unit of leakage, the best for the server, at which each client sells what it likes. */
export const unitPrice = part('privacy', 'uniform-price', trade, buying(uniformPrice, own));

/**
 * A Stackelberg game for a pool of reward, split in proportion to leakage, with κ(ε) = ε: those whom leakage costs most
 * stay out, and hand over nothing.
 */
export const rewardPool = part(
  'privacy',
  'reward-pool',
  z
    .strictObject({
      ...population,
      pool: z.number().positive().default(0.5).describe('R, shared among who takes part'),
    })
    .refine(({ types, counts }) => types.length === counts.length, 'expected as many counts as types'),
  ({ types, counts, pool }): PrivacyPolicy =>
    (exposures) => {
      const costs = typesOf(exposures.length, counts).map((type) => types[type] as number);
      const budgets = costs.length < 2 ? costs.map(() => 0) : proportionalPool(costs, pool);
      const total = budgets.reduce((sum, each) => sum + each, 0);
      const worst = worstOf(exposures);
      return budgets.map((budget) => termsOf(worst, { budget, reward: total > 0 ? (pool * budget) / total : 0 }));
    },
);
