import { type Claim, claim, type Paper } from '../claim.ts';
import { type Curve, finalLoss, isAscending } from '../curve.ts';
import {
  ACTIVATIONS,
  CENTRALISED,
  FAST,
  FULL,
  accuracyLine,
  baseline,
  decodedPoint,
  decodedShare,
  finalAccuracy,
  on,
  relu,
  type Form,
  type On,
} from './settings.ts';
import { timeClaims } from './times.ts';

/** Rates that suit each baseline: importance sampling multiplies updates of rare clients, so it needs a low one. */
const RATE = 1;
const LOW_RATE = 0.3;
/** FedAvg is best here, and corrections that are a hundred rounds old carry SCAFFOLD away. */
const HIGH_RATE = 3;

/** The claims of DReS-FL (Shao et al., 2022): on MNIST, or on Gaussian classes in the short form; the dossier's criteria. */
export const dresFlClaims: Paper = ({ fast }) => {
  const form = fast ? FAST : FULL;
  const run = on(form);
  const { nearest, others } = order(form, run);
  return [
    nearest,
    gap(form, run),
    independence(form, run),
    threshold(),
    ...timeClaims(),
    activation(fast ? FAST : ACTIVATIONS),
    others,
  ];
};

const order = (form: Form, run: On): { readonly nearest: Claim; readonly others: Claim } => {
  const dres = run();
  const fedAvg = run({ ...baseline('fed-avg'), ...relu(form, RATE) });
  const importance = run({ ...baseline('fed-avg-importance'), ...relu(form, LOW_RATE) });
  const scaffold = run({ ...baseline('scaffold'), ...relu(form, RATE) });
  const central = run({ ...CENTRALISED, ...relu(form, RATE) });
  return {
    nearest: claim({
      id: 'D1',
      claim: 'DReS-FL comes next to centralised training, before all that lose the data of those who drop out',
      criterion: 'accuracy: FedAvg, FedAvg-IS, SCAFFOLD < DReS-FL < centralised',
      isDrawn: true,
      runs: { dres, fedAvg, importance, scaffold, central },
      judge(measured) {
        const values = accuracies(measured);
        const others = Math.max(values.FedAvg, values['FedAvg-IS'], values.SCAFFOLD);
        const holds = others < values['DReS-FL'] && values['DReS-FL'] < values.centralised;
        return { values, holds, figure: orderFigure(measured, form.rounds / 10) };
      },
    }),
    others: claim({
      id: 'D9',
      claim: 'Of the others importance sampling is best, and SCAFFOLD fails where most clients hardly ever take part',
      criterion: 'accuracy: SCAFFOLD < FedAvg < FedAvg-IS',
      runs: {
        ...{ dres, fedAvg, importance, scaffold, central },
        fedAvgFast: run({ ...baseline('fed-avg'), ...relu(form, HIGH_RATE) }),
        scaffoldFast: run({ ...baseline('scaffold'), ...relu(form, HIGH_RATE) }),
      },
      judge(measured) {
        const values = {
          ...accuracies(measured),
          [`at rate ${HIGH_RATE}: SCAFFOLD`]: finalAccuracy(measured.scaffoldFast),
          'and FedAvg': finalAccuracy(measured.fedAvgFast),
        };
        return { values, holds: values.SCAFFOLD < values.FedAvg && values.FedAvg < values['FedAvg-IS'] };
      },
    }),
  };
};

type Ordered = Readonly<Record<'dres' | 'fedAvg' | 'importance' | 'scaffold' | 'central', readonly Curve[]>>;

const orderFigure = (measured: Ordered, every: number) => ({
  title: 'labels sorted over clients, nine of twenty rarely there',
  x: 'round',
  y: 'test accuracy',
  lines: [
    accuracyLine('centralised', measured.central, every),
    accuracyLine('DReS-FL', measured.dres, every),
    accuracyLine('SCAFFOLD', measured.scaffold, every),
    accuracyLine('FedAvg-IS', measured.importance, every),
    accuracyLine('FedAvg', measured.fedAvg, every),
  ],
});

const accuracies = (measured: Ordered) => ({
  SCAFFOLD: finalAccuracy(measured.scaffold),
  FedAvg: finalAccuracy(measured.fedAvg),
  'FedAvg-IS': finalAccuracy(measured.importance),
  'DReS-FL': finalAccuracy(measured.dres),
  centralised: finalAccuracy(measured.central),
});

const gap = (form: Form, run: On): Claim =>
  claim({
    id: 'D2',
    claim:
      'What it loses to centralised training is its network of squares, and nothing else where every round decodes',
    criterion:
      'all clients there: within 1 pp of centralised squares; squares of FedAvg are no better than its ReLUs + 1 pp',
    runs: {
      dres: run({ 'devices.availability': 'always-on' }),
      squares: run(CENTRALISED),
      central: run({ ...CENTRALISED, ...relu(form, RATE) }),
      fedSquares: run(baseline('fed-avg')),
      fedAvg: run({ ...baseline('fed-avg'), ...relu(form, RATE) }),
    },
    judge({ dres, squares, central, fedSquares, fedAvg }) {
      const values = {
        'DReS-FL, all there': finalAccuracy(dres),
        'centralised, squares': finalAccuracy(squares),
        'centralised, ReLU': finalAccuracy(central),
        'FedAvg, squares': finalAccuracy(fedSquares),
        'FedAvg, ReLU': finalAccuracy(fedAvg),
      };
      const isEqual = Math.abs(values['DReS-FL, all there'] - values['centralised, squares']) < 0.01;
      return { values, holds: isEqual && values['FedAvg, squares'] < values['FedAvg, ReLU'] + 0.01 };
    },
  });

