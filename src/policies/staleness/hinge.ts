import { z } from 'zod';
import { part } from '../../part.ts';
import type { StalenessWeighting } from '../policy.ts';

const options = z.strictObject({
  grace: z.number().min(0).default(4).describe('b: up to this staleness an update counts in full'),
  slope: z.number().positive().default(10).describe('a'),
});

/**
 * ψ(δ) = ½ for δ ≤ b, else ½ / (a (δ − b) + 1).
 *
 * Source: the hinge family of Xie et al., Asynchronous Federated Optimization, 2019 (recalled), scaled by ½.
 */
export const hingeStaleness = part('staleness', 'hinge', options, ({ grace, slope }): StalenessWeighting => {
  return (staleness) => (staleness <= grace ? 0.5 : 0.5 / (slope * (staleness - grace) + 1));
});
