import { z } from 'zod';
import { part } from '../../part.ts';
import type { SchedulingPolicy } from '../policy.ts';

/** Invites every reachable client. */
export const everyone = part(
  'schedule',
  'everyone',
  z.strictObject({
    closeAfter: z
      .number()
      .positive()
      .optional()
      .describe('s after which a round admits nothing; waits for all by default'),
  }),
  ({ closeAfter }): SchedulingPolicy =>
    ({ idle }) => ({ invite: idle, ...(closeAfter === undefined ? {} : { closeAfter }) }),
);
