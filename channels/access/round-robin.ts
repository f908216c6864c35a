import { z } from 'zod';
import type { Access } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';

const options = z.strictObject({
  bandwidth: z.number().positive().default(10e6).describe('of the whole cell, for one transfer at a time, Hz'),
});

/**
 * Time-division multiple access in turns, with slots so short that they don't show: n transfers have the whole bandwidth
 * for 1 / n of the time each.
 *
 *   R = (1 / n) R(SNR, B)   [bit/s]
 *
 * Unlike equal shares of bandwidth, a client's power isn't concentrated on a share: SNR doesn't grow with the load.
 *
 * Limits: no slots and no guard times; slots are short beside a fading block.
 * Source: processor sharing, as in Kleinrock, Queueing Systems, vol. 2, 1976, §4.4.
 */
export const roundRobinAccess = part(
  'access',
  'tdma-round-robin',
  options,
  ({ bandwidth }): Access => ({
    independent: false,
    grant: (demands) => demands.map(() => ({ bandwidth, airtime: 1 / demands.length })),
  }),
);
