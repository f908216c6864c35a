import { z } from 'zod';
import type { RateModel } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import { dbToLinear } from '../../src/units.ts';

const options = z.strictObject({
  gapDb: z.number().min(0).default(0).describe('SNR gap Γ between the code in use and capacity, dB'),
});

/**
 * Shannon's rate with an SNR gap.
 *
 *   R = B log₂(1 + SNR / Γ)   [bit/s],   B in Hz
 *
 * Limits: no error, no overhead, no largest modulation: the rate grows without bound with the SNR.
 * Source: Shannon, Communication in the presence of noise, Proc. IRE 37, 1949; the gap is that of Cioffi.
 */
export const shannon = part('rate', 'shannon', options, ({ gapDb }): RateModel => {
  const gap = dbToLinear(gapDb);
  // log1p keeps the rate of a very weak link, where 1 + snr would round to 1.
  return { rate: (snr, bandwidth) => (bandwidth * Math.log1p(snr / gap)) / Math.LN2 };
});
