import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bestBudget,
  completeInformation,
  ironed,
  type Market,
  type Menu,
  mostBudget,
  noiseOf,
  optimalContract,
  privacyCost,
  utilities,
  virtualCosts,
} from '../../../src/incentive/contract.ts';
import { poolUtility, proportionalPool, uniformPrice } from '../../../src/incentive/stackelberg.ts';

const profile: Market = {
  ...{ types: [4, 2, 1], counts: [3, 4, 3], accuracyValue: 1, signal: 1, interference: 0.1, cost: 'linear' },
};
const budgets = ({ offers }: Menu) => offers.map(({ budget }) => budget);
const rewards = ({ offers }: Menu) => offers.map(({ reward }) => reward);
const near = (found: readonly number[], golden: readonly number[], digits = 9) => {
  expect(found).toHaveLength(golden.length);
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(golden[i]!, digits);
  });
};

describe('the optimal contract', () => {
  it('has the golden values of the dossier for κ = ε', () => {
    const menu = optimalContract(profile);
    near(virtualCosts(profile), [8.6666666667, 2.75, 1]);
    near(budgets(menu), [0.2866112516, 0.5019705805, 0.806633053]);
    near(rewards(menu), [1.1464450063, 1.5771636641, 1.8818261366]);
    near(
      budgets(menu).map((budget) => noiseOf(profile, budget)),
      [1.9498389185, 0.8945586911, 0.3855696426],
    );
    const expected = [
      [0, -0.43071866, -1.34470608],
      [0.5732225, 0.5732225, 0.26856003],
      [0.85983375, 1.07519308, 1.07519308],
    ];
    utilities(profile, menu).forEach((row, type) => {
      near(row, expected[type]!, 7);
    });
    expect(menu.payment).toBeCloseTo(15.39346808, 7);
    expect(menu.noise).toBeCloseTo(10.58446045, 7);
  });

  it('has them for κ = ε²/2, with the best uniform price', () => {
    const market: Market = { ...profile, cost: 'quadratic' };
    const menu = optimalContract(market);
    near(budgets(menu), [0.43229258, 0.6269243, 0.86233374], 7);
    near(rewards(menu), [0.37375375, 0.57991095, 0.75520365], 7);
    expect(menu.payment).toBeCloseTo(5.70651599, 7);
    expect(menu.noise).toBeCloseTo(6.84496722, 7);
    const price = uniformPrice(market);
    expect(price.price).toBeCloseTo(1.11227946, 5);
    expect(price.payment).toBeCloseTo(7.11370224, 4);
    expect(price.noise).toBeCloseTo(9.63785094, 4);
  });

  it('pools types whose virtual costs rise', () => {
    const market: Market = { ...profile, types: [4, 3.9, 1], counts: [5, 1, 5] };
    near(virtualCosts(market), [4.12, 18.4, 1]);
    near(ironed(virtualCosts(market), market.counts), [6.5, 6.5, 1]);
    const menu = optimalContract(market);
    near(budgets(menu), [0.3302398991, 0.3302398991, 0.806633053]);
    near(rewards(menu), [1.3209595964, 1.3209595964, 1.7973527502]);
  });

  it.each([
    [0.05, 2.13, 2.7],
    [0.1, 3.27, 4.18],
    [0.5, 8.52, 11.17],
    [1, 12.55, 16.75],
    [2, 18.11, 24.76],
    [5, 28.09, 39.54],
  ])('beats the best uniform price in cost, noise and payment (Γ = %d)', (accuracyValue, contract, price) => {
    const market: Market = { ...profile, cost: 'quadratic', accuracyValue };
    const [menu, uniform] = [optimalContract(market), uniformPrice(market)];
    expect(menu.serverCost).toBeCloseTo(contract, 2);
    expect(uniform.serverCost).toBeCloseTo(price, 2);
    expect(menu.noise).toBeLessThan(uniform.noise);
    expect(menu.payment).toBeLessThan(uniform.payment);
  });

  it('raises budgets and payment, and lowers noise, as accuracy is worth more', () => {
    const menus = [0.05, 0.1, 0.5, 1, 2, 5].map((accuracyValue) => optimalContract({ ...profile, accuracyValue }));
    menus.slice(1).forEach((menu, i) => {
      const before = menus[i]!;
      expect(menu.noise).toBeLessThan(before.noise);
      expect(menu.payment).toBeGreaterThan(before.payment);
      budgets(menu).forEach((budget, k) => {
        expect(budget).toBeGreaterThanOrEqual(budgets(before)[k]!);
      });
    });
  });

  it('equals complete information where there is one type', () => {
    const market: Market = { ...profile, types: [2], counts: [5] };
    expect(optimalContract(market)).toEqual(completeInformation(market));
    expect(utilities(market, optimalContract(market))[0]![0]).toBeCloseTo(0, 12);
  });

  it('refuses types that don’t fall', () => {
    expect(() => optimalContract({ ...profile, types: [1, 2, 4] })).toThrow(/types/);
    expect(() => optimalContract({ ...profile, counts: [3, 4] })).toThrow(/devices/);
  });
});

