import { smallest } from '../../math/extremes.ts';
import { type Claim, claim, type Figure, type Setting } from '../claim.ts';
import type { Curve } from '../curve.ts';
import {
  type Form,
  median,
  SEEDS,
  SNRS,
  type Snr,
  samplingError,
  scheduled,
  spanned,
  squaredError,
  squaredErrors,
  UNBIASED,
} from './settings.ts';

/** The unbiased samplers, PO-FL by its exact weighting among them, and what the picture sets beside them. */
const DRAWN = [...UNBIASED, 'po-fl-exact', 'best-channel'] as const;
type Drawn = (typeof DRAWN)[number];
type Sampler = (typeof UNBIASED)[number];
type Runs<Named extends Drawn> = `${Named} ${Snr}`;
type Run = Runs<Sampler>;

/** What a dossier's "≪" and "tracks" are taken to mean. */
const FAR_BELOW = 0.6;
const TRACKS = 1.1;
const SLACK = 1.05;

const each = <Named extends Drawn, Value>(
  policies: readonly Named[],
  make: (policy: Named, snr: Snr) => Value,
): Record<Runs<Named>, Value> =>
  Object.fromEntries(
    policies.flatMap((policy) => SNRS.map((snr) => [`${policy} ${snr}`, make(policy, snr)])),
  ) as Record<Runs<Named>, Value>;

const runs = <Named extends Drawn>(
  form: Form,
  policies: readonly Named[],
  onMnist: boolean,
): Record<Runs<Named>, Setting> => each(policies, (policy, snr) => scheduled(form, policy, snr, { onMnist }));

type Measured<Named extends Drawn> = Readonly<Record<Runs<Named>, readonly Curve[]>>;

/** Mean squared errors by policy and SNR. */
const errors = <Named extends Drawn>(policies: readonly Named[], measured: NoInfer<Measured<Named>>) =>
  each(policies, (policy, snr) => squaredError(measured[`${policy} ${snr}`]));

/** Whether a policy's error is the least of all, but for the slack, at every SNR. */
const isLowest = <Named extends Drawn>(
  own: NoInfer<Named>,
  policies: readonly Named[],
  found: NoInfer<Record<Runs<Named>, number>>,
) => SNRS.every((snr) => found[`${own} ${snr}`] <= SLACK * smallest(policies.map((each) => found[`${each} ${snr}`])));

const NOTE = 'medians over the seeds: under Rayleigh fading E 1/|h|² is infinite, and one deep fade rules a mean';

const errorFigure = (where: string, measured: Measured<Drawn>): Figure => ({
  title: `${where}mean squared error of the sum`,
  ...{ x: 'SNR per symbol [dB]', y: '‖ŷ − g‖²', logarithmic: ['y'] },
  lines: DRAWN.map((policy) => ({
    name: NAMES[policy],
    points: SNRS.map((snr) => spanned(snr, squaredErrors(measured[`${policy} ${snr}`]), median)),
  })),
});

const NAMES: Readonly<Record<Drawn, string>> = {
  'po-fl': 'PO-FL, α = 0.1',
  'channel-aware': 'channel-aware',
  'importance-aware': 'importance-aware',
  'uniform-sampling': 'uniform',
  'po-fl-exact': 'PO-FL, α = 1',
  'best-channel': 'best channels, biased',
};

/** Claim 1 of §4, and the same at α = 1, where the closed form minimises what is measured. */
function lowestClaims(form: Form, onMnist: boolean, where: string): Claim[] {
  const stated = {
    claim: `${where}among unbiased samplers PO-FL has the lowest mean squared error at every SNR`,
    criterion: 'time average of ‖ŷ − g‖² at 0, 10, 20, 30 dB: at most 5 % above the least of the four',
  };
  const exactly = ['po-fl-exact', 'channel-aware', 'importance-aware', 'uniform-sampling'] as const;
  const prefix = onMnist ? 'M' : 'P';
  return [
    claim<Runs<Drawn>>({
      ...{ ...stated, id: `${prefix}1`, seeds: SEEDS, isDrawn: true, runs: runs(form, DRAWN, onMnist) },
      judge(measured) {
        const values = errors(UNBIASED, measured);
        const holds = isLowest('po-fl', UNBIASED, values);
        return { values, holds, note: NOTE, figure: errorFigure(where, measured) };
      },
    }),
    claim<Runs<(typeof exactly)[number]>>({
      ...{ ...stated, id: `${prefix}10`, seeds: SEEDS, runs: runs(form, exactly, onMnist) },
      claim: `${stated.claim} where α = 1, the exact weighting`,
      judge(measured) {
        const values = errors(exactly, measured);
        return { values, holds: isLowest('po-fl-exact', exactly, values), note: NOTE };
      },
    }),
  ];
}

