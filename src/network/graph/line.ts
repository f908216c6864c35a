import { z } from 'zod';
import { part } from '../../part.ts';
import type { GraphGenerator } from '../contract.ts';
import { type Edge, graphOf, range } from './graph.ts';

/** A line, or path graph: node i is linked to i + 1; the two ends have one neighbour each. */
export const line = part(
  'graph',
  'line',
  z.strictObject({}),
  (): GraphGenerator => (nodes) => {
    return graphOf(
      nodes,
      range(nodes - 1).map((i): Edge => [i, i + 1]),
      'graph.line',
    );
  },
);
