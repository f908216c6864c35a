import { z } from 'zod';
import { power } from '../../math/power.ts';
import { part } from '../../part.ts';
import type { StalenessWeighting } from '../policy.ts';

const options = z.strictObject({
  exponent: z.number().min(0).max(100).default(0.5).describe('a: 0 is constant, 1 is inverse'),
});

/**
 * ψ(δ) = ½ (δ + 1)^(−a).
 *
 * Source: the polynomial family of Xie et al., Asynchronous Federated Optimization, 2019 (recalled), scaled by ½.
 */
export const polynomialStaleness = part('staleness', 'polynomial', options, ({ exponent }): StalenessWeighting => {
  return (staleness) => 0.5 * power(staleness + 1, -exponent);
});
