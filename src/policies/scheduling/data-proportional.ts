import { z } from 'zod';
import { part } from '../../part.ts';
import type { SchedulingPolicy } from '../policy.ts';
import { drawnFrom, sampling, sharesOf } from '../sampling/sample.ts';
import { cohort } from './cohort.ts';

/**
 * Draws clients by their shares of the samples, p_i = ρ_i: each draw then weighs 1/K.
 *
 * Source: a choice of the PO-FL dossier; the sampling scheme of Li et al., On the Convergence of FedAvg on Non-IID Data, ICLR
 * 2020 (scheme I).
 */
export const dataProportional = part(
  'schedule',
  'data-proportional',
  z.strictObject({ cohort, sampling }),
  (options): SchedulingPolicy =>
    (view) =>
      drawnFrom(view, sharesOf(view.idle), options),
);
