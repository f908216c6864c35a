import { z } from 'zod';
import { part, realise, slot } from '../part.ts';
import { bySamples } from '../policies/aggregation/by-samples.ts';
import type { Algorithm } from '../policies/algorithm.ts';
import { waitForAll } from '../policies/pacing/wait-for-all.ts';
import type { StalenessWeighting } from '../policies/policy.ts';
import { polynomialStaleness } from '../policies/staleness/polynomial.ts';
import { isFunction, localSteps } from './options.ts';

const staleness = slot<StalenessWeighting>('staleness', isFunction)
  .default(() => polynomialStaleness())
  .describe('weight of an update by its staleness (s), relative to that of a fresh one');

const stalenessMax = z
  .number()
  .min(0)
  .default(Number.POSITIVE_INFINITY)
  .describe('updates that are staler than this are discarded');

/**
 * FedAsync: a central server takes in each update as it comes,
 *
 *   w ← (1 − α_t) w + α_t w_i,   α_t = α s(t − τ),
 *
 * and sends the new model to its client at once. The scheduling policy says who takes part: all invited clients are
 * always in flight.
 *
 * Source: Xie, Koyejo, Gupta, Asynchronous Federated Optimization, 2019 (recalled).
 */
export const fedAsync = part(
  'algorithm',
  'fed-async',
  z.strictObject({
    localSteps,
    rate: z.number().gt(0).max(1).default(0.6).describe('α, weight of a fresh update'),
    staleness,
    stalenessMax,
  }),
  (options): Algorithm => ({
    ...streamed('fed-async', options.localSteps),
    streaming: {
      buffer: 1,
      rule: 'mix',
      rate: options.rate,
      staleness: realise(options.staleness),
      stalenessMax: options.stalenessMax,
    },
  }),
);

/**
 * FedBuff: a central server gathers K updates before it takes a step,
 *
 *   w ← w + (η_g / K) Σ_i s(δ_i) (w_i − base_i),
 *
 * while clients go on with whatever version is current when they are free. With `stalenessMax` it is semi-asynchronous.
 *
 * Source: Nguyen et al., Federated Learning with Buffered Asynchronous Aggregation, AISTATS 2022 (recalled).
 */
export const fedBuff = part(
  'algorithm',
  'fed-buff',
  z.strictObject({
    localSteps,
    buffer: z.int().min(1).max(1_000_000).default(10).describe('K, updates of one step'),
    rate: z.number().positive().max(100).default(1).describe('η_g, the server’s rate'),
    staleness,
    stalenessMax,
  }),
  (options): Algorithm => ({
    ...streamed('fed-buff', options.localSteps),
    streaming: {
      buffer: options.buffer,
      rule: 'add',
      rate: options.rate,
      staleness: realise(options.staleness),
      stalenessMax: options.stalenessMax,
    },
  }),
);

const streamed = (name: string, steps: number) => ({
  name,
  architecture: 'central' as const,
  localSteps: steps,
  localStepsMax: steps,
  edgeRounds: 1,
  exchanges: 0,
  pacing: realise(waitForAll()),
  aggregation: realise(bySamples()),
  mixing: undefined,
});
