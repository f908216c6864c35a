import { z } from 'zod';
import type { Access } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';

const options = z.strictObject({
  bandwidth: z.number().positive().default(10e6).describe('of the whole cell, for one transfer at a time, Hz'),
});

/**
 * Time-division multiple access, proportionally fair: in each fading block the client transmits whose gain is greatest
 * beside its own mean.
 *
 *   k* = argmax_k g_k / E g_k;   among n clients with Rayleigh fading each has 1 / n of the blocks, of mean gain
 *   1 + 1/2 + … + 1/n instead of 1
 *
 * Limits: what proportional fairness, argmax R_k / mean R_k, comes to where averages are long and rates nearly linear in
 * the gain; blocks of all clients begin and end together, and the server knows all gains.
 * Source: Viswanath, Tse and Laroia, Opportunistic beamforming using dumb antennas, IEEE Trans. Inf. Theory 48 (6), 2002,
 * §II.
 */
export const proportionalFair = part(
  'access',
  'tdma-proportional-fair',
  options,
  ({ bandwidth }): Access => ({
    independent: false,
    grant: (demands) => demands.map(() => ({ bandwidth, airtime: 1 / demands.length })),
    pick: (gains) => gains.reduce((best, gain, index) => (gain > gains[best]! ? index : best), 0),
  }),
);
