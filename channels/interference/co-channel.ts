import { z } from 'zod';
import type { Interference } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import type { Watts } from '../../src/units.ts';

const options = z.strictObject({
  activity: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('share of the time that a transmitter is really on while it has the air'),
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
 *   I = a Σ_j P_j g_j   [W] over the transmitters j that are on at present in cells that share the frequency,
 *   SINR = S / (N + I)
 *
 * It follows the run: who uploads disturbs the uploads of other cells for as long as it lasts, and a server that sends
 * models disturbs the downloads of other cells. Up- and downlink don't meet.
 *
 * Limits: g is the mean over small-scale fading, not its ups and downs; power is spread evenly over the access scheme's
 * whole band (over the channel's `bandwidth` where each client has a channel of its own); Gaussian, so it adds to noise; no
 * sectors; frequencies go to cells by their numbers, wherever these lie. SNRs that policies and access schemes go by are
 * without it.
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
