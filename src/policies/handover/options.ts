import { z } from 'zod';

/** The options that all handover policies share; 256 ms is one of the values that 3GPP allows for the time to trigger. */
export const timing = {
  period: z.number().positive().max(1e6).default(1).describe('how often clients measure, s'),
  timeToTrigger: z
    .number()
    .min(0)
    .max(1e6)
    .default(0.256)
    .describe('for how long another server must be better before the client is handed over, s'),
};
