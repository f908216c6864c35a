import { z } from 'zod';
import type { PathLoss } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import type { Decibels, Hertz, Metres } from '../../src/units.ts';
import { separation } from './separation.ts';

/** Speed of light in vacuum [m/s], exact by definition of the metre. */
const SPEED_OF_LIGHT = 299_792_458;

/** Loss between isotropic antennas, 20 log₁₀(4π d f / c) [dB]; negative within λ / 4π, where it means nothing. */
export const freeSpaceDb = (distance: Metres, frequency: Hertz): Decibels =>
  20 * Math.log10((4 * Math.PI * distance * frequency) / SPEED_OF_LIGHT);

/**
 * Free-space path loss between isotropic antennas.
 *
 *   L(d) = 20 log₁₀(4π d f / c)   [dB],   d in m, f in Hz, c = 299,792,458 m/s
 *
 * d is the distance between the antennas, heights included.
 *
 * Limits: far field only: where the formula falls below 0 dB, within λ / 4π, the loss stays at 0 dB. No ground, no
 * obstacles.
 * Source: Friis, A note on a simple transmission formula, Proc. IRE 34, 1946.
 */
export const freeSpace = part(
  'pathLoss',
  'free-space',
  z.strictObject({}),
  (): PathLoss => ({
    lossDb: (geometry) => Math.max(0, freeSpaceDb(separation(geometry), geometry.frequency)),
  }),
);
