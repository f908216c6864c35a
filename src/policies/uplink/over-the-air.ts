import { z } from 'zod';
import { part } from '../../part.ts';
import type { AirUplink } from '../algorithm.ts';

/** What can be chosen of over-the-air sums, whoever says when the schedule is made. */
export const airOptions = {
  reportBits: z.int().min(0).default(0).describe('size of a report before sending, bit; 0 takes no time'),
  grantBits: z.int().min(0).default(0).describe('size of a grant or release, bit; 0 takes no time'),
  normalisation: z
    .enum(['average', 'strict'])
    .default('average')
    .describe('average: symbols have power 1 on weighted average; strict: none has more'),
  restored: z
    .enum(['weighted', 'global'])
    .default('weighted')
    .describe('what the receiver adds for the common mean M: M Σ ω, or M'),
  rate: z.number().positive().default(1).describe('server’s rate on the sum'),
  minimumSnrDb: z
    .number()
    .optional()
    .describe(
      'truncation: granted clients that would arrive below this SNR per symbol stay silent, dB; none by default',
    ),
  closeAfter: z
    .number()
    .positive()
    .optional()
    .describe('scheduling after computing: later reports are not considered, s; no limit by default'),
};

/**
 * Updates Δ = w_i − w go up as analog symbols, all at once, and add up in the air: the server hears an estimate ŷ of Σ ω Δ and
 * makes w ← w + rate · ŷ. Invited clients compute and report a few numbers; those that are granted the air then send together,
 * which takes D / B seconds however many they are.
 *
 * Limits: the air of over-the-air sums is a band of its own, so they and digital transfers of one cell don't contend.
 * Source: Zhu, Wang and Huang, IEEE Trans. Wireless Commun. 19 (1), 2020; scheduling after computing as in Sun et al., PO-FL,
 * IEEE Trans. Wireless Commun. 23 (7), 2024 (recalled).
 */
export const overTheAir = part(
  'uplink',
  'over-the-air',
  z.strictObject({
    scheduling: z
      .enum(['before', 'after'])
      .default('before')
      .describe('before: the schedule says who computes; after: everyone computes, and it says who sends'),
    ...airOptions,
  }),
  ({ minimumSnrDb, closeAfter, ...options }): AirUplink => ({
    ...options,
    medium: 'air',
    minimumSnrDb: minimumSnrDb ?? Number.NEGATIVE_INFINITY,
    closeAfter: closeAfter ?? Number.POSITIVE_INFINITY,
  }),
);
