import { type Claim, claim, type Setting } from '../claim.ts';
import type { Curve } from '../curve.ts';
import { type Form, SNRS, type Snr, samplingError, scheduled, squaredError, UNBIASED } from './settings.ts';

type Sampler = (typeof UNBIASED)[number];
type Run = `${Sampler} ${Snr}`;

/** What a dossier's "≪" and "tracks" are taken to mean. */
const FAR_BELOW = 0.6;
const TRACKS = 1.1;
const SLACK = 1.05;

const each = <Value>(make: (policy: Sampler, snr: Snr) => Value): Record<Run, Value> =>
  Object.fromEntries(
    UNBIASED.flatMap((policy) => SNRS.map((snr) => [`${policy} ${snr}`, make(policy, snr)])),
  ) as Record<Run, Value>;

const runs = (form: Form, onMnist: boolean): Record<Run, Setting> =>
  each((policy, snr) => scheduled(form, policy, snr, { onMnist }));

/** Mean squared errors by policy and SNR. */
const errors = (measured: Readonly<Record<Run, readonly Curve[]>>) =>
  each((policy, snr) => squaredError(measured[`${policy} ${snr}`]));

const NOTE = 'medians over the seeds: under Rayleigh fading E 1/|h|² is infinite, and one deep fade rules a mean';

/** Claims 1 to 3 of §4, on the reference task or on MNIST. */
export function errorClaims(form: Form, onMnist: boolean): Claim[] {
  const prefix = onMnist ? 'M' : 'P';
  const where = onMnist ? 'MNIST, softmax: ' : '';
  const needed = runs(form, onMnist);
  return [
    claim<Run>({
      id: `${prefix}1`,
      claim: `${where}among unbiased samplers PO-FL has the lowest mean squared error at every SNR`,
      criterion: 'time average of ‖ŷ − g‖² at 0, 10, 20, 30 dB: at most 5 % above the least of the four',
      runs: needed,
      judge(measured) {
        const found = errors(measured);
        const holds = SNRS.every((snr) => {
          const least = Math.min(...UNBIASED.map((policy) => found[`${policy} ${snr}`]));
          return found[`po-fl ${snr}`] <= SLACK * least;
        });
        return { values: found, holds, note: NOTE };
      },
    }),
    claim<Run>({
      id: `${prefix}2`,
      claim: `${where}channel-aware ≪ importance-aware at low SNR, the reverse at high SNR, and PO-FL tracks the better`,
      criterion: '0 dB: CA < 0.6 IA; 30 dB: IA < 0.6 CA; PO-FL within 10 % of the better at both',
      runs: needed,
      judge(measured) {
        const found = errors(measured);
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
        const found = errors(measured);
        const ratios = SNRS.map((snr) => found[`po-fl ${snr}`] / found[`uniform-sampling ${snr}`]);
        const values = Object.fromEntries(
          SNRS.map((snr, index) => [`PO-FL / uniform at ${snr} dB`, ratios[index] as number]),
        );
        return { values, holds: ratios.every((ratio) => ratio <= 1) };
      },
    }),
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
