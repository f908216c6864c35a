import { z } from 'zod';
import { part } from '../../part.ts';
import type { SchedulingPolicy } from '../policy.ts';
import { qualities, scores } from '../sampling/importance.ts';
import { drawnFrom, sampling, sharesOf } from '../sampling/sample.ts';
import { cohort } from './cohort.ts';

/**
 * Draws clients by channel and gradient importance, with the probabilities of least error:
 *
 *   p_i = ρ_i Q_i / Σ_j ρ_j Q_j,   Q_i ∝ (α D V_g σ² / (P |h_i|²) + ‖g_i‖²)^½
 *
 * and with weights that keep the sum unbiased. α → 0 is pure importance, α → ∞ pure channel, α = 1 weighs as the mean squared
 * error does. A weak channel raises p_i: if such a client is drawn its weight is then smaller, and drowns the others less.
 *
 * Limits: the error's largest term over the drawn is replaced by their sum.
 * Source: Sun, Lin, Mao, Jin and Zhang, Channel and Gradient-Importance Aware Device Scheduling for Over-the-Air Federated
 * Learning, IEEE Trans. Wireless Commun. 23 (7), 2024. Q is quoted from third-party code as Eq. 35; its derivation is
 * reconstructed, and α = 0.1 is that code's default.
 */
export const poFlScheduling = part(
  'schedule',
  'po-fl',
  z.strictObject({
    cohort,
    alpha: z.number().min(0).default(0.1).describe('α: how much the channel counts against importance'),
    sampling,
  }),
  ({ alpha, ...options }): SchedulingPolicy =>
    (view) =>
      drawnFrom(view, scores(sharesOf(view.idle), qualities(view, alpha)), options),
);
