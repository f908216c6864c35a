import { z } from 'zod';
import type { Interference } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import type { Watts } from '../../src/units.ts';

const options = z.strictObject({
  activity: z.number().min(0).max(1).default(1).describe('share of the time that a transmitter of another cell is on'),
  reuse: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe('cells that use different frequencies; cells whose numbers differ by a multiple of it share theirs'),
});

/**
 * Signal to interference and noise.
 *
 *   SINR = S / (N + I)   linear
 */
export const sinr = (signalW: Watts, noiseW: Watts, interferenceW: Watts): number => signalW / (noiseW + interferenceW);

/**
 * Interference from transmitters of other cells on the same frequency, taken as noise.
 *
 *   I = a Σ_j P_j g_j   [W] over the transmitters j of cells that share the frequency,   SINR = S / (N + I)
 *
 * Limits: its mean over who is on, not its ups and downs; Gaussian, so it adds to noise; no sectors; frequencies go to
 * cells by their numbers, wherever these lie.
 * Source: Goldsmith, Wireless Communications, 2005, §15.2.
 */
export const coChannel = part(
  'interference',
  'co-channel',
  options,
  ({ activity, reuse }): Interference => ({
    powerW(cell, heard) {
      const loud = heard.filter((each) => each.cell !== cell && (each.cell - cell) % reuse === 0);
      return activity * loud.reduce((sum, { receivedW }) => sum + receivedW, 0);
    },
  }),
);
