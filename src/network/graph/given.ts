import { z } from 'zod';
import { type Problem, ScenarioError } from '../../errors.ts';
import { part } from '../../part.ts';
import type { GraphGenerator } from '../contract.ts';
import { type Edge, graphOf, invalid } from './graph.ts';

const options = z.strictObject({
  edges: z
    .array(z.tuple([z.int().min(0), z.int().min(0)]))
    .default([])
    .describe('undirected links, each a pair of different nodes, 0-based'),
});

/** What is wrong with single edges: their ends, or that the same link was there before. */
function problemsOf(nodes: number, edges: readonly Edge[]): Problem[] {
  const seen = new Set<string>();
  return edges.flatMap(([a, b], i): Problem[] => {
    const where = `graph.given.edges.${i}`;
    const name = `${Math.min(a, b)}–${Math.max(a, b)}`;
    if (a === b) return [invalid(`edge: ${a}–${b}`, where, 'link two different edge servers')];
    if (Math.max(a, b) >= nodes) {
      return [invalid(`edge: ${name}`, where, `pass nodes below ${nodes}, the number of edge servers`)];
    }
    if (seen.has(name)) return [{ ...invalid('', where, 'list each link once'), what: `duplicate edge: ${name}` }];
    seen.add(name);
    return [];
  });
}

/** The graph of the links that are listed. */
export const givenGraph = part(
  'graph',
  'given',
  options,
  ({ edges }): GraphGenerator =>
    (nodes) => {
      const problems = problemsOf(nodes, edges);
      if (problems.length > 0) throw new ScenarioError(problems);
      return graphOf(nodes, edges, 'graph.given.edges');
    },
);
