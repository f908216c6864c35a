import { z } from 'zod';
import { part } from '../../part.ts';
import type { Aggregation } from '../policy.ts';

/**
 * Weighs each update by the number of its client's samples, n_k / n after normalisation: the mean then estimates the
 * step on the objective over all samples.
 *
 * Source: McMahan et al., AISTATS 2017, Alg. 1.
 */
export const bySamples = part('aggregation', 'by-samples', z.strictObject({}), (): Aggregation => {
  return (contributions) => contributions.map(({ samples }) => samples);
});
