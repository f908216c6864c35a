import { z } from 'zod';
import { largest } from '../../src/math/extremes.ts';
import type { Access, Demand } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import type { Hertz, Seconds } from '../../src/units.ts';

const options = z.strictObject({
  bandwidth: z
    .number()
    .positive()
    .default(10e6)
    .describe('of the whole cell; give the channel’s own, over which SNRs are stated, Hz'),
});

/** Halvings of the interval of the common end: to 12 digits. */
const HALVINGS = 40;
const NEWTON_STEPS = 50;

/** A transfer by what its bandwidth depends on. */
interface Need {
  readonly bits: number;
  /** SNR · B, the power over the noise density [Hz]. */
  readonly strength: number;
}

/** Rate of a need in a bandwidth, b log₂(1 + strength / b) [bit/s]. */
const rateIn = (bandwidth: Hertz, { strength }: Need): number =>
  (bandwidth * Math.log1p(strength / bandwidth)) / Math.LN2;

/**
 * Bandwidth in which a need is through after `seconds`: b log₂(1 + s / b) = D / T; Infinity where no bandwidth will do.
 *
 * With z = s / b it is ln(1 + z) = a z, a = D ln 2 / (T s). From z = 1/a² − 1, which is beyond the root, Newton's steps
 * fall towards it, since the logarithm is concave.
 */
function bandwidthFor({ bits, strength }: Need, seconds: Seconds): Hertz {
  const a = (bits * Math.LN2) / (seconds * strength);
  if (a >= 1) return Number.POSITIVE_INFINITY;
  let z = 1 / (a * a) - 1;
  for (let step = 0; step < NEWTON_STEPS; step += 1) {
    const next = z - (Math.log1p(z) - a * z) / (1 / (1 + z) - a);
    if (!(next < z * (1 - 1e-15))) break;
    z = next;
  }
  return strength / z;
}

/** Shares of a bandwidth with which all needs are through at once, shape [needs]. */
export function equalFinish(needs: readonly Need[], bandwidth: Hertz): Hertz[] {
  // At the earliest, the slowest has all of the bandwidth; at the latest, all have equal shares.
  let earliest = largest(needs.map((need) => need.bits / rateIn(bandwidth, need)));
  let latest = largest(needs.map((need) => need.bits / rateIn(bandwidth / needs.length, need)));
  const total = (seconds: Seconds): Hertz => needs.reduce((sum, need) => sum + bandwidthFor(need, seconds), 0);
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (earliest + latest) / 2;
    if (total(middle) > bandwidth) earliest = middle;
    else latest = middle;
  }
  const shares = needs.map((need) => bandwidthFor(need, latest));
  const sum = shares.reduce((all, each) => all + each, 0);
  return shares.map((each) => (each * bandwidth) / sum);
}

/** Transfers that are as good as through count for one bit. */
const needOf = ({ remaining, snr }: Demand, bandwidth: Hertz): Need => ({
  bits: Math.max(1, remaining),
  strength: snr * bandwidth,
});

/**
 * Orthogonal frequency-division multiple access with channel-inverse shares: weak links get more bandwidth, so that all
 * transfers of the moment are through at the same time.
 *
 *   B_i log₂(1 + SNR_i B / B_i) = D_i / T for all i,   Σ B_i = B
 *
 * A client puts its whole power into its share. Shares are found anew when a transfer comes or goes.
 *
 * Limits: it goes by mean SNR and Shannon's rate, whatever fades and whichever rate model is in use, so ends differ by
 * what these do; bandwidth divides without guard bands.
 * Source: the optimal allocation for synchronous rounds, as in Shi et al., Joint device scheduling and resource
 * allocation for latency constrained wireless federated learning, IEEE Trans. Wireless Commun. 20 (1), 2021 (recalled).
 */
export const equalFinishOfdma = part(
  'access',
  'ofdma-equal-finish',
  options,
  ({ bandwidth }): Access => ({
    independent: false,
    grant(demands) {
      const heard = demands.filter(({ snr }) => snr > 0);
      const shares = equalFinish(
        heard.map((demand) => needOf(demand, bandwidth)),
        bandwidth,
      );
      const granted = new Map(heard.map(({ id }, index) => [id, shares[index]!]));
      return demands.map(({ id }) => {
        const share = granted.get(id) ?? 0;
        return { bandwidth: share, airtime: share > 0 ? 1 : 0 };
      });
    },
  }),
);
