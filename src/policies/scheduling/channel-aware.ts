import { z } from 'zod';
import { part } from '../../part.ts';
import type { SchedulingPolicy } from '../policy.ts';
import { drawnFrom, sampling, sharesOf } from '../sampling/sample.ts';
import { cohort } from './cohort.ts';

/**
 * Draws clients by their channels, p_i ∝ ρ_i / (√P |h_i|), with unbiased weights: those that are heard worst are drawn most
 * often, since their weights are then smallest.
 *
 * Source: baseline CA of PO-FL, Sun et al., IEEE Trans. Wireless Commun. 23 (7), 2024 (recalled, reconstructed).
 */
export const channelAware = part(
  'schedule',
  'channel-aware',
  z.strictObject({ cohort, sampling }),
  (options): SchedulingPolicy =>
    (view) => {
      const shares = sharesOf(view.idle);
      const raw = view.idle.map(({ symbolSnr }, i) => (shares[i] as number) / Math.sqrt(symbolSnr));
      return drawnFrom(view, raw, options);
    },
);
