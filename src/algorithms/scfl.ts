import { z } from 'zod';
import { module } from '../learning/server/steps.ts';
import { part, realise, slot } from '../part.ts';
import { bySamples } from '../policies/aggregation/by-samples.ts';
import type { Algorithm } from '../policies/algorithm.ts';
import type { PrivacyPolicy } from '../policies/privacy/contract.ts';
import { equalNoise } from '../policies/privacy/fixed.ts';
import { isFunction, late, localSteps, pacing } from './options.ts';
import { outputsOf } from './regression.ts';

const BITS_PER_NUMBER = 32;

/**
 * Stochastic coded federated learning. Before the first round each client uploads c random combinations of its rows with
 * noise on them; from then on the server takes steps of its own on the sum of these codes, which stand in for clients that
 * miss the deadline of the schedule, and for those that never meet it entirely.
 *
 *   X̃_i = G_i X_i + N_i,  Ỹ_i = G_i Y_i;   ĝ = (1 − λ) Σ_A ĝ_i / p_i + λ ĝ_s,   ĝ_s with the make-up term −σ² W
 *
 * p_i follows from the deadline, the client's clock and its link. `complementary` weighs by 1 − p_i as CFL does; λ = 1 is
 * training on the code alone; without `makeUp` it is DP-CFL's biased form.
 *
 * Clients that are late are released, and start every round anew, as in the paper; where they `finish` instead they miss
 * rounds for it, and p_i is a little high.
 *
 * Limits: tasks that are regressions (`least-squares`). The server's steps take no virtual time, as for a server that is much
 * faster than its clients.
 * Source: Sun et al., Stochastic coded federated learning with convergence and privacy guarantees, ISIT 2022, and its
 * journal version of 2022; structure from their abstracts, formulas reconstructed, λ = ½ recalled.
 */
export const scfl = part(
  'algorithm',
  'scfl',
  z.strictObject({
    localSteps: localSteps.default(1),
    pacing,
    late: late.default('release'),
    codedRows: z.int().min(1).max(1_000_000).default(1500).describe('c, rows of the code'),
    codedBatch: z.int().min(1).max(1_000_000).default(256).describe('b_s, coded rows of a server step'),
    privacy: slot<PrivacyPolicy>('privacy', isFunction)
      .default(() => equalNoise())
      .describe('how much noise covers each client’s code, and what it is paid'),
    codeWeight: z.number().min(0).max(1).default(0.5).describe('λ, weight of the server’s coded gradient'),
    leastProbability: z
      .number()
      .gt(0)
      .max(1)
      .default(0.05)
      .describe('clients that are less likely to be in time are left to the code'),
    rule: z.enum(['unbiased', 'complementary']).default('unbiased').describe('how clients and code share the work'),
    makeUp: z.boolean().default(true).describe('whether the noise is taken out of the coded gradient'),
    chargeEncoding: z
      .boolean()
      .default(false)
      .describe('whether encoding takes its time on the client; else, as in the papers, only its upload does'),
  }),
  ({ localSteps, pacing, late, privacy, chargeEncoding, ...options }): Algorithm => {
    const algorithm: Algorithm = {
      ...{ name: 'scfl', architecture: 'central', localSteps, localStepsMax: localSteps, edgeRounds: 1, exchanges: 0 },
      pacing: realise(pacing),
      aggregation: realise(bySamples()),
      ...{ mixing: undefined, late },
      server: { module, name: 'coded', options },
      setUp: {
        ...{ module, step: 'encodeRows', name: 'code' },
        options: { codedRows: options.codedRows },
        privacy: realise(privacy),
        bits: ({ features, labels }) => options.codedRows * (features + labels) * BITS_PER_NUMBER,
        macs: ({ features, labels }, samples) =>
          chargeEncoding ? options.codedRows * samples * (features + labels) : 0,
      },
    };
    return {
      ...algorithm,
      fit: (task) => ({
        ...algorithm,
        server: { module, name: 'coded', options: { ...options, outputs: outputsOf(task, 'scfl') } },
      }),
    };
  },
);
