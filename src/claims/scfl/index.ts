import { type Claim, claim, type Paper } from '../claim.ts';
import { finalLoss as lastLoss } from '../curve.ts';
import { codeClaims, tradeClaims } from './code.ts';
import { incentiveClaims } from './incentive.ts';
import { finalAccuracy, finalLoss, LOW_LOSS, type On, opening, TARGET, toLowLoss, toTarget } from './measures.ts';

/** Virtual time of a run [s], of which uploading codes takes some 350, and test samples per class. */
interface Form {
  readonly seconds: number;
  readonly testPerClass: number;
}

const FULL: Form = { seconds: 3350, testPerClass: 100 };
const FAST: Form = { seconds: 1350, testPerClass: 50 };

/** The claims of SCFL on the small profile of the dossier of its papers (Sun et al., 2022), with the dossier's criteria. */
export const scflClaims: Paper = ({ fast }) => {
  const form = fast ? FAST : FULL;
  const on: On = (set, scenario = 'smallProfile') => ({
    scenario,
    set: { 'task.dataset.of.testPerClass': form.testPerClass, 'until.time': form.seconds, ...set },
  });
  return [...trainingClaims(on), ...codeClaims(on), ...tradeClaims(on), ...incentiveClaims(), contractTrains(on)];
};

/** Who is late begins the next round with all others, as in SCFL. */
const baseline = (algorithm: string) => ({ algorithm, 'algorithm.localSteps': 1, 'algorithm.late': 'release' });

const trainingClaims = (on: On): Claim[] => [
  claim({
    id: 'S1',
    claim: 'SCFL reaches a target much earlier than FedAvg that waits for all, which overtakes it in the end',
    criterion: `time to ${TARGET} from the opening of round 1, every tenth scored as in the dossier: FedAvg ≥ 10 × SCFL`,
    runs: { scfl: on({}), waiting: on(baseline('fed-avg'), 'waiting') },
    judge({ scfl, waiting }) {
      const values = {
        'SCFL [s]': toTarget(scfl) - opening(scfl),
        'FedAvg, waiting [s]': toTarget(waiting),
        [`SCFL to loss ${LOW_LOSS} [s]`]: toLowLoss(scfl) - opening(scfl),
        'FedAvg [s]': toLowLoss(waiting),
        'codes before that [s]': opening(scfl),
        'final loss, SCFL': finalLoss(scfl),
        'final loss, FedAvg': lastLoss(waiting),
      };
      return { values, holds: values['FedAvg, waiting [s]'] >= 10 * values['SCFL [s]'] };
    },
  }),
  claim({
    id: 'S2',
    claim: 'Dropping stragglers leaves a bias where they hold distinct labels, and importance sampling doesn’t help',
    criterion: 'accuracy: SCFL > FedAvg with a deadline and > its importance sampling, by 2 pp',
    runs: {
      scfl: on({}),
      dropping: on(baseline('fed-avg')),
      importance: on(baseline('fed-avg-importance')),
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
      allocated: on({ algorithm: 'coded-fed-l' }),
    },
    judge({ scfl, coded, complementary, allocated }) {
      const values = {
        SCFL: finalLoss(scfl),
        'coded only': finalLoss(coded),
        'complementary (CFL)': finalLoss(complementary),
        CodedFedL: finalLoss(allocated),
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
