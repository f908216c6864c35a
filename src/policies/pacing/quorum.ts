import { z } from 'zod';
import { part } from '../../part.ts';
import type { Pacing } from '../policy.ts';

const options = z.strictObject({
  updates: z.int().min(1).default(5).describe('updates that close a round; all that can still come where fewer'),
});

/**
 * Closes a round at its first `updates` updates; or sooner, once nothing more can come or the deadline has passed.
 * Inviting more clients than the quorum hides stragglers.
 *
 * Source: over-selection as in Bonawitz et al., Towards Federated Learning at Scale: System Design, MLSys 2019, §2.2.
 */
export const quorum = part('pacing', 'quorum', options, ({ updates }): Pacing => {
  return ({ invited, received, lost, overdue }) => overdue || received >= updates || received + lost >= invited;
});
