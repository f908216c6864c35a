import { z } from 'zod';
import { part, realise } from '../part.ts';
import type { Algorithm } from '../policies/algorithm.ts';
import {
  aggregation,
  consensus,
  consensusWithin,
  edgeRounds,
  localEpochs,
  localSteps,
  localWork,
  mixing,
  pacing,
  uplink,
} from './options.ts';

/**
 * SD-FEEL, synchronous: every τ₁ local steps each edge server averages its clients, and every τ₂ edge rounds edge servers
 * exchange models with their neighbours α times,
 *
 *   ŷ^(d) ← Σ_{i ∈ C_d} m̂_i w^(i);      Y ← Y P^α   with columns Y = [ŷ^(1) … ŷ^(D)].
 *
 * There is no central server. The data-weighted mean of the edge servers' models is preserved by every exchange. With
 * `consensus` they agree on it after the last round: R = ⌈ln ε / ln ζ⌉ more exchanges shrink their disagreement by ε.
 *
 * Source: Sun, Shao, Mao, Wang, Zhang, Semi-Decentralized Federated Edge Learning for Fast Convergence on Non-IID Data,
 * WCNC 2022, and its extension in IEEE TNSM 2023; equations recalled with high confidence, not confirmed by the text.
 */
export const sdFeel = part(
  'algorithm',
  'sd-feel',
  z.strictObject({
    localSteps,
    localEpochs,
    edgeRounds,
    exchanges: z.int().min(0).max(1000).default(1).describe('gossip exchanges of one mixing (α); 0 mixes nothing'),
    mixing,
    barrier: z
      .enum(['neighbour', 'global'])
      .default('neighbour')
      .describe('whom edge servers wait for before an exchange: neighbours, or all, as closed latency formulas assume'),
    consensus,
    consensusWithin,
    pacing,
    aggregation,
    uplink,
  }),
  (options): Algorithm => ({
    name: 'sd-feel',
    architecture: 'semi-decentralised',
    ...localWork(options),
    edgeRounds: options.edgeRounds,
    exchanges: options.exchanges,
    pacing: realise(options.pacing),
    aggregation: realise(options.aggregation),
    uplink: realise(options.uplink),
    mixing: realise(options.mixing),
    barrier: options.barrier,
    consensus: options.consensus,
    consensusWithin: options.consensusWithin,
  }),
);
