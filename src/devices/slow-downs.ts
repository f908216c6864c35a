import { z } from 'zod';
import { normal } from '../math/distributions.ts';
import { power } from '../math/power.ts';
import { part } from '../part.ts';
import type { Straggler } from './contract.ts';

/**
 * Pareto computation times: most are near the nominal time t, and a few take very much longer.
 *
 *   T = t U^(−1/a),   U ~ U(0, 1],   P(T > x) = (t / x)^a for x ≥ t,   E T = t a / (a − 1) for a > 1
 *
 * Limits: each computation is independent of the client's others; for a ≤ 1 there is no mean, for a ≤ 2 no variance.
 * Source: heavy tails of job times as in Dean and Barroso, The tail at scale, Commun. ACM 56 (2), 2013 (recalled).
 */
export const pareto = part(
  'straggler',
  'pareto',
  z.strictObject({
    shape: z.number().min(0.1).max(1000).default(3).describe('a, tail exponent: the smaller, the longer the tail'),
  }),
  ({ shape }): Straggler => ({
    duration: (nominal, draws, index) => nominal * power(1 - draws.at(index)(), -1 / shape),
  }),
);

/**
 * Log-normal computation times around the nominal time t, which is their median.
 *
 *   T = t e^(σ Z),   Z ~ N(0, 1),   E T = t e^(σ²/2),   Var T = t² (e^(σ²) − 1) e^(σ²)
 *
 * Limits: each computation is independent of the client's others; half of them are faster than nominal.
 * Source: Crow and Shimizu, Lognormal Distributions, 1988, ch. 1.
 */
export const logNormalStragglers = part(
  'straggler',
  'log-normal',
  z.strictObject({
    deviation: z.number().min(0).max(5).default(0.5).describe('σ, standard deviation of the logarithm of the time'),
  }),
  ({ deviation }): Straggler => ({
    duration: (nominal, draws, index) => nominal * Math.exp(normal(draws.at(index), 0, deviation)),
  }),
);

/**
 * Passing slow-downs: a client has spells of so many computations, each slow with a probability, as when another
 * application takes its processor.
 *
 *   T = f t in a slow spell, t in others,   E T = t (1 + p (f − 1))
 *
 * Computation i belongs to spell ⌊i / length⌋, whose state is the draw of that index.
 *
 * Limits: spells begin at the same computations for all clients, and count computations, not time.
 */
export const transientSlowDown = part(
  'straggler',
  'transient',
  z.strictObject({
    probability: z.number().min(0).max(1).default(0.1).describe('p, that a spell is slow'),
    factor: z.number().min(1).max(1e6).default(5).describe('f, by which a slow computation takes longer'),
    spell: z.int().min(1).max(1e6).default(5).describe('computations that share a state'),
  }),
  ({ probability, factor, spell }): Straggler => ({
    duration: (nominal, draws, index) =>
      draws.at(Math.floor(index / spell))() < probability ? factor * nominal : nominal,
  }),
);
