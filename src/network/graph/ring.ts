import { z } from 'zod';
import { part } from '../../part.ts';
import type { GraphGenerator } from '../contract.ts';
import { type Edge, graphOf, range } from './graph.ts';

/** A ring: node i is linked to i ± 1, modulo the number of nodes. One node has no link, two share one. */
export const ring = part(
  'graph',
  'ring',
  z.strictObject({}),
  (): GraphGenerator => (nodes) => {
    const edges = nodes > 1 ? range(nodes).map((i): Edge => [i, (i + 1) % nodes]) : [];
    return graphOf(nodes, edges, 'graph.ring');
  },
);
