import { z } from 'zod';
import { normal } from '../../src/math/distributions.ts';
import { square } from '../../src/math/power.ts';
import type { Fading } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import { coherence } from './coherence.ts';

const options = z.strictObject({
  kFactor: z.number().min(0).default(5).describe('K, power of the dominant path over that of all others, linear'),
  coherence,
});

/**
 * Rician block fading: one dominant path among many weak ones; Rayleigh where K = 0.
 *
 *   h = √(K / (K + 1)) + CN(0, 1) / √(K + 1),   E|h|² = 1,   Var|h|² = (2K + 1) / (K + 1)²
 *
 * Limits: blocks are independent of one another, and flat over the whole bandwidth.
 * Source: Tse and Viswanath, Fundamentals of Wireless Communication, 2005, §2.4.2.
 */
export const rician = part('fading', 'rician', options, ({ kFactor, coherence: blockLength }): Fading => {
  const dominant = Math.sqrt(kFactor / (kFactor + 1));
  const deviation = Math.sqrt(1 / (2 * (kFactor + 1)));
  return {
    coherence: blockLength,
    gain(link, block) {
      const source = link.at(block);
      return square(normal(source, dominant, deviation)) + square(normal(source, 0, deviation));
    },
  };
});
