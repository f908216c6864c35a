import { z } from 'zod';
import { part } from '../../part.ts';
import type { Aggregation } from '../policy.ts';

/** Weighs all updates alike, whatever stands behind them: each client's objective counts the same. */
export const uniform = part('aggregation', 'uniform', z.strictObject({}), (): Aggregation => {
  return (contributions) => contributions.map(() => 1);
});
