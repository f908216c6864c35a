import { completeInformation, type Market, optimalContract, utilities } from '../../incentive/contract.ts';
import { uniformPrice } from '../../incentive/stackelberg.ts';
import { type Claim, claim } from '../claim.ts';
import { isAscending } from '../curve.ts';

/** The contract profile of the dossier, and its six values of accuracy. */
const PROFILE = { types: [4, 2, 1], counts: [3, 4, 3], signal: 1, interference: 0.1, cost: 'quadratic' } as const;
const VALUES = [0.05, 0.1, 0.5, 1, 2, 5];

const market = (accuracyValue: number): Market => ({ ...PROFILE, accuracyValue });

/** Claims about the incentive mechanism, which are mathematics: nothing is simulated. */
export const incentiveClaims = (): Claim[] => [
  claim({
    id: 'S9',
    claim: 'A contract costs the server no more than the best uniform price of a Stackelberg game',
    criterion: 'cost, noise and payment lower for Γ = 0.05 … 5; complete information costs no more than the contract',
    runs: {},
    judge() {
      const menus = VALUES.map((value) => ({
        contract: optimalContract(market(value)),
        price: uniformPrice(market(value)),
        complete: completeInformation(market(value)),
      }));
      const holds = menus.every(
        ({ contract, price, complete }) =>
          contract.serverCost < price.serverCost &&
          contract.noise < price.noise &&
          contract.payment < price.payment &&
          complete.serverCost <= contract.serverCost + 1e-9,
      );
      const values = Object.fromEntries(
        menus.flatMap(({ contract, price }, i) => [
          [`contract, Γ=${VALUES[i]}`, contract.serverCost],
          [`price, Γ=${VALUES[i]}`, price.serverCost],
        ]),
      );
      return { values, holds };
    },
  }),
  claim({
    id: 'S10',
    claim: 'The more accuracy is worth, the more leakage is bought, and those who mind less gain more',
    criterion:
      'payment up and noise down with Γ; at Γ = 1 budgets, rewards and rents rise over types, the first rent is 0',
    runs: {},
    judge() {
      const menus = VALUES.map((value) => optimalContract(market(value)));
      const { offers } = optimalContract(market(1));
      const rents = utilities(market(1), { offers }).map((row, type) => row[type] ?? Number.NaN);
      const holds =
        isAscending(menus.map(({ payment }) => payment)) &&
        isAscending(menus.map(({ noise }) => -noise)) &&
        isAscending(offers.map(({ budget }) => budget)) &&
        isAscending(offers.map(({ reward }) => reward)) &&
        isAscending(rents) &&
        Math.abs(rents[0] ?? 1) < 1e-9;
      return { values: Object.fromEntries(rents.map((rent, type) => [`rent of type ${type + 1}`, rent])), holds };
    },
  }),
];
