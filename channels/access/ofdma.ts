import { z } from 'zod';
import type { Access } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';

const options = z.strictObject({
  bandwidth: z.number().positive().default(10e6).describe('of the whole cell, shared equally by its transfers, Hz'),
});

/**
 * Orthogonal frequency-division multiple access with equal shares: n transfers get B / n each, all the time.
 *
 * A client puts its whole power into its share, so its SNR there is n times that over the whole bandwidth.
 *
 * Limits: bandwidth divides without guard bands and below any subcarrier spacing.
 */
export const ofdma = part(
  'access',
  'ofdma',
  options,
  ({ bandwidth }): Access => ({
    independent: false,
    grant: (demands) => demands.map(() => ({ bandwidth: bandwidth / demands.length, airtime: 1 })),
  }),
);
