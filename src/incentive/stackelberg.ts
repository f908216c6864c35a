import { largest } from '../math/extremes.ts';
import { type Market, type Menu, mostBudget, noiseOf, privacyCost } from './contract.ts';

/** What devices do when the server names one price for all. */
function underPrice(market: Market, price: number): Menu {
  const { types, counts, cost, accuracyValue } = market;
  const { most = mostBudget(market), least = 0 } = market;
  const offers = types.map((type) => {
    // κ = ε²/2: a device sells until its marginal cost θ ε meets the price; κ = ε: all or nothing.
    const wanted = cost === 'quadratic' ? price / type : price >= type ? most : 0;
    const budget = Math.min(most, Math.max(least, wanted));
    return { budget, reward: price * budget };
  });
  const count = (k: number) => counts[k] as number;
  const payment = offers.reduce((sum, { reward }, k) => sum + count(k) * reward, 0);
  const noise = offers.reduce((sum, { budget }, k) => sum + count(k) * noiseOf(market, budget), 0);
  return { offers, payment, noise, serverCost: accuracyValue * noise + payment };
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;
const TURNS = 200;
/** Prices that are tried before the search closes in: the cost may have several valleys where budgets are clipped. */
const GRID = 400;

/**
 * A Stackelberg game: the leader names a unit price, each device answers with the budget that suits it,
 * ε_k = min(r/θ_k, ε_max), and is paid r ε_k. The best price by golden-section search.
 *
 * Every uniform price is a feasible menu, so the optimal contract is never worse.
 */
export function uniformPrice(market: Market): Menu & { readonly price: number } {
  const highest = largest(market.types) * Math.max(1, mostBudget(market));
  const costOf = (price: number) => underPrice(market, price).serverCost;
  const grid = Array.from({ length: GRID }, (_, i) => ((i + 1) * highest) / GRID);
  const start = grid.reduce((best, price) => (costOf(price) < costOf(best) ? price : best));
  let [low, high] = [Math.max(start - highest / GRID, highest * 1e-9), start + highest / GRID];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
    if (costOf(left) < costOf(right)) high = right;
    else low = left;
  }
  const price = (low + high) / 2;
  return { ...underPrice(market, price), price };
}

/**
 * A game for a pool of reward R that is split in proportion to ε, with κ = ε: the q cheapest take part, q the largest,
 * grown one by one from 2, with θ_(q) < Σ_{j≤q} θ_(j) / (q − 1), and
 *
 *   ε_i = ((q − 1) R / Σθ) (1 − (q − 1) θ_i / Σθ)
 *
 * is the equilibrium. Those who stay out leak nothing and contribute no coded data.
 *
 * @param types θ of each device, at least two   @returns ε of each device, in the order given
 */
export function proportionalPool(types: readonly number[], pool: number): number[] {
  const cheapest = types.map((_, i) => i).sort((a, b) => (types[a] as number) - (types[b] as number));
  let taking = 2;
  const sumOf = (count: number) => cheapest.slice(0, count).reduce((sum, i) => sum + (types[i] as number), 0);
  while (taking < types.length) {
    const next = types[cheapest[taking] as number] as number;
    if (!(next < sumOf(taking + 1) / taking)) break;
    taking++;
  }
  const sum = sumOf(taking);
  const part = new Set(cheapest.slice(0, taking));
  const factor = taking - 1;
  return types.map((type, i) => (part.has(i) ? ((factor * pool) / sum) * (1 - (factor * type) / sum) : 0));
}

/** What a device makes of its share of a pool: R ε_i / Σε − θ_i ε_i. */
export function poolUtility(
  types: readonly number[],
  budgets: readonly number[],
  pool: number,
  device: number,
): number {
  const total = budgets.reduce((sum, each) => sum + each, 0);
  const own = budgets[device] as number;
  return (total > 0 ? (pool * own) / total : 0) - (types[device] as number) * privacyCost('linear', own);
}
