import { z } from 'zod';
import { part, realise, slot } from '../part.ts';
import { bySamples } from '../policies/aggregation/by-samples.ts';
import type { Algorithm } from '../policies/algorithm.ts';
import { waitForAll } from '../policies/pacing/wait-for-all.ts';
import type { StalenessWeighting } from '../policies/policy.ts';
import { polynomialStaleness } from '../policies/staleness/polynomial.ts';
import { byLatency } from '../policies/tiering/by-latency.ts';
import { aggregation, isFunction, localEpochs, localSteps, localWork } from './options.ts';

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
    localEpochs,
    rate: z.number().gt(0).max(1).default(0.6).describe('α, weight of a fresh update'),
    staleness,
    stalenessMax,
  }),
  (options): Algorithm => ({
    ...streamed('fed-async', options),
    streaming: {
      buffer: 1,
      rule: 'mix',
      rate: options.rate,
      staleness: realise(options.staleness),
      stalenessMax: options.stalenessMax,
      stale: 'discard',
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
    localEpochs,
    buffer: z.int().min(1).max(1_000_000).default(10).describe('K, updates of one step'),
    rate: z.number().positive().max(100).default(1).describe('η_g, the server’s rate'),
    staleness,
    stalenessMax,
  }),
  (options): Algorithm => ({
    ...streamed('fed-buff', options),
    streaming: {
      buffer: options.buffer,
      rule: 'add',
      rate: options.rate,
      staleness: realise(options.staleness),
      stalenessMax: options.stalenessMax,
      stale: 'discard',
    },
  }),
);

/**
 * Semi-asynchronous federated averaging with a staleness bound S: the server takes a step when K updates are in,
 *
 *   w ← w + (η_g / n) Σ_i s(δ_i) (w_i − base_i)   over all n ≥ K that are in,
 *
 * but first waits for each client whose update would otherwise become staler than S. Clients whose update is in wait for
 * the new version. S = 0 is FedAvg; without a bound the server waits for nobody in particular.
 *
 * Source: the rule of stale synchronous parallel training, Ho et al., NIPS 2013, between server and clients as in SAFA,
 * Wu et al., IEEE TC 2021 (both recalled); the step is FedBuff's.
 */
export const semiAsync = part(
  'algorithm',
  'semi-async',
  z.strictObject({
    localSteps,
    localEpochs,
    buffer: z.int().min(1).max(1_000_000).default(10).describe('K, updates that make a step at least'),
    rate: z.number().positive().max(100).default(1).describe('η_g, the server’s rate'),
    staleness,
    stalenessMax: stalenessMax.default(5).describe('S: the server waits for clients that would become staler'),
  }),
  (options): Algorithm => ({
    ...streamed('semi-async', options),
    streaming: {
      buffer: options.buffer,
      rule: 'add',
      rate: options.rate,
      staleness: realise(options.staleness),
      stalenessMax: options.stalenessMax,
      stale: 'wait',
    },
  }),
);

/**
 * Tiered asynchronous federated learning: clients in tiers by their response time, synchronous inside a tier, and
 * asynchronous between tiers. When a tier's updates are all in, their mean is the tier's new model, and the global model is
 *
 *   w = Σ_m β_m w_m,   where β_m grows with the number of versions of the tier at the other end,
 *
 * so that fast tiers don't drown slow ones.
 *
 * Source: FedAT, Chai et al., SC 2021, with the tiers of TiFL, HPDC 2020 (both recalled).
 */
export const tiered = part(
  'algorithm',
  'tiered',
  z.strictObject({
    localSteps,
    localEpochs,
    tiers: z.int().min(1).max(1000).default(3).describe('tiers of clients, by expected computing and upload time'),
    aggregation,
  }),
  (options): Algorithm => ({
    ...streamed('tiered', options),
    aggregation: realise(options.aggregation),
    streaming: {
      ...{ buffer: 1, rule: 'mix', rate: 1, stalenessMax: Number.POSITIVE_INFINITY, stale: 'discard' },
      staleness: () => 1,
      tiers: { count: options.tiers, of: byLatency(options.tiers) },
    },
  }),
);

const streamed = (name: string, options: Parameters<typeof localWork>[0]) => ({
  name,
  architecture: 'central' as const,
  ...localWork(options),
  edgeRounds: 1,
  exchanges: 0,
  pacing: realise(waitForAll()),
  aggregation: realise(bySamples()),
  mixing: undefined,
});
