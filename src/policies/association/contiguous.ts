import { z } from 'zod';
import { part } from '../../part.ts';
import type { Association } from '../policy.ts';
import { blocks, inOrder } from './blocks.ts';

/** Client i of C belongs to edge server ⌊i D / C⌋: neighbours in index share a server. */
export const contiguous = part('association', 'contiguous', z.strictObject({}), (): Association => {
  return ({ clients, edgeServers }) => blocks(inOrder(clients), edgeServers);
});
