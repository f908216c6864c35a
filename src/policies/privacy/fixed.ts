import { z } from 'zod';
import { leakage, noiseFor } from '../../coding/privacy.ts';
import { square } from '../../math/power.ts';
import { part } from '../../part.ts';
import type { PrivacyPolicy } from './contract.ts';

/** The same noise for all, for nothing. */
export const equalNoise = part(
  'privacy',
  'equal-noise',
  z.strictObject({
    deviation: z.number().min(0).max(1e6).default(0).describe('σ_i, noise on each coded feature'),
  }),
  ({ deviation }): PrivacyPolicy =>
    (exposures) =>
      exposures.map((exposure) => ({ deviation, leakage: leakage(exposure, square(deviation)), reward: 0 })),
);

/**
 * The same budget for all, for nothing: each client adds as much noise as its own data need for it,
 *
 *   σ_i² = max(0, h_i² / (2^{2ε} − 1) − f_i²)
 */
export const equalBudget = part(
  'privacy',
  'equal-budget',
  z.strictObject({
    budget: z.number().positive().max(64).default(0.01).describe('ε, what a coded row tells of a record at most [bit]'),
  }),
  ({ budget }): PrivacyPolicy =>
    (exposures) =>
      exposures.map((exposure) => {
        const variance = noiseFor(exposure, budget);
        return { deviation: Math.sqrt(variance), leakage: leakage(exposure, variance), reward: 0 };
      }),
);
