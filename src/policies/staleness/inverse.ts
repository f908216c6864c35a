import { z } from 'zod';
import { part } from '../../part.ts';
import type { StalenessWeighting } from '../policy.ts';

/**
 * ψ(δ) = 1 / (2 (δ + 1)): the default of asynchronous SD-FEEL. Common factors cancel when weights are normalised.
 *
 * Source: Sun et al., Asynchronous Semi-Decentralized Federated Edge Learning, ICC 2022 (recalled).
 */
export const inverseStaleness = part('staleness', 'inverse', z.strictObject({}), (): StalenessWeighting => {
  return (staleness) => 1 / (2 * (staleness + 1));
});
