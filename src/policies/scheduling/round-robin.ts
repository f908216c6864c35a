import { z } from 'zod';
import { part } from '../../part.ts';
import type { SchedulingPolicy } from '../policy.ts';
import { cohort } from './cohort.ts';

/**
 * Invites the reachable clients in turn, `cohort` at a time: round r starts (r − 1) · cohort places down the list and
 * wraps around. As long as the same clients are reachable, their invitations differ by at most one.
 *
 * Limits: it remembers nothing, so where reachability changes between rounds a client may be skipped or come twice.
 * Source: Yang et al., Scheduling Policies for Federated Learning in Wireless Networks, IEEE Trans. Commun. 68 (1),
 * 2020.
 */
export const roundRobin = part('schedule', 'round-robin', z.strictObject({ cohort }), (options): SchedulingPolicy => {
  return ({ idle, round }) => {
    const start = ((round - 1) * options.cohort) % Math.max(1, idle.length);
    const turn = (position: number): number => (position - start + idle.length) % idle.length;
    return { invite: idle.filter((_, position) => turn(position) < options.cohort) };
  };
});
