import { z } from 'zod';
import { part } from '../../part.ts';
import type { GraphGenerator } from '../contract.ts';
import { type Edge, graphOf, range } from './graph.ts';

/** The complete graph: every node is linked to every other. */
export const complete = part(
  'graph',
  'complete',
  z.strictObject({}),
  (): GraphGenerator => (nodes) => {
    const edges = range(nodes).flatMap((high) => range(high).map((low): Edge => [low, high]));
    return graphOf(nodes, edges, 'graph.complete');
  },
);
