import { z } from 'zod';
import { part } from '../../part.ts';
import type { SchedulingPolicy } from '../policy.ts';
import { cohort } from './cohort.ts';
import { descending } from './order.ts';

/**
 * Invites the clients whose last used update is oldest. Ties stay in id order.
 *
 * Source: the age-of-update idea of Yang et al., Age-Based Scheduling Policy for Federated Learning in Mobile Edge
 * Networks, ICASSP 2020, without its channel term.
 */
export const stalestFirst = part(
  'schedule',
  'stalest-first',
  z.strictObject({ cohort }),
  (options): SchedulingPolicy => {
    return ({ idle }) => ({ invite: idle.toSorted(descending((each) => each.staleness)).slice(0, options.cohort) });
  },
);
