import { z } from 'zod';
import { ScenarioError } from '../../errors.ts';
import { part } from '../../part.ts';
import type { GraphGenerator } from '../contract.ts';
import { type Edge, graphOf, invalid, range } from './graph.ts';

const options = z.strictObject({
  centre: z.int().min(0).default(0).describe('node that all others are linked to, 0-based'),
});

/** A star: every node is linked to the centre alone. */
export const star = part(
  'graph',
  'star',
  options,
  ({ centre }): GraphGenerator =>
    (nodes) => {
      if (centre >= nodes) {
        const remedy = `pass a node below ${nodes}, the number of edge servers`;
        throw new ScenarioError(invalid(`centre: ${centre}`, 'graph.star', remedy));
      }
      const outer = range(nodes).filter((node) => node !== centre);
      return graphOf(
        nodes,
        outer.map((node): Edge => [centre, node]),
        'graph.star',
      );
    },
);
