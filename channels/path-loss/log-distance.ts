import { z } from 'zod';
import type { PathLoss } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import { freeSpaceDb } from './free-space.ts';
import { separation } from './separation.ts';

const options = z.strictObject({
  exponent: z.number().positive().default(3).describe('path-loss exponent n: 2 in free space, 2.7–3.5 in urban cells'),
  referenceDistance: z.number().positive().default(1).describe('d₀, where the reference loss holds, m'),
  referenceLossDb: z.number().min(0).optional().describe('L₀, loss at d₀, dB; free space at the carrier by default'),
});

/**
 * Log-distance path loss.
 *
 *   L(d) = L₀ + 10 n log₁₀(d / d₀)   [dB],   d ≥ d₀
 *
 * d is the distance between the antennas, heights included. With n = 2 and the default L₀ it is free space.
 *
 * Limits: below d₀ the loss stays at L₀, and never falls below 0 dB; no shadowing (add `logNormal`).
 * Source: Rappaport, Wireless Communications, 2nd ed., §4.9.1.
 */
export const logDistance = part(
  'pathLoss',
  'log-distance',
  options,
  ({ exponent, referenceDistance, referenceLossDb }): PathLoss => ({
    lossDb(geometry) {
      const reference = referenceLossDb ?? freeSpaceDb(referenceDistance, geometry.frequency);
      const ratio = Math.max(1, separation(geometry) / referenceDistance);
      return Math.max(0, reference + 10 * exponent * Math.log10(ratio));
    },
  }),
);
