import { z } from 'zod';
import { part } from '../../part.ts';
import type { Candidate, SchedulingPolicy } from '../policy.ts';
import { cohort } from './cohort.ts';
import { ascending } from './order.ts';

/**
 * Invites the clients of largest instantaneous over average rate, R_i(r) / (1 + n_i): R_i is that of an upload at this
 * instant, and the average is what the client has been served so far, n_i used updates, all of one size. Ties go to who
 * has been served least, then stay in id order.
 *
 * Limits: the average is over all rounds, not over a window, so a channel that has changed for good is forgiven slowly.
 * Source: the proportional fair policy of Yang et al., Scheduling Policies for Federated Learning in Wireless Networks,
 * IEEE Trans. Commun. 68 (1), 2020, which compares the SNR with its mean; a view holds no mean SNR, so the average is the
 * served rate of Kelly's and Tse's rule (recalled).
 */
export const proportionalFair = part(
  'schedule',
  'proportional-fair',
  z.strictObject({ cohort }),
  (options): SchedulingPolicy => {
    const byServed = ascending<Candidate>(({ participations }) => participations);
    const byRatio = ascending<Candidate>(({ uploadSeconds, participations }) => uploadSeconds * (1 + participations));
    return ({ idle }) => ({ invite: idle.toSorted(byServed).toSorted(byRatio).slice(0, options.cohort) });
  },
);
