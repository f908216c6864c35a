import { z } from 'zod';
import { part } from '../../part.ts';
import type { Pacing } from '../policy.ts';

/** Closes a round once every invited client's update has come or been lost, or the schedule's deadline has passed. */
export const waitForAll = part('pacing', 'wait-for-all', z.strictObject({}), (): Pacing => {
  return ({ invited, received, lost, overdue }) => overdue || received + lost >= invited;
});
