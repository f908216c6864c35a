import { z } from 'zod';
import { part } from '../../part.ts';
import type { Mixing } from '../policy.ts';
import { laplacian, laplacianMixing } from './laplacian.ts';

/**
 * Mixing by the plain graph Laplacian at its optimal constant step; the default of SD-FEEL.
 *
 *   P = I − γ L Ω⁻¹,   L = Deg − Adj,   Ω = diag(m̃),   γ = 2 / (λ₁ + λ_{D−1})
 *
 * Columns sum to 1 and P m̃ = m̃. Entries may be negative (a star's centre, unequal shares), and with unequal shares
 * even the complete graph has ζ > 0: see `weightedLaplacian` and `metropolis`.
 *
 * Source: Sun et al., Semi-Decentralized Federated Edge Learning, WCNC 2022 (form recalled, properties derived);
 * Xiao and Boyd, Fast linear iterations for distributed averaging, Systems & Control Letters 53, 2004.
 */
export const optimalLaplacian = part(
  'mixing',
  'optimal-laplacian',
  z.strictObject({}),
  (): Mixing => (graph, shares) => laplacianMixing(laplacian(graph), shares),
);
