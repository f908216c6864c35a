import { z } from 'zod';

/** The option that all models of movement share: at 1.5 m/s, a link looks again after 1.5 m. */
export const step = z
  .number()
  .positive()
  .max(1e6)
  .default(1)
  .describe('how often links look at where their client is, s');
