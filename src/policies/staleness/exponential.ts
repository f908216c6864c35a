import { z } from 'zod';
import { part } from '../../part.ts';
import type { StalenessWeighting } from '../policy.ts';

const options = z.strictObject({
  rate: z.number().min(0).max(10).default(0.1).describe('b: 0 is constant'),
});

/** ψ(δ) = ½ e^(−b δ): forgets stale models fastest. Positive until b δ passes about 740, where 64-bit numbers end. */
export const exponentialStaleness = part('staleness', 'exponential', options, ({ rate }): StalenessWeighting => {
  return (staleness) => 0.5 * Math.exp(-rate * staleness);
});
