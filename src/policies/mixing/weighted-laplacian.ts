import { z } from 'zod';
import { present } from '../../assert.ts';
import { part } from '../../part.ts';
import type { Mixing } from '../policy.ts';
import { laplacian, laplacianMixing } from './laplacian.ts';

/**
 * Mixing by the Laplacian with edge weights m̃ᵢ m̃ⱼ at its optimal constant step.
 *
 *   P = I − γ L Ω⁻¹,   L the Laplacian with weights m̃ᵢ m̃ⱼ,   Ω = diag(m̃),   γ = 2 / (λ₁ + λ_{D−1})
 *
 * On the complete graph P = m̃ 1ᵀ and ζ = 0 whatever the shares, so that one exchange equals a central aggregation.
 * Columns sum to 1 and P m̃ = m̃; entries may be negative. Equals `optimalLaplacian` where all shares are equal.
 *
 * Source: derived here for unequal clusters, from the optimal step of Xiao and Boyd, Systems & Control Letters 53,
 * 2004.
 */
export const weightedLaplacian = part('mixing', 'weighted-laplacian', z.strictObject({}), (): Mixing => {
  return (graph, shares) =>
    laplacianMixing(
      laplacian(graph, (from, to) => present(shares[from], 'share of a node') * present(shares[to], 'share of a node')),
      shares,
    );
});
