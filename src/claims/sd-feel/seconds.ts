import { largest, smallest } from '../../math/extremes.ts';
import { type Claim, claim } from '../claim.ts';
import { type Curve, finalLoss, isAscending, lossAt, secondsPerStep, secondsTo } from '../curve.ts';
import { type Form, type Synchronous, synchronous, timing } from './settings.ts';

const TARGET = 1.3;
const toTarget = secondsTo(TARGET);

/** Claims about what learning costs in virtual time on the papers' links. */
export function timeClaims(form: Form): Claim[] {
  const on = (options: Synchronous) => synchronous(form, options);
  const perStep = (options: Synchronous) => timing(form, { ...options, steps: 50 });
  return [
    timeToTarget(form),
    claim({
      id: 'C2',
      claim: 'FEEL (fixed cluster) is fastest per iteration but plateaus',
      criterion: 'per-iteration time FEEL < SD; final loss FEEL > 1.5 × SD',
      runs: { feel: on({ scheme: 'feel' }), ring: on({}) },
      judge({ feel, ring }) {
        const [fast, slow] = [secondsPerStep(5)(feel), secondsPerStep(5)(ring)];
        const [plateau, loss] = [finalLoss(feel), finalLoss(ring)];
        const values = {
          'FEEL [s/iteration]': fast,
          'SD [s/iteration]': slow,
          'FEEL final loss': plateau,
          'SD final loss': loss,
        };
        return { values, holds: fast < slow && plateau > 1.5 * loss };
      },
    }),
    earlyLead(form),
    claim({
      id: 'C6',
      seeds: 10,
      claim: 'Larger α can hurt in time: a crossover in τ₂',
      criterion: 'time to loss 1.3, sorted clusters: τ₂=1: α=1 beats α=5; τ₂=5: α=5 beats α=1',
      runs: {
        often: on({ clusters: 'sorted', edgeRounds: 1 }),
        oftenFive: on({ clusters: 'sorted', edgeRounds: 1, exchanges: 5 }),
        seldom: on({ clusters: 'sorted' }),
        seldomFive: on({ clusters: 'sorted', exchanges: 5 }),
      },
      judge({ often, oftenFive, seldom, seldomFive }) {
        const [a, b, c, d] = [toTarget(often), toTarget(oftenFive), toTarget(seldom), toTarget(seldomFive)];
        const values = { 'τ₂=1 α=1 [s]': a, 'τ₂=1 α=5 [s]': b, 'τ₂=5 α=1 [s]': c, 'τ₂=5 α=5 [s]': d };
        return { values, holds: a < b && d < c };
      },
    }),
    localPeriod(form),
    claim({
      id: 'C12',
      claim: 'Larger τ₂ makes each iteration cheaper: little for SD-FEEL because T^{ed-ed} is small, much for HierFAVG',
      criterion: 'seconds/iteration ratio τ₂=1 over τ₂=5, hier-like: HierFAVG 3.65, SD 1.09 (to two decimals)',
      runs: {
        hierOne: perStep({ scheme: 'hier-favg', edgeRounds: 1 }),
        hierFive: perStep({ scheme: 'hier-favg' }),
        semiOne: perStep({ edgeRounds: 1 }),
        semiFive: perStep({}),
      },
      judge({ hierOne, hierFive, semiOne, semiFive }) {
        const ratio = (one: readonly Curve[], five: readonly Curve[]) =>
          secondsPerStep(5)(one) / secondsPerStep(5)(five);
        const [hierarchical, semi] = [ratio(hierOne, hierFive), ratio(semiOne, semiFive)];
        const isNear = (value: number, stated: number) => Math.abs(value - stated) <= 0.005;
        const values = { HierFAVG: hierarchical, SD: semi };
        return { values, holds: isNear(hierarchical, 3.65) && isNear(semi, 1.09) };
      },
    }),
  ];
}

