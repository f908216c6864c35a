import { z } from 'zod';
import { part } from '../../part.ts';
import type { SchedulingPolicy } from '../policy.ts';
import { normsOf } from '../sampling/importance.ts';
import { sharesOf } from '../sampling/sample.ts';
import { cohort } from './cohort.ts';
import { descending } from './order.ts';

/**
 * Takes the K clients of largest ρ_i ‖g_i‖, weighed by their samples. Ties stay in id order.
 *
 * Limits: biased; clients that have learnt their data are left out.
 * Source: deterministic importance, baseline of PO-FL, Sun et al., IEEE Trans. Wireless Commun. 23 (7), 2024 (recalled); the
 * update-aware policy of Amiri et al., IEEE Trans. Wireless Commun. 20 (6), 2021.
 */
export const largestUpdate = part(
  'schedule',
  'largest-update',
  z.strictObject({ cohort }),
  (options): SchedulingPolicy =>
    ({ idle }) => {
      const shares = sharesOf(idle);
      const ranked = normsOf(idle).map((norm, i) => ({
        each: idle[i] as (typeof idle)[number],
        score: norm * (shares[i] as number),
      }));
      return {
        invite: ranked
          .toSorted(descending(({ score }) => score))
          .slice(0, options.cohort)
          .map(({ each }) => each),
      };
    },
);
