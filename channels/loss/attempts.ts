import { z } from 'zod';

/** The option that all models of loss share. */
export const attempts = z
  .int()
  .min(1)
  .max(2 ** 20)
  .default(1000)
  .describe('sendings after which a transfer is given up');
