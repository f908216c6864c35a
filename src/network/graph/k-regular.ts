import { z } from 'zod';
import { ScenarioError } from '../../errors.ts';
import { part } from '../../part.ts';
import type { Graph, GraphGenerator } from '../contract.ts';
import { type Edge, graphOf, invalid, range } from './graph.ts';

const WHERE = 'graph.k-regular.degree';

const options = z.strictObject({
  degree: z.int().min(1).default(4).describe('k, neighbours of each node; odd only with an even number of nodes'),
});

/** Why no circulant of this degree exists, or undefined. */
function obstacle(nodes: number, degree: number): string | undefined {
  if (degree >= nodes) return `pass a degree below ${nodes}, the number of edge servers`;
  if (degree % 2 === 1 && nodes % 2 === 1) return `pass an even degree for ${nodes} edge servers, an odd number`;
  return undefined;
}

function circulant(nodes: number, degree: number): Graph {
  const remedy = obstacle(nodes, degree);
  if (remedy) throw new ScenarioError(invalid(`degree: ${degree} among ${nodes} edge servers`, WHERE, remedy));
  const steps = range(Math.floor(degree / 2)).map((i) => i + 1);
  if (degree % 2 === 1) steps.push(nodes / 2);
  const edges = range(nodes).flatMap((node) => steps.map((step): Edge => [node, (node + step) % nodes]));
  return graphOf(nodes, edges, WHERE);
}

/**
 * The k-regular circulant graph (ring lattice): node i is linked to i ± 1 … i ± ⌊k/2⌋ modulo the number of nodes, and
 * where k is odd to its antipode. A single node has no links, whatever the degree.
 *
 * Limits: k below the number of nodes D; k and D not both odd; k = 1 is connected for two nodes only.
 */
export const kRegular = part(
  'graph',
  'k-regular',
  options,
  ({ degree }): GraphGenerator =>
    (nodes) => {
      return nodes === 1 ? graphOf(1, [], WHERE) : circulant(nodes, degree);
    },
);
