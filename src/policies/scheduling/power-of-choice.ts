import { z } from 'zod';
import { part } from '../../part.ts';
import type { SchedulingPolicy } from '../policy.ts';
import { cohort } from './cohort.ts';
import { ascending, descending } from './order.ts';

/**
 * Power of choice: draws d candidates without replacement, with probabilities in proportion to their samples, and invites
 * the `cohort` of largest loss among them. The draw takes the d smallest of Exp(1) / |S_i|.
 *
 * Losses are those of last updates (the variant that costs no message of its own); a client without one counts as ∞, so it
 * comes first. Ties stay in the order of the draw.
 *
 * Limits: biased towards clients that fit badly; d = cohort is sampling by data, d = all is greedy.
 * Source: Cho, Wang and Joshi, Client Selection in Federated Learning: Convergence Analysis and Power-of-Choice Selection
 * Strategies, arXiv 2010.01243, 2020 (π_rpow-d; recalled).
 */
export const powerOfChoice = part(
  'schedule',
  'power-of-choice',
  z.strictObject({ cohort, candidates: z.int().min(1).default(20).describe('d: candidates to draw, at least cohort') }),
  ({ cohort: size, candidates }): SchedulingPolicy => {
    return ({ idle, draw }) => {
      const keyed = idle.map((each) => ({ each, key: -Math.log1p(-draw()) / each.samples }));
      const drawn = keyed.toSorted(ascending(({ key }) => key)).slice(0, Math.max(size, candidates));
      const byLoss = descending<{ each: (typeof idle)[number] }>(({ each }) => each.loss ?? Number.POSITIVE_INFINITY);
      return {
        invite: drawn
          .toSorted(byLoss)
          .slice(0, size)
          .map(({ each }) => each),
      };
    };
  },
);
