import { z } from 'zod';
import { present } from '../../assert.ts';
import { part } from '../../part.ts';
import type { Mixing } from '../policy.ts';

/**
 * Metropolis–Hastings mixing for data shares m̃: never negative, and needs to know nothing but one's neighbours.
 *
 *   p_{j,d} = min(1, m̃ⱼ / m̃_d) / (1 + max(degⱼ, deg_d))   for neighbours,   p_{d,d} = 1 − Σ_{j≠d} p_{j,d}
 *
 * Columns sum to 1 and P m̃ = m̃, since m̃_d p_{j,d} is symmetric. Usually slower than the Laplacian's optimal step.
 *
 * Source: Xiao, Boyd and Kim, Distributed average consensus with least-mean-square deviation, J. Parallel Distrib.
 * Comput. 67, 2007 (equal shares); the ratio of shares is derived here.
 */
export const metropolis = part(
  'mixing',
  'metropolis',
  z.strictObject({}),
  (): Mixing =>
    ({ neighbours }, shares) => {
      const degreeOf = (node: number): number => present(neighbours[node], 'node').length;
      const shareOf = (node: number): number => present(shares[node], 'share of a node');
      const weight = (j: number, d: number): number =>
        Math.min(1, shareOf(j) / shareOf(d)) / (1 + Math.max(degreeOf(j), degreeOf(d)));
      return neighbours.map((around, j) =>
        neighbours.map((others, d) => {
          if (j === d) return 1 - others.reduce((sum, other) => sum + weight(other, d), 0);
          return around.includes(d) ? weight(j, d) : 0;
        }),
      );
    },
);
