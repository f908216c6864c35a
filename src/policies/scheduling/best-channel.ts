import { z } from 'zod';
import { part } from '../../part.ts';
import type { SchedulingPolicy } from '../policy.ts';
import { cohort } from './cohort.ts';
import { descending } from './order.ts';

/**
 * Invites the clients with the highest SNR at this instant, fading included. Ties stay in id order.
 *
 * Limits: clients at the cell's edge rarely take part, so the model leans towards the data near the server.
 * Source: the "best channel" policy of Amiri et al., Convergence of Update Aware Device Scheduling for Federated
 * Learning at the Wireless Edge, IEEE Trans. Wireless Commun. 20 (6), 2021.
 */
export const bestChannel = part('schedule', 'best-channel', z.strictObject({ cohort }), (options): SchedulingPolicy => {
  return ({ idle }) => ({ invite: idle.toSorted(descending((each) => each.snrDb)).slice(0, options.cohort) });
});
