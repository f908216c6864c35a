import { z } from 'zod';
import { part } from '../../part.ts';
import type { SchedulingPolicy } from '../policy.ts';

/** Invites every reachable client. */
export const everyone = part(
  'schedule',
  'everyone',
  z.strictObject({}),
  (): SchedulingPolicy =>
    ({ idle }) => ({
      invite: idle,
    }),
);
