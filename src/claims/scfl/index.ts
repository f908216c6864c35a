import { type Claim, claim, type Paper, type Setting } from '../claim.ts';
import { across, isAscending, mean, secondsTo } from '../curve.ts';
import { incentiveClaims } from './incentive.ts';

/** Virtual time of a run [s], the loss that counts as reached, and test samples per class. */
interface Form {
  readonly seconds: number;
  readonly testPerClass: number;
}

const FULL: Form = { seconds: 3000, testPerClass: 100 };
const FAST: Form = { seconds: 1000, testPerClass: 50 };

/** Mean over the last scores, which mini-batches make noisy. */
const LAST = 5;
const finalAccuracy = across(({ points }) => mean(points.slice(-LAST).map(({ accuracy }) => accuracy)));
const finalLoss = across(({ points }) => mean(points.slice(-LAST).map(({ loss }) => loss)));
/** Loss that both a coded and a patient run come below: F of 0 is 0.5. */
const TARGET = 0.38;

type On = (set: Setting['set'], scenario?: string) => Setting;

/** The claims of SCFL on the small profile of the dossier of its papers (Sun et al., 2022), with the dossier's criteria. */
export const scflClaims: Paper = ({ fast }) => {
  const form = fast ? FAST : FULL;
  const on: On = (set, scenario = 'smallProfile') => ({
    scenario,
    set: { 'task.dataset.of.testPerClass': form.testPerClass, 'until.time': form.seconds, ...set },
  });
  return [...trainingClaims(on), ...codeClaims(on), ...incentiveClaims()];
};

const dropping = { algorithm: 'fed-avg', 'algorithm.localSteps': 1 };

const trainingClaims = (on: On): Claim[] => [
  claim({
    id: 'S1',
    claim: 'SCFL reaches a target much earlier than FedAvg that waits for all',
    criterion: `time to loss ${TARGET}: FedAvg ≥ 10 × SCFL`,
    runs: { scfl: on({}), waiting: on(dropping, 'waiting') },
    judge({ scfl, waiting }) {
      const values = { 'SCFL [s]': secondsTo(TARGET)(scfl), 'FedAvg, waiting [s]': secondsTo(TARGET)(waiting) };
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

const codeClaims = (on: On): Claim[] => [
  claim({
    id: 'S4',
    claim: 'Accuracy does not rise with the noise: flat where it is small, a collapse where it is large',
    criterion: 'σ² = 0, 0.01, 0.1: falling within 1 pp; σ² = 1 at least 10 pp below σ = 0',
    runs: {
      none: on({}),
      little: on({ 'algorithm.deviation': 0.1 }),
      some: on({ 'algorithm.deviation': Math.sqrt(0.1) }),
      much: on({ 'algorithm.deviation': 1 }),
    },
    judge({ none, little, some, much }) {
      const values = {
        'σ²=0': finalAccuracy(none),
        '0.01': finalAccuracy(little),
        '0.1': finalAccuracy(some),
        '1': finalAccuracy(much),
      };
      const falling = [values['1'], values['0.1'], values['0.01'], values['σ²=0']];
      return { values, holds: isAscending(falling, 0.01) && values['1'] < values['σ²=0'] - 0.1 };
    },
  }),
  claim({
    id: 'S5',
    claim: 'More coded rows help, with diminishing returns',
    criterion: 'final loss falls over c = 300, 1000, 3000, and less from 1000 on',
    runs: {
      few: on({ 'algorithm.codedRows': 300 }),
      more: on({ 'algorithm.codedRows': 1000 }),
      many: on({ 'algorithm.codedRows': 3000 }),
    },
    judge({ few, more, many }) {
      const values = { 'c=300': finalLoss(few), 'c=1000': finalLoss(more), 'c=3000': finalLoss(many) };
      const [first, second] = [values['c=300'] - values['c=1000'], values['c=1000'] - values['c=3000']];
      return { values, holds: first > 0 && second > 0 && second < first };
    },
  }),
  claim({
    id: 'S8',
    claim: 'Without the make-up term the fixed point shrinks towards 0',
    criterion: 'reported: loss with and without it at σ² = 0.1',
    runs: {
      made: on({ 'algorithm.deviation': Math.sqrt(0.1) }),
      without: on({ 'algorithm.deviation': Math.sqrt(0.1), 'algorithm.makeUp': 'false' }),
    },
    judge({ made, without }) {
      const values = { 'with make-up': finalLoss(made), without: finalLoss(without) };
      return { values, holds: values.without > values['with make-up'] };
    },
  }),
];
