import { z } from 'zod';
import { permutation } from '../../math/distributions.ts';
import { part } from '../../part.ts';
import type { SchedulingPolicy } from '../policy.ts';

/**
 * Keeps at most M clients of a server at work: whenever it is asked it fills the places that are free,
 *
 *   max(0, M − n) uniformly random reachable clients, without replacement, n being in flight,
 *
 * in id order. Under a server that waits for nobody that is how many updates are under way; where rounds wait for
 * everybody it is a random cohort of M.
 *
 * Source: the maximum concurrency of Nguyen et al., Federated Learning with Buffered Asynchronous Aggregation,
 * AISTATS 2022 (recalled).
 */
export const boundedConcurrency = part(
  'schedule',
  'bounded-concurrency',
  z.strictObject({ concurrency: z.int().min(1).default(10).describe('M, clients at work at most') }),
  ({ concurrency }): SchedulingPolicy => {
    return ({ idle, inFlight, draw }) => {
      const free = Math.max(0, concurrency - inFlight);
      const chosen = new Set(permutation(draw, idle.length).subarray(0, free));
      return { invite: idle.filter((_, position) => chosen.has(position)) };
    };
  },
);
