import { z } from 'zod';
import { part, realise, slot } from '../part.ts';
import type { Algorithm } from '../policies/algorithm.ts';
import type { StalenessWeighting } from '../policies/policy.ts';
import { inverseStaleness } from '../policies/staleness/inverse.ts';
import { stepsOfEpochs } from '../policies/workload/by-epochs.ts';
import { bySpeed } from '../policies/workload/by-speed.ts';
import { aggregation, consensus, consensusWithin, isFunction, mixing, pacing } from './options.ts';

const steps = z.int().min(1).max(1_000_000);

/**
 * SD-FEEL, asynchronous: every edge server goes by a clock of its own. Within its compute deadline clients take as many
 * local steps as their speed allows; normalised updates join the server's present model, which is mixed with those of
 * its neighbours by staleness,
 *
 *   ŷ_d ← y_d − η θ̄_d Σ_i m̂_i Δ_i,   Y ← Ŷ P_t,   P_t from ω_j = ψ(δ_j) / Σ ψ,   δ_j = t − t′(j).
 *
 * The active server's own gap counts the iterations since it last was active; `ownGap: 'reset'` takes it as 0 instead,
 * a reading of the papers that makes staleness-aware mixing worse than constant weights. An exchange changes the server and
 * its neighbours at one instant, and takes the time of its transfers. With `delayedGossip` a neighbour takes the server's
 * model in when it arrives, y_j ← (1 − p_{d,j}) y_j + p_{d,j} ŷ_d with what y_j is by then; the mean is then preserved only
 * where nothing has changed y_j meanwhile.
 *
 * θ counts local steps, or passes of a client over its own samples with `counting: 'epochs'`. Updates are divided by local
 * steps in both: a normalised update is a mean of stochastic gradients.
 *
 * Source: Sun et al., Asynchronous Semi-Decentralized Federated Edge Learning for Heterogeneous Clients, ICC 2022, and
 * IEEE TNSM 2023. Ingredients are recalled with high confidence, their exact assembly is reconstructed.
 */
export const asyncSdFeel = part(
  'algorithm',
  'async-sd-feel',
  z
    .strictObject({
      minimumSteps: steps.default(5).describe("θ_min, local steps of a cluster's slowest client, or passes"),
      maximumSteps: steps.default(50).describe('θ_max'),
      counting: z
        .enum(['steps', 'epochs'])
        .default('steps')
        .describe('what θ counts: local steps, or passes of a client over its own samples'),
      deadline: z.number().min(0).default(0).describe('compute time of a round, s; at least what θ_min takes'),
      staleness: slot<StalenessWeighting>('staleness', isFunction)
        .default(() => inverseStaleness())
        .describe('weight of a model by its staleness (ψ)'),
      ownGap: z
        .enum(['age', 'reset'])
        .default('age')
        .describe('staleness of the active server itself: iterations since it last was active, or 0'),
      normalised: z.boolean().default(true).describe('whether an update is divided by its local steps'),
      pairing: z
        .enum(['normalised', 'raw'])
        .default('normalised')
        .describe('weights of an exchange: ψ over the sum of all, or ψ itself, shared among the neighbours'),
      pullOnly: z
        .boolean()
        .default(false)
        .describe('whether neighbours stay as they are in an exchange; the mean of the models is then not preserved'),
      ties: z
        .enum(['sequential', 'batched'])
        .default('sequential')
        .describe(
          'servers that finish at one instant: one after the other, or as one iteration with the synchronous P',
        ),
      delayedGossip: z
        .boolean()
        .default(false)
        .describe('whether neighbours take a model in when it reaches them, not at the instant of the exchange'),
      mixing: mixing.describe('P of batched ties and of the final consensus phase'),
      consensus,
      consensusWithin,
      pacing,
      aggregation,
    })
    .refine(({ minimumSteps, maximumSteps }) => minimumSteps <= maximumSteps, {
      path: ['maximumSteps'],
      message: 'expected no less than minimumSteps',
    })
    .refine(({ delayedGossip, ties, pullOnly }) => !delayedGossip || (ties === 'sequential' && !pullOnly), {
      path: ['delayedGossip'],
      message: 'expected false where ties are batched, or servers only pull',
    }),
  (options): Algorithm => ({
    name: 'async-sd-feel',
    architecture: 'semi-decentralised',
    localSteps: options.minimumSteps,
    localStepsMax: options.maximumSteps,
    edgeRounds: 1,
    exchanges: 0,
    pacing: realise(options.pacing),
    aggregation: realise(options.aggregation),
    mixing: realise(options.mixing),
    consensus: options.consensus,
    consensusWithin: options.consensusWithin,
    ...work(options),
    asynchronous: {
      staleness: realise(options.staleness),
      ownGap: options.ownGap,
      normalised: options.normalised,
      ...{ pairing: options.pairing, pullOnly: options.pullOnly, ties: options.ties },
      delayed: options.delayedGossip,
    },
  }),
);

/** How much each client does in a round, in local steps or in passes. */
function work(options: {
  readonly minimumSteps: number;
  readonly maximumSteps: number;
  readonly deadline: number;
  readonly counting: 'steps' | 'epochs';
}): Pick<Algorithm, 'workload' | 'inEpochs'> {
  const { minimumSteps: minimum, maximumSteps: maximum, deadline, counting } = options;
  if (counting === 'steps') return { workload: bySpeed({ minimum, maximum, deadline }) };
  const workload = (batch: number) =>
    bySpeed({ minimum, maximum, deadline, unit: (samples) => stepsOfEpochs(1, samples, batch) });
  const passes = (steps: number, samples: number, batch: number) => steps / stepsOfEpochs(1, samples, batch);
  return { inEpochs: { most: maximum, workload, passes } };
}
