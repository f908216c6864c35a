import { z } from 'zod';
import { exponential } from '../math/distributions.ts';
import { part } from '../part.ts';
import type { Straggler } from './contract.ts';

/** No slow-down: a computation takes its nominal time. */
export const noStragglers = part(
  'straggler',
  'none',
  z.strictObject({}),
  (): Straggler => ({
    duration: (nominal) => nominal,
    excess: 0,
  }),
);

const options = z.strictObject({
  scale: z.number().min(0).default(0.5).describe('mean of the random excess, as a share of the nominal time'),
});

/**
 * Shifted-exponential computation times: at least the nominal time t, plus an exponential excess of mean s t.
 *
 *   T = t (1 + s E),   E ~ Exp(1),   E[T] = t (1 + s),   Var[T] = (s t)²
 *
 * Limits: each computation is independent of the client's others.
 * Source: Lee et al., Speeding Up Distributed Machine Learning Using Codes, IEEE Trans. Inf. Theory 64 (3), 2018, §III.
 */
export const shiftedExponential = part(
  'straggler',
  'shifted-exponential',
  options,
  ({ scale }): Straggler => ({
    duration: (nominal, draws, index) => nominal * (1 + scale * exponential(draws.at(index))),
    excess: scale,
  }),
);
