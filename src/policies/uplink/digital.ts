import { z } from 'zod';
import { part } from '../../part.ts';
import type { DigitalUplink } from '../algorithm.ts';

/** Each update goes up as bits of its own, over the channel's access scheme. */
export const digital = part(
  'uplink',
  'digital',
  z.strictObject({
    statistics: z
      .boolean()
      .default(false)
      .describe('whether updates carry their norm, mean and variance, for policies that ask for them'),
  }),
  ({ statistics }): DigitalUplink => ({ medium: 'digital', statistics }),
);