function timeToTarget(form: Form): Claim {
  const schemes = (links: 'hier-like' | 'relay') => [
    synchronous(form, { links }),
    synchronous(form, { scheme: 'hier-favg', links }),
    synchronous(form, { scheme: 'fed-avg', links }),
  ];
  const [semi, hierarchical, central] = schemes('hier-like') as [Setting, Setting, Setting];
  const [semiRelay, hierarchicalRelay, centralRelay] = schemes('relay') as [Setting, Setting, Setting];
  return claim({
    id: 'C1',
    claim:
      'Time to target: SD-FEEL (ring, α=1) reaches loss 1.3 before HierFAVG before FedAvg, τ=(5,5), random clusters',
    criterion: 'order strict in both presets; in hier-like HierFAVG/SD ≥ 2 and FedAvg/SD ≥ 5',
    runs: { semi, hierarchical, central, semiRelay, hierarchicalRelay, centralRelay },
    judge(measured) {
      const near = [measured.semi, measured.hierarchical, measured.central].map(toTarget);
      const relay = [measured.semiRelay, measured.hierarchicalRelay, measured.centralRelay].map(toTarget);
      const [sd, hier, fedAvg] = near as [number, number, number];
      const values = {
        'SD [s]': sd,
        'HierFAVG [s]': hier,
        'FedAvg [s]': fedAvg,
        'HierFAVG/SD': hier / sd,
        'FedAvg/SD': fedAvg / sd,
        'relay SD [s]': relay[0] as number,
        'relay HierFAVG [s]': relay[1] as number,
        'relay FedAvg [s]': relay[2] as number,
      };
      const isStrict = isAscending(near) && isAscending(relay);
      return { values, holds: isStrict && hier / sd >= 2 && fedAvg / sd >= 5 };
    },
  });
}

type Setting = ReturnType<typeof synchronous>;

const EARLY = 1.5;
const OVERTAKEN_BY = 15;

function earlyLead(form: Form): Claim {
  return claim({
    id: 'C3',
    claim:
      'FEEL leads the cloud early: in loss against time it is ahead at first, then overtaken by every multi-cluster scheme',
    criterion:
      'random clusters, hier-like: at t = 1.5 s FEEL is ahead of FedAvg; FedAvg passes FEEL before 15 s, and FEEL ends last',
    runs: {
      feel: synchronous(form, { scheme: 'feel' }),
      fedAvg: synchronous(form, { scheme: 'fed-avg' }),
      hierFavg: synchronous(form, { scheme: 'hier-favg' }),
      ring: synchronous(form, {}),
    },
    judge({ feel, fedAvg, hierFavg, ring }) {
      const [early, cloud] = [lossAt(EARLY)(feel), lossAt(EARLY)(fedAvg)];
      const instants = (fedAvg[0]?.points ?? []).map(({ at }) => at).filter((at) => at > EARLY);
      const passed = instants.find((at) => lossAt(at)(fedAvg) < lossAt(at)(feel)) ?? Number.POSITIVE_INFINITY;
      const [last, ...others] = [feel, fedAvg, hierFavg, ring].map(finalLoss) as [number, ...number[]];
      const values = {
        'FEEL at 1.5 s': early,
        'FedAvg at 1.5 s': cloud,
        'FedAvg passes at [s]': passed,
        'FEEL ends at': last,
        'the others at most': largest(others),
      };
      return { values, holds: early < cloud && passed < OVERTAKEN_BY && last > largest(others) };
    },
  });
}

/** τ₁ of the sweep, at τ₂ = 1. */
const PERIODS = [2, 5, 10, 20, 50] as const;
/** T_comp / T^{ct-ed} of the sweep. */
const RATIOS = [0.001, 0.01, 0.1, 1, 10] as const;
const BITS = 698_880;
const MACS = 487_540;
const BATCH = 10;
const CLOCK = 10e9;
/** T_comp and T^{ct-ed} of the runs [s]. */
const COMPUTING = (BATCH * MACS) / CLOCK;
const UPLOAD = BITS / (1e6 * Math.log2(51));

function localPeriod(form: Form): Claim {
  const runs = Object.fromEntries(
    PERIODS.map((localSteps) => [String(localSteps), synchronous(form, { localSteps, edgeRounds: 1, steps: 400 })]),
  );
  return claim({
    id: 'C11',
    claim:
      'Larger τ₁ can be better in time when uploads dominate (T^{ct-ed} ≫ T_comp), and is worse when computation dominates',
    criterion: 'sweep T_comp; optimum τ₁ non-increasing in T_comp/T^{ct-ed}',
    runs,
    judge(measured) {
      const best = (ratio: number): number => {
        const times = PERIODS.map((period) => toTarget((measured[period] ?? []).map(computingAt(ratio, period))));
        return PERIODS[times.indexOf(smallest(times))] as number;
      };
      const optima = RATIOS.map(best);
      const values = Object.fromEntries(RATIOS.map((ratio, at) => [`best τ₁ at ${ratio}:`, optima[at] as number]));
      const holds = optima.every((each, at) => at === 0 || each <= (optima[at - 1] as number));
      return { values, holds, note: 'by time to loss 1.3, ring, τ₂=1; only round times depend on T_comp' };
    },
  });
}

/** The curve of equal clients whose local step takes `ratio` uploads: each round is longer by what its steps take. */
const computingAt =
  (ratio: number, localSteps: number) =>
  (curve: Curve): Curve => ({
    ...curve,
    points: curve.points.map((point) => ({
      ...point,
      at: point.at + point.round * localSteps * (ratio * UPLOAD - COMPUTING),
    })),
  });
