import { z } from 'zod';
import { gamma } from '../../src/math/distributions.ts';
import type { Fading } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import { coherence } from './coherence.ts';

const options = z.strictObject({
  shape: z
    .number()
    .min(0.5)
    .max(1e6)
    .default(2)
    .describe('m: 0.5 the worst, one-sided Gaussian fading, 1 Rayleigh, without bound no fading'),
  coherence,
});

/**
 * Nakagami-m block fading: milder than Rayleigh for m > 1, harsher for m < 1.
 *
 *   |h|² ~ Gamma(m, 1 / m),   E|h|² = 1,   Var|h|² = 1 / m,   P(|h|² < x) = P(m, m x), the regularised incomplete gamma
 *
 * Limits: blocks are independent of one another, and flat over the whole bandwidth; no phase is modelled.
 * Source: Nakagami, The m-distribution, in Statistical Methods in Radio Wave Propagation, 1960; as in Goldsmith,
 * Wireless Communications, 2005, §3.2.2.
 */
export const nakagami = part(
  'fading',
  'nakagami',
  options,
  ({ shape, coherence: blockLength }): Fading => ({
    coherence: blockLength,
    gain: (link, block) => gamma(link.at(block), shape, 1 / shape),
  }),
);
