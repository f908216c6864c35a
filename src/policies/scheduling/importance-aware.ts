import { z } from 'zod';
import { part } from '../../part.ts';
import type { SchedulingPolicy } from '../policy.ts';
import { normsOf, scores } from '../sampling/importance.ts';
import { drawnFrom, sampling, sharesOf } from '../sampling/sample.ts';
import { cohort } from './cohort.ts';

/**
 * Draws clients by the norms of their updates, p_i ∝ ρ_i ‖g_i‖, with unbiased weights: the sampling of least variance.
 *
 * Source: baseline IA of PO-FL, Sun et al., IEEE Trans. Wireless Commun. 23 (7), 2024 (recalled).
 */
export const importanceAware = part(
  'schedule',
  'importance-aware',
  z.strictObject({ cohort, sampling }),
  (options): SchedulingPolicy =>
    (view) =>
      drawnFrom(view, scores(sharesOf(view.idle), normsOf(view.idle)), options),
);
