import { z } from 'zod';
import { part } from '../../part.ts';
import type { StalenessWeighting } from '../policy.ts';

/** ψ(δ) = ½, whatever the staleness: vanilla asynchronous mixing, the baseline of the staleness-aware kinds. */
export const constantStaleness = part('staleness', 'constant', z.strictObject({}), (): StalenessWeighting => {
  return () => 0.5;
});