/** Claims 1 to 3 of §4, on the reference task or on MNIST. */
export function errorClaims(form: Form, onMnist: boolean): Claim[] {
  const prefix = onMnist ? 'M' : 'P';
  const where = onMnist ? 'MNIST, softmax: ' : '';
  const needed = runs(form, UNBIASED, onMnist);
  const [lowest, exactly] = lowestClaims(form, onMnist, where) as [Claim, Claim];
  return [
    lowest,
    claim<Run>({
      id: `${prefix}2`,
      seeds: SEEDS,
      claim: `${where}channel-aware ≪ importance-aware at low SNR, the reverse at high SNR, and PO-FL tracks the better`,
      criterion: '0 dB: CA < 0.6 IA; 30 dB: IA < 0.6 CA; PO-FL within 10 % of the better at both',
      runs: needed,
      judge(measured) {
        const found = errors(UNBIASED, measured);
        const [low, high] = ([0, 30] as const).map((snr) => ({
          channel: found[`channel-aware ${snr}`],
          importance: found[`importance-aware ${snr}`],
          both: found[`po-fl ${snr}`],
        })) as [Ends, Ends];
        const tracks = [low, high].every(
          ({ channel, importance, both }) => both <= TRACKS * Math.min(channel, importance),
        );
        const values = { 'CA 0 dB': low.channel, 'IA 0 dB': low.importance, 'PO-FL 0 dB': low.both };
        return {
          values: { ...values, 'CA 30 dB': high.channel, 'IA 30 dB': high.importance, 'PO-FL 30 dB': high.both },
          holds: low.channel < FAR_BELOW * low.importance && high.importance < FAR_BELOW * high.channel && tracks,
        };
      },
    }),
    claim<Run>({
      id: `${prefix}3`,
      claim: `${where}uniform sampling is never better than PO-FL in mean squared error`,
      criterion: 'time average of ‖ŷ − g‖² at 0, 10, 20, 30 dB: PO-FL’s is at most uniform’s',
      runs: needed,
      judge(measured) {
        const found = errors(UNBIASED, measured);
        const ratios = SNRS.map((snr) => found[`po-fl ${snr}`] / found[`uniform-sampling ${snr}`]);
        const values = Object.fromEntries(
          SNRS.map((snr, index) => [`PO-FL / uniform at ${snr} dB`, ratios[index] as number]),
        );
        return { values, holds: ratios.every((ratio) => ratio <= 1) };
      },
    }),
    exactly,
  ];
}

interface Ends {
  readonly channel: number;
  readonly importance: number;
  readonly both: number;
}

const COHORTS = [5, 10, 20] as const;
/** How far K · error may be from its mean. */
const SPREAD = 0.2;

/** Claim 6 of §4. */
export function cohortClaim(form: Form): Claim {
  return claim({
    id: 'P6',
    claim: 'more devices per round: the sampling variance falls as 1/K',
    criterion: 'uniform sampling without noise, K = 5, 10, 20: K · sampling error within 20 % of its mean',
    runs: Object.fromEntries(
      COHORTS.map((cohort) => [`K ${cohort}`, scheduled(form, 'uniform-sampling', 'noiseless', { cohort })]),
    ),
    judge(measured) {
      const products = COHORTS.map((cohort) => cohort * samplingError(measured[`K ${cohort}`] ?? []));
      const mean = products.reduce((sum, product) => sum + product, 0) / products.length;
      const values = Object.fromEntries(
        COHORTS.map((cohort, index) => [`K · error at K = ${cohort}`, products[index] as number]),
      );
      return { values, holds: products.every((product) => Math.abs(product / mean - 1) < SPREAD) };
    },
  });
}
