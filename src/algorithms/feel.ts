import { z } from 'zod';
import { part, realise } from '../part.ts';
import type { Algorithm } from '../policies/algorithm.ts';
import { aggregation, localEpochs, localSteps, localWork, pacing, uplink } from './options.ts';

/**
 * FEEL, federated edge learning in one cell: the first edge server averages the clients in its reach and no others,
 *
 *   w ← Σ_{i ∈ C_0} m̂_i w^(i).
 *
 * Fast rounds, but too few clients: the baseline that SD-FEEL is meant to beat in accuracy. The fixed cluster of clients
 * is recalled from the SD-FEEL papers, not confirmed.
 */
export const feel = part(
  'algorithm',
  'feel',
  z.strictObject({ localSteps, localEpochs, pacing, aggregation, uplink }),
  (options): Algorithm => ({
    name: 'feel',
    architecture: 'single-cell',
    ...localWork(options),
    edgeRounds: 1,
    exchanges: 0,
    pacing: realise(options.pacing),
    aggregation: realise(options.aggregation),
    uplink: realise(options.uplink),
    mixing: undefined,
  }),
);
