import { z } from 'zod';
import type { Loss } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import { dbToLinear } from '../../src/units.ts';
import { attempts } from './attempts.ts';

const options = z.strictObject({
  thresholdDb: z.number().min(-200).max(200).default(0).describe('SNR below which a transfer is lost, dB'),
  attempts,
});

/**
 * A transfer that is lost where the SNR, over the channel's bandwidth, is below a threshold as its last bit leaves.
 *
 *   lost where SNR < γ₀;   over Rayleigh fading of mean SNR γ with probability 1 − e^(−γ₀ / γ)
 *
 * Limits: only the last block counts, which is exact where a block lasts longer than a transfer; a sending again in the
 * same block is lost again.
 * Source: Goldsmith, Wireless Communications, 2005, §4.2.3.
 */
export const transferOutage = part('loss', 'transfer-outage', options, ({ thresholdDb, attempts: most }): Loss => {
  const threshold = dbToLinear(thresholdDb);
  return { attempts: most, isLost: ({ snr }) => snr < threshold };
});
