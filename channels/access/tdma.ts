import { z } from 'zod';
import type { Access } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';

const options = z.strictObject({
  bandwidth: z.number().positive().default(10e6).describe('of the whole cell, for one transfer at a time, Hz'),
});

/**
 * Time-division multiple access, first come, first served: the transfer that came first has the whole bandwidth until
 * it ends, the others wait.
 *
 * Limits: no slots and no guard times.
 */
export const tdma = part(
  'access',
  'tdma',
  options,
  ({ bandwidth }): Access => ({
    independent: false,
    grant(demands) {
      const first = demands.reduce((least, { id }) => Math.min(least, id), Number.POSITIVE_INFINITY);
      return demands.map(({ id }) => (id === first ? { bandwidth, airtime: 1 } : { bandwidth: 0, airtime: 0 }));
    },
  }),
);
