import { z } from 'zod';
import { part } from '../../part.ts';
import type { SchedulingPolicy } from '../policy.ts';
import { cohort } from './cohort.ts';
import { ascending } from './order.ts';

const options = z.strictObject({
  cohort,
  closeAfter: z
    .number()
    .positive()
    .optional()
    .describe('admit nothing later than this after opening, s; no limit by default'),
});

/**
 * Invites the clients whose update would be in first: shortest computation plus upload at the present gain. Ties stay
 * in id order.
 *
 * Limits: the upload is estimated as if it were alone on the air, and slow clients may never take part.
 * Source: in the spirit of FedCS; Nishio and Yonetani, Client Selection for Federated Learning with Heterogeneous
 * Resources in Mobile Edge, ICC 2019. FedCS fills a deadline greedily; this fills a cohort.
 */
export const fastest = part('schedule', 'fastest', options, ({ cohort: size, closeAfter }): SchedulingPolicy => {
  const byTime = ascending((each: { computeSeconds: number; uploadSeconds: number }) => {
    return each.computeSeconds + each.uploadSeconds;
  });
  const deadline = closeAfter === undefined ? {} : { closeAfter };
  return ({ idle }) => ({ invite: idle.toSorted(byTime).slice(0, size), ...deadline });
});
