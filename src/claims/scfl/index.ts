import { type Claim, claim, type Paper } from '../claim.ts';
import { codeClaims, tradeClaims } from './code.ts';
import { incentiveClaims } from './incentive.ts';
import { finalAccuracy, finalLoss, type On, TARGET, toTarget } from './measures.ts';

/** Virtual time of a run [s], and test samples per class. */
interface Form {
  readonly seconds: number;
  readonly testPerClass: number;
}

const FULL: Form = { seconds: 3000, testPerClass: 100 };
const FAST: Form = { seconds: 1000, testPerClass: 50 };

/** The claims of SCFL on the small profile of the dossier of its papers (Sun et al., 2022), with the dossier's criteria. */
export const scflClaims: Paper = ({ fast }) => {
  const form = fast ? FAST : FULL;
  const on: On = (set, scenario = 'smallProfile') => ({
    scenario,
    set: { 'task.dataset.of.testPerClass': form.testPerClass, 'until.time': form.seconds, ...set },
  });
  return [...trainingClaims(on), ...codeClaims(on), ...tradeClaims(on), ...incentiveClaims(), contractTrains(on)];
};

const dropping = { algorithm: 'fed-avg', 'algorithm.localSteps': 1 };

const trainingClaims = (on: On): Claim[] => [
  claim({
    id: 'S1',
    claim: 'SCFL reaches a target much earlier than FedAvg that waits for all',
    criterion: `time to loss ${TARGET}: FedAvg ≥ 10 × SCFL`,
    runs: { scfl: on({}), waiting: on(dropping, 'waiting') },
    judge({ scfl, waiting }) {
      const values = { 'SCFL [s]': toTarget(scfl), 'FedAvg, waiting [s]': toTarget(waiting) };
      return { values, holds: values['FedAvg, waiting [s]'] >= 10 * values['SCFL [s]'] };
    },
  }),
  claim({
    id: 'S2',
    claim: 'Dropping stragglers leaves a bias where they hold distinct labels, and importance sampling doesn’t help',
    criterion: 'accuracy: SCFL > FedAvg with a deadline and > its importance sampling, by 2 pp',
    runs: {
      scfl: on({}),
      dropping: on(dropping),
      importance: on({ algorithm: 'fed-avg-importance', 'algorithm.localSteps': 1 }),
    },
    judge({ scfl, dropping: late, importance }) {
      const values = {
        SCFL: finalAccuracy(scfl),
        'FedAvg, deadline': finalAccuracy(late),
        'importance sampling': finalAccuracy(importance),
      };
      return {
        values,
        holds: values.SCFL > Math.max(values['FedAvg, deadline'], values['importance sampling']) + 0.02,
      };
    },
  }),
  claim({
    id: 'S3',
    claim: 'SCFL is better than training on the code alone',
    criterion: 'final loss: SCFL < λ = 1',
    runs: {
      scfl: on({}),
      coded: on({ 'algorithm.codeWeight': 1 }),
      complementary: on({ 'algorithm.rule': 'complementary' }),
    },
    judge({ scfl, coded, complementary }) {
      const values = {
        SCFL: finalLoss(scfl),
        'coded only': finalLoss(coded),
        'complementary (CFL)': finalLoss(complementary),
      };
      return { values, holds: values.SCFL < values['coded only'] };
    },
  }),
];

const contractTrains = (on: On): Claim =>
  claim({
    id: 'S11',
    claim: 'What a contract buys trains better than what the best uniform price buys',
    criterion: 'final loss at Γ = 0.001: contract < uniform price',
    runs: {
      contract: on({ 'algorithm.privacy': 'contract' }),
      price: on({ 'algorithm.privacy': 'uniform-price' }),
      complete: on({ 'algorithm.privacy': 'complete-information' }),
      free: on({}),
    },
    judge({ contract, price, complete, free }) {
      const values = {
        contract: finalLoss(contract),
        'uniform price': finalLoss(price),
        'complete information': finalLoss(complete),
        'no noise': finalLoss(free),
      };
      return { values, holds: values.contract < values['uniform price'] };
    },
  });
