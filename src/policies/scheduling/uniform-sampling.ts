import { z } from 'zod';
import { part } from '../../part.ts';
import type { SchedulingPolicy } from '../policy.ts';
import { drawnFrom, sampling } from '../sampling/sample.ts';
import { cohort } from './cohort.ts';

/**
 * Draws clients uniformly, p_i = 1/N, with the weights N ρ_i / K that keep the sum unbiased. `random` is the same without
 * weights of its own.
 *
 * Source: baseline of PO-FL, Sun et al., IEEE Trans. Wireless Commun. 23 (7), 2024 (recalled).
 */
export const uniformSampling = part(
  'schedule',
  'uniform-sampling',
  z.strictObject({ cohort, sampling }),
  (options): SchedulingPolicy =>
    (view) =>
      drawnFrom(
        view,
        view.idle.map(() => 1),
        options,
      ),
);
