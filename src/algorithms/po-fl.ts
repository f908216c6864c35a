import { z } from 'zod';
import { part, realise } from '../part.ts';
import type { Algorithm } from '../policies/algorithm.ts';
import { airOptions, overTheAir } from '../policies/uplink/over-the-air.ts';
import { aggregation, localEpochs, localSteps, localWork, pacing } from './options.ts';

/**
 * PO-FL: every client of a cell computes and reports ‖g_i‖², the mean and the variance of its update; the server then draws
 * who sends (`schedule=po-fl`), and the air adds the updates up:
 *
 *   ŷ = Σ_{i ∈ S} ω_i g_i + (√V_g / ζ) n,   ζ = min_{i ∈ S} √P_i |h_i| / ω_i,   w ← w − η ŷ
 *
 * With one local step g_i is the mini-batch gradient; with more it is the model's difference over them, as the dossier
 * chooses. `staleNorm` lets the server draw before computing, by the norms that were reported last, so that only those compute
 * who are drawn. Channel inversion with magnitude alignment is the radio's `powerControl=inversion`.
 *
 * Source: Sun, Lin, Mao, Jin and Zhang, Channel and Gradient-Importance Aware Device Scheduling for Over-the-Air Federated
 * Learning, IEEE Trans. Wireless Commun. 23 (7), 2024; steps recalled and reconstructed, not confirmed by the text.
 */
export const poFl = part(
  'algorithm',
  'po-fl',
  z.strictObject({
    localSteps: localSteps.default(1),
    localEpochs,
    staleNorm: z.boolean().default(false).describe('whether clients are drawn before they compute, by reported norms'),
    ...airOptions,
    pacing,
    aggregation,
  }),
  ({ staleNorm, localSteps: steps, localEpochs: epochs, pacing: pace, aggregation: weigh, ...air }): Algorithm => {
    const scheduling = staleNorm ? 'before' : 'after';
    return {
      name: 'po-fl',
      architecture: 'single-cell',
      ...localWork({ localSteps: steps, localEpochs: epochs }),
      edgeRounds: 1,
      exchanges: 0,
      pacing: realise(pace),
      aggregation: realise(weigh),
      mixing: undefined,
      uplink: realise(overTheAir({ scheduling, ...air })),
    };
  },
);
