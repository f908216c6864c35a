import { z } from 'zod';
import { permutation } from '../../math/distributions.ts';
import { part } from '../../part.ts';
import type { Association } from '../policy.ts';
import { blocks } from './blocks.ts';

/** Clients in random order, cut into clusters that differ by at most one in size. */
export const randomClusters = part('association', 'random-clusters', z.strictObject({}), (): Association => {
  return ({ clients, edgeServers, draw }) => blocks(permutation(draw, clients), edgeServers);
});
