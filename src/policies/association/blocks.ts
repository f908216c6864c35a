import { ScenarioError } from '../../errors.ts';

/**
 * Cuts an order of clients into contiguous blocks, one for each edge server, that differ by at most one in length:
 * place i of C goes to server ⌊i D / C⌋.
 *
 * @param order clients 0 … C − 1 in any order, [clients]
 * @param edgeServers D ≤ C; where there are more, a ScenarioError (TOPOLOGY_INVALID) says so
 * @returns the server of each client, [clients]
 */
export function blocks(order: ArrayLike<number>, edgeServers: number): number[] {
  if (edgeServers > order.length) {
    throw new ScenarioError({
      what: `invalid number of edge servers: ${edgeServers} for ${order.length} clients`,
      where: 'association',
      remedy: 'let each edge server have at least one client',
      code: 'TOPOLOGY_INVALID',
    });
  }
  const server: number[] = Array.from(order, () => 0);
  Array.from(order).forEach((client, place) => {
    server[client] = Math.floor((place * edgeServers) / order.length);
  });
  return server;
}

/** 0 … clients − 1, in order. */
export const inOrder = (clients: number): number[] => Array.from({ length: clients }, (_, client) => client);
