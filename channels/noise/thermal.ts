import { z } from 'zod';
import type { Noise } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import { dbmToWatts } from '../../src/units.ts';

const options = z.strictObject({
  densityDbmPerHz: z.number().default(-174).describe('thermal noise density, dBm/Hz; −174 at 290 K'),
  noiseFigureDb: z.number().min(0).default(5).describe('noise figure of the receiver, dB'),
});

/**
 * Thermal noise of a receiver.
 *
 *   N = N₀ + 10 log₁₀ B + F   [dBm],   B in Hz
 *
 * The default figure F = 5 dB is the usual one of a base station in 3GPP evaluations (recalled).
 * Source: Friis, Noise figures of radio receivers, Proc. IRE 32, 1944.
 */
export const thermal = part('noise', 'thermal', options, ({ densityDbmPerHz, noiseFigureDb }): Noise => {
  const wattsPerHertz = dbmToWatts(densityDbmPerHz + noiseFigureDb);
  return { powerW: (bandwidth) => wattsPerHertz * bandwidth };
});
