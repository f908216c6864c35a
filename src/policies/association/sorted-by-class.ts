import { z } from 'zod';
import { part } from '../../part.ts';
import type { Association } from '../policy.ts';
import { blocks, inOrder } from './blocks.ts';

/**
 * Clients ordered by their first class, or the one that they have most of, then by index, cut into clusters that differ by at most one in
 * size: data then differ as much as they can between edge servers, the hard case for semi-decentralised learning.
 */
export const sortedByClass = part('association', 'sorted-by-class', z.strictObject({}), (): Association => {
  return ({ clients, edgeServers, primaryClasses }) => {
    const classOf = (client: number): number => primaryClasses[client] ?? 0;
    const order = inOrder(clients).toSorted((a, b) => classOf(a) - classOf(b) || a - b);
    return blocks(order, edgeServers);
  };
});
