import { largest } from '../../math/extremes.ts';
import { type Claim, claim } from '../claim.ts';
import { isAscending, lossAt, meanLossUntil, secondsTo } from '../curve.ts';
import { overGap } from './figures.ts';
import { type Clusters, type Form, unequal } from './settings.ts';

const GAPS = [1, 2, 4, 10] as const;
/** The instant at which §6.4 of the dossier compares losses, and its later one. */
const [EARLY, LATE] = [160, 400] as const;
/** A lead that counts as a tie where clients are equal. */
const TIE = 0.04;

const losses = (gaps: readonly number[], named: (gap: number) => readonly [string, number]) =>
  Object.fromEntries(gaps.map(named));

/** Claims about clients of unequal speed: time counts in local steps of the fastest. */
export function unequalClaims(form: Form): Claim[] {
  const waiting = (gap: number) => unequal(form, { gap, units: 2 * LATE });
  const alone = (gap: number) => unequal(form, { gap, staleness: 'inverse', units: LATE });
  return [
    claim({
      id: 'C14',
      claim: 'Synchronous time-to-accuracy degrades as H grows',
      criterion: 'monotone in H ∈ {1,2,4,10} (here: time to test loss 1.3)',
      runs: Object.fromEntries(GAPS.map((gap) => [String(gap), waiting(gap)])),
      judge(measured) {
        const values = losses(GAPS, (gap) => [`H=${gap}`, secondsTo(1.3)(measured[gap] ?? [])]);
        return { values, holds: isAscending(Object.values(values)), note: 'in local steps of the fastest client' };
      },
    }),
    claim({
      id: 'C15',
      isDrawn: true,
      claim: 'Asynchronous ≥ synchronous for H ≥ 4, advantage growing in H; near tie at H = 1',
      criterion:
        'sync loss − async loss at t=160, random clusters, η=0.3: above 0 at H=4 and 10, growing in H, within ±0.04 at H=1',
      runs: Object.fromEntries(
        GAPS.flatMap((gap) => [
          [`sync ${gap}`, waiting(gap)],
          [`async ${gap}`, alone(gap)],
        ]),
      ),
      judge(measured) {
        const at = lossAt(EARLY);
        const values = losses(GAPS, (gap) => [
          `H=${gap}`,
          at(measured[`sync ${gap}`] ?? []) - at(measured[`async ${gap}`] ?? []),
        ]);
        const leads = Object.values(values) as [number, number, number, number];
        const holds = Math.abs(leads[0]) < TIE && leads[2] > 0 && leads[3] > 0 && isAscending(leads);
        return { values, holds, note: 'inverse ψ', figure: overGap(measured, GAPS, EARLY) };
      },
    }),
    stalenessAware(form),
    discounting(form),
    normalisation(form),
    claim({
      id: 'C19',
      claim: 'θ_min trade-off: small θ_min means more uploads; best value grows with T^{ct-ed}/T_comp',
      criterion: 'H=4, random clusters, T^{ct-ed}=5: θ_min=5 better than 1',
      runs: { five: alone(4), one: unequal(form, { gap: 4, staleness: 'inverse', units: LATE, minimumSteps: 1 }) },
      judge({ five, one }) {
        const values = {
          'θ_min=5 at 160': lossAt(EARLY)(five),
          'θ_min=1 at 160': lossAt(EARLY)(one),
          'θ_min=5 at 400': lossAt(LATE)(five),
          'θ_min=1 at 400': lossAt(LATE)(one),
          'θ_min=5 mean': meanLossUntil(LATE)(five),
          'θ_min=1 mean': meanLossUntil(LATE)(one),
        };
        return { values, holds: values['θ_min=5 mean'] < values['θ_min=1 mean'] };
      },
    }),
  ];
}

function stalenessAware(form: Form): Claim {
  const cases = (['random', 'sorted'] as const).flatMap((clusters) =>
    (['random', 'byCluster'] as const).map((placement) => ({ clusters, placement })),
  );
  const nameOf = (each: { clusters: Clusters; placement: string }) =>
    `${each.clusters}${each.placement === 'random' ? '' : ' by cluster'}`;
  const run = (each: (typeof cases)[number], staleness: 'constant' | 'inverse') =>
    [`${nameOf(each)} ${staleness}`, unequal(form, { gap: 10, staleness, ...each })] as const;
  return claim({
    id: 'C16',
    claim: 'Staleness-aware beats vanilla asynchronous (own-gap definition, η = 0.3)',
    criterion:
      'H=10: mean loss lower for random and by-cluster speed placement, both assignments; alternating placement excluded',
    runs: Object.fromEntries(cases.flatMap((each) => [run(each, 'constant'), run(each, 'inverse')])),
    judge(measured) {
      const values = Object.fromEntries(
        Object.entries(measured).map(([name, curves]) => [name, meanLossUntil(form.units)(curves)]),
      );
      const holds = cases.every(
        (each) => (values[`${nameOf(each)} inverse`] as number) < (values[`${nameOf(each)} constant`] as number),
      );
      return { values, holds };
    },
  });
}

function discounting(form: Form): Claim {
  const run = (staleness: 'constant' | 'inverse' | 'exponential') =>
    unequal(form, { gap: 10, staleness, ownGap: 'reset' });
  return claim({
    id: 'C17',
    claim: 'Over-aggressive discounting is harmful',
    criterion: 'with own gap reset to 0, ½e^{−δ} worse than 1/(2(δ+1)) worse than constant (here: mean loss, H=10)',
    runs: { constant: run('constant'), inverse: run('inverse'), exponential: run('exponential') },
    judge(measured) {
      const values = {
        constant: meanLossUntil(form.units)(measured.constant),
        inverse: meanLossUntil(form.units)(measured.inverse),
        exponential: meanLossUntil(form.units)(measured.exponential),
      };
      return { values, holds: isAscending(Object.values(values)), note: 'random clusters and placement' };
    },
  });
}

/** Two models that differ by rounding alone have losses that differ by no more than this. */
const ROUNDING = 1e-5;

function normalisation(form: Form): Claim {
  const run = (gap: number, normalised: boolean, learningRate: number, units: number) =>
    unequal(form, { gap, staleness: 'inverse', normalised, learningRate, units });
  return claim({
    id: 'C18',
    claim: 'Normalised aggregation beats un-normalised when H > 1',
    criterion: 'mean loss, H = 10; identical at H = 1 (all θ equal)',
    runs: {
      normalised: run(10, true, 0.3, form.units),
      plain: run(10, false, 0.3, form.units),
      normalisedSlow: run(10, true, 0.05, LATE),
      plainSlow: run(10, false, 0.05, LATE),
      normalisedEqual: run(1, true, 0.3, LATE),
      plainEqual: run(1, false, 0.3, LATE),
    },
    judge({ normalised, plain, normalisedSlow, plainSlow, normalisedEqual, plainEqual }) {
      const mean = meanLossUntil(form.units);
      const gaps = normalisedEqual.flatMap(({ points }, seed) =>
        points.map(({ loss }, at) => Math.abs(loss - (plainEqual[seed]?.points[at]?.loss ?? Number.NaN))),
      );
      const values = {
        normalised: mean(normalised),
        'un-normalised': mean(plain),
        'normalised, η=0.05, at 400': lossAt(LATE)(normalisedSlow),
        'un-normalised, η=0.05, at 400': lossAt(LATE)(plainSlow),
        'difference at H=1': largest(gaps),
      };
      const holds = values.normalised < values['un-normalised'] && values['difference at H=1'] < ROUNDING;
      return { values, holds };
    },
  });
}
