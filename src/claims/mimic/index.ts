import { largest, smallest } from '../../math/extremes.ts';
import { square } from '../../math/power.ts';
import { type Claim, claim, type Paper, type Setting } from '../claim.ts';
import { across, type Curve, mean } from '../curve.ts';
import { divergenceClaim } from './divergence.ts';

/** How long runs are, and from which round on they count as warm. */
interface Form {
  readonly rounds: number;
  readonly testPerClass: number;
}

const FULL: Form = { rounds: 150, testPerClass: 500 };
const FAST: Form = { rounds: 100, testPerClass: 200 };

/** Rounds whose mean accuracy is the final one, and rounds before a run is warm. */
const LAST = 20;
const WARM_UP = 40;

const MODES = {
  static: { 'devices.availability': 'static-levels', 'devices.availability.least': 0.2 },
  tau: { 'devices.availability': 'bounded-gaps' },
  random: { 'devices.availability': 'random-share', 'devices.availability.share': 0.1 },
  coins: { 'devices.availability': 'bernoulli', 'devices.availability.probability': 0.6 },
  full: { 'devices.availability': 'always-on' },
} as const;

type Mode = keyof typeof MODES;
const DROPPING = ['static', 'tau', 'random'] as const;

interface Run {
  readonly mode?: Mode;
  readonly also?: Setting['set'];
  readonly scenario?: 'twoLabels' | 'allLabels';
  readonly scale?: 'raw' | 'per-rate';
}

const finalAccuracy = across(({ points }) => mean(points.slice(-LAST).map(({ accuracy }) => accuracy)));

/** Spread of the accuracy over the rounds after the warm-up. */
const spread = across(({ points }) => {
  const warm = points.filter(({ round }) => round >= WARM_UP).map(({ accuracy }) => accuracy);
  const middle = mean(warm);
  return Math.sqrt(mean(warm.map((each) => square(each - middle))));
});

/** The claims of MimiC on Reference B of the dossier of the paper (Sun, Mao, Zhang, 2024), with the dossier's criteria. */
export const mimicClaims: Paper = ({ fast }) => {
  const form = fast ? FAST : FULL;
  const on = (algorithm: string, { mode = 'static', scenario = 'twoLabels', scale, also = {} }: Run = {}): Setting => ({
    scenario,
    set: {
      algorithm,
      ...(scale === undefined ? {} : { 'algorithm.scale': scale }),
      ...MODES[mode],
      'task.dataset.testPerClass': form.testPerClass,
      'until.rounds': form.rounds,
      ...also,
    },
  });
  return [divergenceClaim(), accuracy(on), neighbours(on), rarer(on), fewerLabels(on), steadiness(on), symmetric(on)];
};

type On = (algorithm: string, run?: Run) => Setting;

const accuracy = (on: On): Claim =>
  claim({
    id: 'M2',
    claim: 'Final accuracy: MimiC beats FedAvg wherever clients drop out, and comes near full participation',
    criterion: 'MimiC ≥ FedAvg + 0.5 pp and ≥ full − 0.5 pp, for static, tau and random',
    runs: {
      full: on('fed-avg', { mode: 'full' }),
      ...Object.fromEntries(
        DROPPING.flatMap((mode) => [
          [`FedAvg ${mode}`, on('fed-avg', { mode })],
          [`MimiC ${mode}`, on('mimic', { mode })],
        ]),
      ),
    },
    judge(measured: Readonly<Record<string, readonly Curve[]>>) {
      const values = Object.fromEntries(
        Object.entries(measured).map(([name, curves]) => [name, finalAccuracy(curves)]),
      );
      const value = (name: string) => values[name] ?? Number.NaN;
      const holds = DROPPING.every((mode) => {
        const found = value(`MimiC ${mode}`);
        return found >= value(`FedAvg ${mode}`) + 0.005 && found >= value('full') - 0.005;
      });
      return { values, holds };
    },
  });

const neighbours = (on: On): Claim =>
  claim({
    id: 'M3',
    claim: 'MimiC, MIFA and FedVARP are close on a convex problem',
    criterion: 'final accuracies within 0.5 pp of each other, static',
    runs: {
      mimic: on('mimic'),
      perRate: on('mimic', { scale: 'per-rate' }),
      mifa: on('mifa'),
      fedVarp: on('fed-varp'),
      importance: on('fed-avg-importance'),
    },
    judge({ mimic, perRate, mifa, fedVarp, importance }) {
      const close = {
        'MimiC raw': finalAccuracy(mimic),
        'MimiC per rate': finalAccuracy(perRate),
        MIFA: finalAccuracy(mifa),
        FedVARP: finalAccuracy(fedVarp),
      };
      const all = Object.values(close);
      const values = { ...close, 'importance sampling': finalAccuracy(importance) };
      return { values, holds: largest(all) - smallest(all) < 0.005 };
    },
  });