const markets = fc
  .record({
    types: fc.uniqueArray(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 1, maxLength: 5 }),
    counts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 5, maxLength: 5 }),
    accuracyValue: fc.double({ min: 0.05, max: 5, noNaN: true }),
    cost: fc.constantFrom<Market['cost']>('linear', 'quadratic'),
  })
  .map(({ types, counts, ...rest }): Market => {
    const falling = types.toSorted((a, b) => b - a);
    return { ...rest, types: falling, counts: counts.slice(0, falling.length), signal: 1, interference: 0.1 };
  });

describe('any market', () => {
  it('gets a contract that every type accepts, and takes its own offer of', () => {
    fc.assert(
      fc.property(markets, (market) => {
        const menu = optimalContract(market);
        const table = utilities(market, menu);
        table.forEach((row, type) => {
          expect(row[type]!).toBeGreaterThanOrEqual(-1e-9);
          for (const other of row) expect(row[type]!).toBeGreaterThanOrEqual(other - 1e-9);
          // The offer for the next costlier type is worth just as much.
          if (type > 0) expect(row[type]!).toBeCloseTo(row[type - 1]!, 8);
        });
        expect(table[0]![0]).toBeCloseTo(0, 8);
        const sold = budgets(menu);
        expect(sold).toEqual(sold.toSorted((a, b) => a - b));
        const rents = table.map((row, type) => row[type]!);
        rents.slice(1).forEach((rent, k) => {
          expect(rent).toBeGreaterThanOrEqual(rents[k]! - 1e-9);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('is cheapest under complete information, and no uniform price beats the contract', () => {
    fc.assert(
      fc.property(markets, (market) => {
        const { serverCost } = optimalContract(market);
        expect(completeInformation(market).serverCost).toBeLessThanOrEqual(serverCost + 1e-9);
        expect(serverCost).toBeLessThanOrEqual(uniformPrice(market).serverCost + 1e-9);
      }),
      { numRuns: 30 },
    );
  });

  // Method: all monotone budgets of a grid, each with the least rewards that make it feasible.
  it('has no cheaper feasible menu on a grid', () => {
    for (const market of [
      profile,
      { ...profile, types: [4, 3.9, 1], counts: [5, 1, 5] },
      { ...profile, cost: 'quadratic' as const },
    ]) {
      const best = optimalContract(market).serverCost;
      const steps = Array.from({ length: 30 }, (_, i) => ((i + 1) / 30) * mostBudget(market));
      for (const a of steps) {
        for (const b of steps.filter((each) => each >= a)) {
          for (const c of steps.filter((each) => each >= b)) {
            let [reward, cost] = [0, 0];
            [a, b, c].forEach((budget, k) => {
              const before = [0, a, b][k]!;
              reward += market.types[k]! * (privacyCost(market.cost, budget) - privacyCost(market.cost, before));
              cost += market.counts[k]! * (reward + market.accuracyValue * noiseOf(market, budget));
            });
            expect(cost).toBeGreaterThanOrEqual(best - 1e-9);
          }
        }
      }
    }
  });

  it('has budgets that minimise noise and virtual cost', () => {
    fc.assert(
      fc.property(markets, fc.double({ min: 0.2, max: 20, noNaN: true }), (market, cost) => {
        const value = (budget: number) =>
          market.accuracyValue * noiseOf(market, budget) + cost * privacyCost(market.cost, budget);
        const best = bestBudget(market, cost);
        for (const factor of [0.9, 0.99, 1.01, 1.1]) {
          const other = Math.min(mostBudget(market), best * factor);
          expect(value(best)).toBeLessThanOrEqual(value(other) + 1e-9);
        }
      }),
    );
  });
});

describe('a pool that is split in proportion', () => {
  it('has the golden equilibria of the dossier', () => {
    near(proportionalPool([1, 1.2, 1.5], 2), [0.4967129291, 0.3798392988, 0.2045288532]);
    near(proportionalPool([1, 2, 4], 2), [0.4444444444, 0.2222222222, 0]);
    near(proportionalPool([4, 1, 2], 2), [0, 0.4444444444, 0.2222222222]);
  });

  it('leaves nobody anything to gain by a change of their own', () => {
    for (const types of [
      [1, 1.2, 1.5],
      [1, 2, 4],
      [3, 1, 1.1, 1.3, 2],
    ]) {
      const equilibrium = proportionalPool(types, 2);
      types.forEach((_, device) => {
        const own = poolUtility(types, equilibrium, 2, device);
        for (let change = 0; change <= 200; change += 1) {
          const deviating = equilibrium.map((budget, i) => (i === device ? change / 100 : budget));
          expect(poolUtility(types, deviating, 2, device)).toBeLessThanOrEqual(own + 1e-9);
        }
      });
    }
  });
});
