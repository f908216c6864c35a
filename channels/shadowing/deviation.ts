import { z } from 'zod';
import type { ShadowingView } from '../../src/network/contract.ts';
import type { Decibels } from '../../src/units.ts';

/** The options that log-normal models share. */
export const deviations = {
  deviationDb: z
    .number()
    .min(0)
    .max(100)
    .default(7.82)
    .describe('standard deviation without line of sight, or where sight is not known, dB'),
  clearDeviationDb: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe('standard deviation with line of sight, where path loss knows it, dB; deviationDb by default'),
};

/** Standard deviation of a link by its line of sight [dB]. */
export const deviationOf = (
  { deviationDb, clearDeviationDb = deviationDb }: { deviationDb: Decibels; clearDeviationDb?: Decibels | undefined },
  view: ShadowingView | undefined,
): Decibels => (view?.hasSight === true ? clearDeviationDb : deviationDb);