const rarer = (on: On): Claim => {
  const least = (share: number) => ({ also: { 'devices.availability.least': share } });
  return claim({
    id: 'M4',
    claim: 'The rarer clients are there, the more FedAvg loses, and MimiC much less',
    criterion: 'full − FedAvg larger at s = 0.1 than at 0.6; at 0.1 MimiC loses less than half of what FedAvg does',
    runs: {
      full: on('fed-avg', { mode: 'full' }),
      often: on('fed-avg', least(0.6)),
      rarely: on('fed-avg', least(0.1)),
      mimicOften: on('mimic', least(0.6)),
      mimicRarely: on('mimic', least(0.1)),
    },
    judge({ full, often, rarely, mimicOften, mimicRarely }) {
      const loss = (curves: readonly Curve[]) => finalAccuracy(full) - finalAccuracy(curves);
      const values = {
        'FedAvg loses at s=0.6': loss(often),
        'at s=0.1': loss(rarely),
        'MimiC loses at s=0.6': loss(mimicOften),
        'MimiC at s=0.1': loss(mimicRarely),
      };
      return { values, holds: loss(rarely) > loss(often) && loss(mimicRarely) < loss(rarely) / 2 };
    },
  });
};

const fewerLabels = (on: On): Claim =>
  claim({
    id: 'M5',
    claim: 'Heterogeneity widens the gap between FedAvg and MimiC; on IID data they coincide',
    criterion: 'gap larger with 2 labels than with all; with all below 0.5 pp',
    runs: {
      two: on('fed-avg'),
      mimicTwo: on('mimic'),
      all: on('fed-avg', { scenario: 'allLabels' }),
      mimicAll: on('mimic', { scenario: 'allLabels' }),
    },
    judge({ two, mimicTwo, all, mimicAll }) {
      const values = {
        'gap, 2 labels': finalAccuracy(mimicTwo) - finalAccuracy(two),
        'gap, all labels': finalAccuracy(mimicAll) - finalAccuracy(all),
      };
      const [wide, narrow] = Object.values(values) as [number, number];
      return { values, holds: wide > narrow && Math.abs(narrow) < 0.005 };
    },
  });

const steadiness = (on: On): Claim =>
  claim({
    id: 'M6',
    claim: 'After warm-up MimiC’s accuracy varies less from round to round than FedAvg’s',
    criterion: 'std of the rounds from 40 on: MimiC < FedAvg for static and random (equal for tau, not asserted)',
    runs: {
      fedAvgStatic: on('fed-avg'),
      mimicStatic: on('mimic'),
      fedAvgRandom: on('fed-avg', { mode: 'random' }),
      mimicRandom: on('mimic', { mode: 'random' }),
      fedAvgTau: on('fed-avg', { mode: 'tau' }),
      mimicTau: on('mimic', { mode: 'tau' }),
    },
    judge({ fedAvgStatic, mimicStatic, fedAvgRandom, mimicRandom, fedAvgTau, mimicTau }) {
      const values = {
        'FedAvg static': spread(fedAvgStatic),
        'MimiC static': spread(mimicStatic),
        'FedAvg random': spread(fedAvgRandom),
        'MimiC random': spread(mimicRandom),
        'FedAvg tau': spread(fedAvgTau),
        'MimiC tau': spread(mimicTau),
      };
      const holds = spread(mimicStatic) < spread(fedAvgStatic) && spread(mimicRandom) < spread(fedAvgRandom);
      return { values, holds };
    },
  });

const symmetric = (on: On): Claim =>
  claim({
    id: 'M7',
    claim: 'Where availability is the same for all clients, FedAvg is unbiased, only noisy',
    criterion: 'equal coins, p = 0.6: FedAvg within 0.5 pp of full participation',
    runs: { full: on('fed-avg', { mode: 'full' }), coins: on('fed-avg', { mode: 'coins' }) },
    judge({ full, coins }) {
      const values = { full: finalAccuracy(full), 'equal coins': finalAccuracy(coins) };
      return { values, holds: Math.abs(values.full - values['equal coins']) < 0.005 };
    },
  });
