import { z } from 'zod';
import type { GraphGenerator } from '../src/network/contract.ts';
import { ring } from '../src/network/graph/ring.ts';
import { part, realise, slot } from '../src/part.ts';
import { contiguous } from '../src/policies/association/contiguous.ts';
import type { Handover } from '../src/policies/handover/contract.ts';
import { noHandover } from '../src/policies/handover/none.ts';
import type { Association } from '../src/policies/policy.ts';
import type { Topology } from '../src/runtime/topology.ts';
import { CENTRAL_SERVER, cast, clientId, edgeServerId } from './cast.ts';

const isFunction = (value: unknown): boolean => typeof value === 'function';
const isHandover = (value: unknown): boolean => typeof value === 'object' && value !== null && 'wanted' in value;
const CLIENTS_MAX = 1_000_000;

/**
 * Clients in the cells of edge servers, edge servers joined by a graph, and a central server above them. The algorithm
 * decides who of them acts: SD-FEEL leaves the central server out, FedAvg uses edge servers as relays at most.
 */
export const federation = part(
  'topology',
  'federation',
  z
    .strictObject({
      clients: z.int().min(1).max(CLIENTS_MAX).default(50).describe('clients in all'),
      edgeServers: z.int().min(1).max(10_000).default(10).describe('edge servers, one cell each'),
      graph: slot<GraphGenerator>('graph', isFunction)
        .default(() => ring())
        .describe('links between edge servers'),
      association: slot<Association>('association', isFunction)
        .default(() => contiguous())
        .describe('which edge server serves whom at first'),
      handover: slot<Handover | undefined>('handover', isHandover)
        .default(() => noHandover())
        .describe('which edge server clients go over to'),
    })
    .refine(({ clients, edgeServers }) => clients >= edgeServers, {
      path: ['edgeServers'],
      message: 'expected no more edge servers than clients: each serves at least one',
    }),
  (options): Topology => ({
    clients: options.clients,
    edgeServers: options.edgeServers,
    graph: realise(options.graph),
    association: realise(options.association),
    handover: realise(options.handover),
    centralServer: CENTRAL_SERVER,
    ...{ clientId, edgeServerId, cast },
  }),
);
