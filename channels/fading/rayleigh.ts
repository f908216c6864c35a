import { z } from 'zod';
import { exponential } from '../../src/math/distributions.ts';
import type { Fading } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import { coherence } from './coherence.ts';

/**
 * Rayleigh block fading: many paths, none dominant.
 *
 *   h ~ CN(0, 1),   so   |h|² ~ Exp(1),   P(|h|² < x) = 1 − e^(−x)
 *
 * Limits: blocks are independent of one another, and flat over the whole bandwidth.
 * Source: Tse and Viswanath, Fundamentals of Wireless Communication, 2005, §2.4.2.
 */
export const rayleigh = part(
  'fading',
  'rayleigh',
  z.strictObject({ coherence }),
  (options): Fading => ({
    coherence: options.coherence,
    gain: (link, block) => exponential(link.at(block)),
  }),
);
