import { z } from 'zod';
import type { RateModel } from '../../src/network/contract.ts';
import { part, realise, slot } from '../../src/part.ts';
import { dbToLinear } from '../../src/units.ts';
import { shannon } from './shannon.ts';

const isModel = (value: unknown): boolean => typeof value === 'object' && value !== null;

const options = z.strictObject({
  rate: slot<RateModel>('rate', isModel)
    .default(() => shannon())
    .describe('above the threshold'),
  thresholdDb: z.number().min(-200).max(200).default(0).describe('SNR below which nothing is received, dB'),
});

/**
 * A receiver that hears nothing below an SNR: the rate is 0 there, and another model's above.
 *
 *   R = 0 for SNR < γ₀,   R(SNR, B) otherwise;   over Rayleigh fading of mean SNR γ, outage has P = 1 − e^(−γ₀ / γ)
 *
 * Limits: a hard threshold; a transfer waits through an outage and goes on after it.
 * Source: Goldsmith, Wireless Communications, 2005, §4.2.3 and §6.3.2.
 */
export const outage = part('rate', 'outage', options, ({ rate, thresholdDb }): RateModel => {
  const above = realise(rate);
  const threshold = dbToLinear(thresholdDb);
  return { rate: (snr, bandwidth) => (snr < threshold ? 0 : above.rate(snr, bandwidth)) };
});
