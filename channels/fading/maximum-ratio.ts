import { z } from 'zod';
import type { Stream } from '../../src/math/streams.ts';
import type { Fading } from '../../src/network/contract.ts';
import { part, realise, slot } from '../../src/part.ts';
import { rayleigh } from './rayleigh.ts';

const isModel = (value: unknown): boolean => typeof value === 'object' && value !== null;

const options = z.strictObject({
  fading: slot<Fading>('fading', isModel)
    .default(() => rayleigh())
    .describe('of each antenna’s branch'),
  antennas: z.int().min(1).max(1024).default(2).describe('M, receive antennas'),
});

/** The stream of one branch: draw i of branch m is the link's draw i M + m, so branches share none. */
const branchOf = (link: Stream, antennas: number, antenna: number): Stream => ({
  name: `${link.name}/antenna-${antenna}`,
  at: (index) => link.at(index * antennas + antenna),
});

/**
 * Several receive antennas with maximum-ratio combining: the receiver weighs each branch by its own conjugate
 * coefficient, so SNRs add up.
 *
 *   g = Σₘ |h_m|²,   E g = M E|h|²;   over Rayleigh branches g ~ Gamma(M, 1) and P(g < x) = 1 − e^(−x) Σ_{k<M} xᵏ / k!
 *
 * Limits: branches are independent and of one mean, the receiver knows all coefficients, noise is alike and independent.
 * Source: Brennan, Linear diversity combining techniques, Proc. IRE 47, 1959.
 */
export const maximumRatio = part('fading', 'maximum-ratio', options, ({ fading, antennas }): Fading => {
  const branch = realise(fading);
  // Kept per link, since a model may keep what it draws by the identity of the stream.
  const branches = new WeakMap<Stream, readonly Stream[]>();
  return {
    coherence: branch.coherence,
    meanGain: antennas * (branch.meanGain ?? 1),
    gain(link, block) {
      const own = branches.get(link) ?? Array.from({ length: antennas }, (_, m) => branchOf(link, antennas, m));
      branches.set(link, own);
      return own.reduce((sum, each) => sum + branch.gain(each, block), 0);
    },
  };
});
