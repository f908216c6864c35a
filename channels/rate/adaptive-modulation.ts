import { z } from 'zod';
import type { RateModel } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import { type Decibels, dbToLinear } from '../../src/units.ts';
import { channelQuality, efficiency } from '../tables/channel-quality.ts';

const options = z.strictObject({
  marginDb: z.number().min(-20).max(40).default(0).describe('SNR that is kept in reserve above each threshold, dB'),
  overhead: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('share of the bandwidth’s symbols that carry no message: pilots, control, cyclic prefix'),
});

/** Index of the best row whose threshold an SNR reaches [dB]; 0 where it reaches none. */
export const qualityIndex = (snrDb: Decibels): number =>
  channelQuality.findLast(({ thresholdDb }) => snrDb >= thresholdDb)?.index ?? 0;

/**
 * Adaptive modulation and coding by a table of channel quality indicators: the rate of the best row whose SNR threshold
 * is reached, one symbol per second and hertz.
 *
 *   R = B (1 − o) Q_m r   [bit/s],   B in Hz, Q_m bits per symbol, r code rate, o overhead;   0 below the first threshold
 *
 * Limits: the SNR of a block is known and flat; the 10 % of block errors that the thresholds allow are not taken off
 * (wrap it in `packetErasure` with a probability of 0.1 for that); no antennas beyond one layer: at most 5.55 bit/s/Hz.
 * Source: 3GPP TS 36.213, Table 7.2.3-1; thresholds are customary, see the table.
 */
export const adaptiveModulation = part('rate', 'adaptive-modulation', options, ({ marginDb, overhead }): RateModel => {
  const thresholds = channelQuality.map(({ thresholdDb }) => dbToLinear(thresholdDb + marginDb));
  const efficiencies = channelQuality.map((row) => (1 - overhead) * efficiency(row));
  return {
    rate(snr, bandwidth) {
      let row = thresholds.length - 1;
      while (row >= 0 && snr < thresholds[row]!) row -= 1;
      return row < 0 ? 0 : bandwidth * efficiencies[row]!;
    },
  };
});
