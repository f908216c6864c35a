import { z } from 'zod';
import type { Access } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';

const options = z.strictObject({
  bandwidth: z.number().positive().default(1e6).describe('of each client’s own channel, Hz'),
});

/**
 * One orthogonal channel for each client: a transfer never waits for another, and its rate doesn't depend on the load.
 * The setting of most papers on hierarchical learning (default 1 MHz as in HierFAVG; Liu et al., ICC 2020, recalled).
 *
 * Limits: the total bandwidth grows with the number of clients.
 */
export const orthogonal = part(
  'access',
  'orthogonal',
  options,
  ({ bandwidth }): Access => ({
    independent: true,
    grant: (demands) => demands.map(() => ({ bandwidth, airtime: 1 })),
  }),
);
