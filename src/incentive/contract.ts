import { assert } from '../assert.ts';
import { square } from '../math/power.ts';

/**
 * A market for privacy: a server buys leak budgets ε from devices that differ in how much a bit of leakage costs them.
 *
 * Source: that a contract settles privacy against learning, and beats a Stackelberg game, is stated in Sun et al.,
 * Stochastic coded federated learning: theoretical analysis and incentive mechanism design, 2022; utilities are
 * reconstructed.
 */
export interface Market {
  /** θ_1 > θ_2 > … > θ_I > 0, cost of privacy of each type. */
  readonly types: readonly number[];
  /** n_k, devices of each type. */
  readonly counts: readonly number[];
  /** Γ, value of accuracy: what a unit of noise variance costs the server. */
  readonly accuracyValue: number;
  /** h² and f² of the worst device. */
  readonly signal: number;
  readonly interference: number;
  /** κ(ε), how leakage counts for a device: ε, or ε²/2. */
  readonly cost: 'linear' | 'quadratic';
  /** Bounds on ε; 0 and what needs no noise by default. */
  readonly least?: number;
  readonly most?: number;
}

/** What one type is offered. */
export interface Offer {
  /** ε, leak budget bought [bit]. */
  readonly budget: number;
  /** R, reward. */
  readonly reward: number;
}

export interface Menu {
  readonly offers: readonly Offer[];
  /** Σ n_k R_k */
  readonly payment: number;
  /** Σ n_k σ²(ε_k) */
  readonly noise: number;
  /** Γ · noise + payment, what the server minimises. */
  readonly serverCost: number;
}

export const privacyCost = (cost: Market['cost'], budget: number): number =>
  cost === 'linear' ? budget : square(budget) / 2;

/** σ²(ε) = max(0, h²/(2^{2ε} − 1) − f²) */
export const noiseOf = ({ signal, interference }: Pick<Market, 'signal' | 'interference'>, budget: number): number =>
  Math.max(0, signal / Math.expm1(2 * budget * Math.LN2) - interference);

/** ε_max = ½ log₂(1 + h²/f²): beyond it no noise is needed. */
export const mostBudget = ({ signal, interference }: Pick<Market, 'signal' | 'interference'>): number =>
  0.5 * Math.log2(1 + signal / interference);

/** θ̂_k = θ_k + (θ_k − θ_{k+1}) Σ_{j>k} n_j / n_k: a type's cost with the rents that its offer leaves to the types behind it. */
export function virtualCosts({ types, counts }: Pick<Market, 'types' | 'counts'>): number[] {
  return types.map((type, k) => {
    const next = types[k + 1];
    if (next === undefined) return type;
    const behind = counts.slice(k + 1).reduce((sum, count) => sum + count, 0);
    return type + ((type - next) * behind) / (counts[k] as number);
  });
}

/** Pools adjacent types until costs don't rise; a pool has the mean of its costs by devices. */
export function ironed(costs: readonly number[], counts: readonly number[]): number[] {
  const pools: { total: number; devices: number; size: number }[] = [];
  costs.forEach((cost, k) => {
    const devices = counts[k] as number;
    let pool = { total: cost * devices, devices, size: 1 };
    for (
      let last = pools.at(-1);
      last !== undefined && last.total / last.devices < pool.total / pool.devices;
      last = pools.at(-1)
    ) {
      pools.pop();
      pool = { total: last.total + pool.total, devices: last.devices + pool.devices, size: last.size + pool.size };
    }
    pools.push(pool);
  });
  return pools.flatMap(({ total, devices, size }) => new Array<number>(size).fill(total / devices));
}

/** Halvings until an interval of budgets has shrunk to rounding. */
const HALVINGS = 200;

/**
 * The budget that minimises Γ σ²(ε) + θ̂ κ(ε): for κ = ε in closed form,
 *
 *   a = 2 ln 2 · Γ h² / θ̂,   x = 1 + a/2 + √(a + a²/4),   ε = ½ log₂ x,
 *
 * for κ = ε²/2 the root of Γ 2 ln 2 h² 4^ε / (4^ε − 1)² = θ̂ ε; both clipped to what can be bought.
 */
export function bestBudget(market: Market, virtualCost: number): number {
  const { accuracyValue, signal, cost, least = 0, most = mostBudget(market) } = market;
  const gain = 2 * Math.LN2 * accuracyValue * signal;
  if (cost === 'linear') {
    const a = gain / virtualCost;
    return Math.min(most, Math.max(least, 0.5 * Math.log2(1 + a / 2 + Math.sqrt(a + square(a) / 4))));
  }
  const slope = (budget: number): number => {
    const growth = Math.expm1(2 * budget * Math.LN2);
    return virtualCost * budget - (gain * (growth + 1)) / square(growth);
  };
  let [low, high] = [least, most];
  for (let turn = 0; turn < HALVINGS; turn += 1) {
    const middle = (low + high) / 2;
    if (middle === 0 || slope(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** R_1 = θ_1 κ(ε_1),  R_k = R_{k−1} + θ_k (κ(ε_k) − κ(ε_{k−1})): the least rewards by which every type takes its own offer. */
function rewards({ types, cost }: Market, budgets: readonly number[]): number[] {
  let reward = 0;
  return budgets.map((budget, k) => {
    const before = k === 0 ? 0 : privacyCost(cost, budgets[k - 1] as number);
    reward += (types[k] as number) * (privacyCost(cost, budget) - before);
    return reward;
  });
}

function menuOf(market: Market, offers: readonly Offer[]): Menu {
  const count = (k: number) => market.counts[k] as number;
  const payment = offers.reduce((sum, { reward }, k) => sum + count(k) * reward, 0);
  const noise = offers.reduce((sum, { budget }, k) => sum + count(k) * noiseOf(market, budget), 0);
  return { offers, payment, noise, serverCost: market.accuracyValue * noise + payment };
}

/**
 * The optimal contract where types are private and their distribution is known: each type takes the offer made for it
 * (incentive compatibility), and none is worse off than without (individual rationality).
 */
export function optimalContract(market: Market): Menu {
  checked(market);
  const costs = ironed(virtualCosts(market), market.counts);
  const budgets = costs.map((cost) => bestBudget(market, cost));
  const paid = rewards(market, budgets);
  return menuOf(
    market,
    budgets.map((budget, k) => ({ budget, reward: paid[k] as number })),
  );
}

/** The benchmark where the server knows every device's type: each is paid its cost and no more. */
export function completeInformation(market: Market): Menu {
  checked(market);
  return menuOf(
    market,
    market.types.map((type) => {
      const budget = bestBudget(market, type);
      return { budget, reward: type * privacyCost(market.cost, budget) };
    }),
  );
}

/** U[type][offer] = R − θ κ(ε). */
export const utilities = ({ types, cost }: Market, { offers }: Pick<Menu, 'offers'>): number[][] =>
  types.map((type) => offers.map(({ budget, reward }) => reward - type * privacyCost(cost, budget)));

function checked({ types, counts }: Market): void {
  assert(types.length > 0 && types.length === counts.length, 'a market has devices of each type');
  const falls = types.every((type, k) => type > 0 && (k === 0 || type < (types[k - 1] as number)));
  assert(falls && counts.every((count) => count > 0), 'types of a market fall, and each has devices');
}
