import { z } from 'zod';
import { permutation } from '../../math/distributions.ts';
import { part } from '../../part.ts';
import type { SchedulingPolicy } from '../policy.ts';
import { cohort } from './cohort.ts';

/**
 * Invites a uniformly random cohort of the reachable clients, without replacement, in id order.
 *
 * Source: McMahan et al., Communication-Efficient Learning of Deep Networks from Decentralized Data, AISTATS 2017,
 * Alg. 1.
 */
export const random = part('schedule', 'random', z.strictObject({ cohort }), (options): SchedulingPolicy => {
  return ({ idle, draw }) => {
    const chosen = new Set(permutation(draw, idle.length).subarray(0, options.cohort));
    return { invite: idle.filter((_, position) => chosen.has(position)) };
  };
});
