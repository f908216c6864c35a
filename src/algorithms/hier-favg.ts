import { z } from 'zod';
import { part, realise } from '../part.ts';
import type { Algorithm } from '../policies/algorithm.ts';
import { aggregation, edgeRounds, localEpochs, localSteps, localWork, pacing, uplink } from './options.ts';

/**
 * HierFAVG: every τ₁ local steps each edge server averages its clients, ŷ^(d) = Σ_{i ∈ C_d} m̂_i w^(i), and every τ₂ edge
 * rounds the central server averages the edge servers, w = Σ_d m̃_d ŷ^(d), and sends the model down again.
 *
 * Source: Liu, Zhang, Song, Letaief, Client-Edge-Cloud Hierarchical Federated Learning, ICC 2020 (κ₁, κ₂ there).
 */
export const hierFavg = part(
  'algorithm',
  'hier-favg',
  z.strictObject({ localSteps, localEpochs, edgeRounds, pacing, aggregation, uplink }),
  (options): Algorithm => ({
    name: 'hier-favg',
    architecture: 'hierarchical',
    ...localWork(options),
    edgeRounds: options.edgeRounds,
    exchanges: 0,
    pacing: realise(options.pacing),
    aggregation: realise(options.aggregation),
    uplink: realise(options.uplink),
    mixing: undefined,
  }),
);
