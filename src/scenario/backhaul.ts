import { type Problem, ScenarioError } from '../errors.ts';
import type { Backhaul, Graph } from '../network/contract.ts';
import { realise } from '../part.ts';
import type { CheckedOptions } from './scenario.ts';

/**
 * The links between servers, as a world needs them.
 *
 * @param graph of the edge servers that act
 * @throws ScenarioError where routes over the graph can't reach every server
 */
export function backhaulOf(options: CheckedOptions['backhaul'], graph: Graph): Backhaul {
  const backhaul: Backhaul = { ...options, failures: realise(options.failures) };
  if (options.routes === 'direct') return backhaul;
  const problems = [...gatewayProblems(options.gateways ?? [], graph.nodes), ...reachProblems(graph)];
  if (problems.length > 0) throw new ScenarioError(problems);
  return backhaul;
}

const gatewayProblems = (gateways: readonly number[], edgeServers: number): Problem[] =>
  gateways
    .filter((each) => each >= edgeServers)
    .map((each) => ({
      what: `invalid gateway: ${each}`,
      where: 'backhaul.gateways',
      remedy: `name edge servers 0 … ${edgeServers - 1}`,
      code: 'TOPOLOGY_INVALID',
    }));

function reachProblems({ nodes, neighbours }: Graph): Problem[] {
  const reached = new Set([0]);
  for (const node of reached) for (const next of neighbours[node] ?? []) reached.add(next);
  if (reached.size >= nodes) return [];
  const lost = Array.from({ length: nodes }, (_, node) => node).find((node) => !reached.has(node));
  return [
    {
      what: `invalid graph: no way from edge server 0 to edge server ${lost}`,
      where: 'topology.graph',
      remedy: 'add links, or take routes that are direct',
      code: 'TOPOLOGY_INVALID',
    },
  ];
}
