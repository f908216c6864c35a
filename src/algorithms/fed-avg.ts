import { z } from 'zod';
import { part, realise } from '../part.ts';
import type { Algorithm } from '../policies/algorithm.ts';
import { aggregation, late, localEpochs, localSteps, localWork, pacing, uplink } from './options.ts';

/**
 * FedAvg over a central server: every τ₁ local steps all invited clients upload to the cloud, which averages,
 *
 *   w ← Σ_i m_i w^(i),   m_i = |S_i| / Σ |S_j| over the admitted updates.
 *
 * With `localEpochs` E a client passes E times over its own samples instead, so that clients with more of them work longer.
 *
 * Source: McMahan et al., Communication-Efficient Learning of Deep Networks from Decentralized Data, AISTATS 2017.
 * The period τ₁ as the cloud baseline of the SD-FEEL papers (recalled).
 */
export const fedAvg = part(
  'algorithm',
  'fed-avg',
  z.strictObject({ localSteps, localEpochs, pacing, aggregation, uplink, late }),
  (options): Algorithm => ({
    name: 'fed-avg',
    architecture: 'central',
    ...localWork(options),
    edgeRounds: 1,
    exchanges: 0,
    pacing: realise(options.pacing),
    aggregation: realise(options.aggregation),
    uplink: realise(options.uplink),
    late: options.late,
    mixing: undefined,
  }),
);