const independence = (form: Form, run: On): Claim =>
  claim({
    id: 'D3',
    claim: 'Neither the split of the samples nor who drops out of a round that decodes changes what is learned',
    criterion:
      'sorted or IID: DReS-FL within 1 pp, FedAvg at least 5 pp apart; a tenth away or nobody: the same last loss',
    runs: {
      sorted: run(),
      iid: run({ 'task.split': 'iid' }),
      fedAvg: run({ ...baseline('fed-avg'), ...relu(form, RATE) }),
      fedAvgIid: run({ ...baseline('fed-avg'), ...relu(form, RATE), 'task.split': 'iid' }),
      everyone: run({ 'devices.availability': 'always-on' }),
      most: run({ 'devices.availability.reliable': 20 }),
    },
    judge({ sorted, iid, fedAvg, fedAvgIid, everyone, most }) {
      const values = {
        'DReS-FL, sorted': finalAccuracy(sorted),
        IID: finalAccuracy(iid),
        'FedAvg, sorted': finalAccuracy(fedAvg),
        'FedAvg, IID': finalAccuracy(fedAvgIid),
        'last loss, everyone there': finalLoss(everyone),
        'up to a tenth away': finalLoss(most),
      };
      const isClose = Math.abs(values['DReS-FL, sorted'] - values.IID) < 0.01;
      const differ = values['FedAvg, IID'] - values['FedAvg, sorted'] > 0.05;
      const isSame = everyone.every(({ points }, seed) => points.at(-1)?.loss === most[seed]?.points.at(-1)?.loss);
      return { values, holds: isClose && differ && isSame };
    },
  });

/** Shares of rounds that decode, by Monte Carlo of the dossier. */
const DECODED = { 7: 0.0054, 8: 0.074, 9: 0.66, 10: 0.925, 11: 0.986, 12: 0.998 } as const;

const threshold = (): Claim =>
  claim({
    id: 'D4',
    isDrawn: true,
    claim: 'Decoding succeeds or fails with the number G of reliable clients: sharply about R = 9 of twenty',
    criterion: `share of rounds decoded rises with G, and is within 0.1 of ${Object.values(DECODED).join(', ')}`,
    runs: Object.fromEntries(
      Object.keys(DECODED).map((reliable) => [
        `G = ${reliable}`,
        {
          scenario: 'gaussian',
          set: { 'devices.availability.reliable': Number(reliable), 'until.rounds': 300, 'evaluate.everyRounds': 300 },
        },
      ]),
    ),
    judge(measured: Readonly<Record<string, readonly Curve[]>>) {
      const shares = Object.entries(measured).map(([name, curves]) => [name, decodedShare(curves)] as const);
      const expected = Object.values(DECODED);
      const reliable = Object.keys(DECODED).map(Number);
      const isNear = shares.every(([, share], at) => Math.abs(share - (expected[at] as number)) < 0.1);
      const rising = shares.map(([, share]) => share);
      return {
        values: Object.fromEntries(shares),
        holds: isNear && isAscending(rising, 1e-9),
        figure: {
          title: 'rounds that decode, R = 9 of twenty',
          ...{ x: 'reliable clients G', y: 'share of rounds' },
          lines: [
            { name: 'measured', points: reliable.map((g) => decodedPoint(g, measured[`G = ${g}`] ?? [])) },
            { name: 'expected', points: expected.map((y, at) => ({ x: reliable[at] as number, y, low: y, high: y })) },
          ],
        },
      };
    },
  });

const activation = (form: Form): Claim => {
  const run = on(form);
  const layers = (hidden: string, more = {}) => run({ ...CENTRALISED, 'task.model.hidden': hidden, ...more });
  return claim({
    id: 'D8',
    claim: 'Networks of squares learn less than networks of ReLUs of the same size, centralised and in floats',
    criterion:
      'Gaussian classes, accuracy: one and two hidden layers of squares below ReLUs; a linear model for comparison',
    runs: {
      linear: layers('[]', { 'task.optimizer.learningRate': 0.5 }),
      one: layers('[32]'),
      two: layers('[32,32]'),
      reluOne: layers('[32]', relu(form, RATE)),
      reluTwo: layers('[32,32]', relu(form, RATE)),
    },
    judge({ linear, one, two, reluOne, reluTwo }) {
      const values = {
        linear: finalAccuracy(linear),
        'squares, L = 1': finalAccuracy(one),
        'L = 2': finalAccuracy(two),
        'ReLU, L = 1': finalAccuracy(reluOne),
        'ReLU, L = 2': finalAccuracy(reluTwo),
      };
      return {
        values,
        holds: values['squares, L = 1'] < values['ReLU, L = 1'] && values['L = 2'] < values['ReLU, L = 2'],
      };
    },
  });
};
