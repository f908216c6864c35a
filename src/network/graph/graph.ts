import { present } from '../../assert.ts';
import { type Problem, ScenarioError } from '../../errors.ts';
import type { Graph } from '../contract.ts';

/** An undirected link between two nodes. */
export type Edge = readonly [number, number];

/** A problem of a topology, TOPOLOGY_INVALID. @param where the graph part, for example `graph.ring` */
export const invalid = (what: string, where: string, remedy: string): Problem => ({
  what: `invalid ${what}`,
  where,
  remedy,
  code: 'TOPOLOGY_INVALID',
});

/** Nodes that can be reached from node 0, itself included. */
function reached(neighbours: readonly (readonly number[])[]): number {
  const seen = new Set([0]);
  // A set is walked in insertion order, nodes added on the way included: a breadth-first search.
  for (const node of seen) for (const other of neighbours[node] ?? []) seen.add(other);
  return seen.size;
}

/**
 * The graph of undirected edges between nodes 0 … nodes − 1; an edge given twice, or in both directions, is one link.
 * Throws a ScenarioError (TOPOLOGY_INVALID) where there is no node, or where not every node can reach every other.
 */
export function graphOf(nodes: number, edges: readonly Edge[], where: string): Graph {
  if (!Number.isSafeInteger(nodes) || nodes < 1) {
    throw new ScenarioError(invalid(`number of edge servers: ${nodes}`, where, 'pass an integer of at least 1'));
  }
  const around = Array.from({ length: nodes }, () => new Set<number>());
  for (const [a, b] of edges) {
    present(around[a], 'node of an edge').add(b);
    present(around[b], 'node of an edge').add(a);
  }
  const neighbours = around.map((each) => [...each].toSorted((a, b) => a - b));
  const connected = reached(neighbours);
  if (connected < nodes) {
    const what = `graph: only ${connected} of ${nodes} edge servers can reach edge server 0`;
    throw new ScenarioError(invalid(what, where, 'add links until the graph is connected'));
  }
  return { nodes, neighbours };
}

/** 0 … count − 1. */
export const range = (count: number): number[] => Array.from({ length: Math.max(0, count) }, (_, i) => i);
