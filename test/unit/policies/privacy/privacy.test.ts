import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leakage } from '../../../../src/coding/privacy.ts';
import { realise } from '../../../../src/part.ts';
import {
  completeKnowledge,
  contract,
  equalBudget,
  equalNoise,
  rewardPool,
  unitPrice,
} from '../../../../src/policies/index.ts';
import type { PrivacyTerms } from '../../../../src/policies/privacy/contract.ts';

/** Ten clients as exposed as the profile of the dossier has them: h² = 1, f² = 0.1. */
const profile = Array.from({ length: 10 }, () => ({ signal: 1, interference: 0.1 }));
const trade = { types: [4, 2, 1], counts: [3, 4, 3], accuracyValue: 1, cost: 'linear' as const };
const payment = (terms: readonly PrivacyTerms[]) => terms.reduce((sum, { reward }) => sum + reward, 0);
const noise = (terms: readonly PrivacyTerms[]) => terms.reduce((sum, { deviation }) => sum + deviation ** 2, 0);

describe('noise that nobody is paid for', () => {
  it('is the same for all, or what each client’s data need to keep a budget', () => {
    expect(realise(equalNoise({ deviation: 2 }))(profile)[0]).toEqual({
      ...{ deviation: 2, reward: 0, leakage: leakage({ signal: 1, interference: 0.1 }, 4) },
    });
    const exposures = [
      { signal: 1, interference: 0.1 },
      { signal: 1, interference: 3 },
      { signal: 0.01, interference: 3 },
    ];
    const terms = realise(equalBudget({ budget: 0.1 }))(exposures);
    expect(terms.map(({ leakage: bits }) => bits <= 0.1 + 1e-12)).toEqual([true, true, true]);
    expect(terms[0]!.deviation).toBeGreaterThan(terms[1]!.deviation);
    // The third hides among its own records well enough.
    expect(terms[2]!.deviation).toBe(0);
  });
});

describe('a market for leakage', () => {
  it('gives every client the golden contract of its type', () => {
    const terms = realise(contract(trade))(profile);
    const [budgets, rewards] = [
      [0.2866112516, 0.5019705805, 0.806633053],
      [1.1464450063, 1.5771636641, 1.8818261366],
    ];
    const typeOf = [0, 0, 0, 1, 1, 1, 1, 2, 2, 2];
    terms.forEach((each, i) => {
      expect(each.leakage).toBeCloseTo(budgets[typeOf[i]!]!, 9);
      expect(each.reward).toBeCloseTo(rewards[typeOf[i]!]!, 9);
    });
    expect(payment(terms)).toBeCloseTo(15.39346808, 7);
    expect(noise(terms)).toBeCloseTo(10.58446045, 7);
  });

  it('costs the server less by contract than by the best price for all, and least where it knows everybody', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.double({ min: 0.2, max: 5, noNaN: true }), { minLength: 1, maxLength: 4 }),
        fc.double({ min: 0.05, max: 5, noNaN: true }),
        fc.integer({ min: 1, max: 12 }),
        (costs, accuracyValue, clients) => {
          const types = costs.toSorted((a, b) => b - a);
          const options = { types, counts: types.map(() => 1), accuracyValue, cost: 'quadratic' } as const;
          const exposures = profile.slice(0, 1).concat(new Array(clients - 1).fill(profile[0]));
          const cost = (policy: typeof contract) => {
            const terms = realise(policy(options))(exposures);
            expect(terms).toHaveLength(clients);
            const paid = terms.every(
              ({ reward, leakage: bits }, i) => reward >= types[i % types.length]! * (bits ** 2 / 2) - 1e-9,
            );
            expect(paid).toBe(true);
            return accuracyValue * noise(terms) + payment(terms);
          };
          const byContract = cost(contract);
          expect(cost(completeKnowledge)).toBeLessThanOrEqual(byContract * (1 + 1e-9));
          expect(byContract).toBeLessThanOrEqual(cost(unitPrice) * (1 + 1e-9));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('holds budgets for the most exposed client', () => {
    const exposures = [...profile, { signal: 4, interference: 0.05 }];
    const terms = realise(contract(trade))(exposures);
    terms.forEach(({ deviation, leakage: bits }, i) => {
      expect(leakage(exposures[i]!, deviation ** 2)).toBeLessThanOrEqual(bits + 1e-12);
    });
  });

  it('has clients stay out of a pool of reward that isn’t worth it for them', () => {
    const terms = realise(rewardPool({ types: [4, 2, 1], counts: [1, 1, 1], pool: 2 }))(profile.slice(0, 3));
    expect(terms[0]).toEqual({ deviation: Number.POSITIVE_INFINITY, leakage: 0, reward: 0 });
    expect(terms.map(({ leakage: bits }) => bits)).toEqual([
      0,
      expect.closeTo(0.2222222222, 9),
      expect.closeTo(0.4444444444, 9),
    ]);
    expect(payment(terms)).toBeCloseTo(2, 12);
  });
});
