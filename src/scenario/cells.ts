import { type ErrorCode, type Problem, ScenarioError } from '../errors.ts';
import type { Task } from '../learning/contract.ts';
import type { Streams } from '../math/streams.ts';
import type { Channel, Graph, Place } from '../network/contract.ts';
import type { Algorithm } from '../policies/algorithm.ts';
import { exchangesFor, zeta } from '../policies/mixing/spectrum.ts';
import { reason } from '../runtime/policy-guard.ts';
import { inFile } from '../runtime/policy-place.ts';
import type { Topology } from '../runtime/topology.ts';

/** Columns of a mixing matrix sum to 1 within this: enough for matrices that were typed in. */
const COLUMN_SUM_TOLERANCE = 1e-6;

/** Who serves whom, who neighbours whom, and how neighbours mix: what the user's functions say, checked. */
export interface Cells {
  /** Clients of each edge server that acts, ascending. */
  readonly clusters: readonly (readonly number[])[];
  /** Each edge server's share of all samples. */
  readonly shares: readonly number[];
  /** Links between the edge servers that act. */
  readonly graph: Graph;
  /** Whom each edge server mixes with. */
  readonly neighbours: readonly (readonly number[])[];
  readonly mixing: readonly (readonly number[])[] | undefined;
  /** Exchanges of the final consensus phase; 0 where there is none. */
  readonly consensusExchanges: number;
}

export function cellsOf(topology: Topology, algorithm: Algorithm, task: Task, draws: Streams): Cells {
  const all = clustersOf(topology, task, draws);
  const clusters = algorithm.architecture === 'single-cell' ? all.slice(0, 1) : all;
  const samples = clusters.map((members) => members.reduce((sum, index) => sum + (task.sampleCounts[index] ?? 0), 0));
  const total = samples.reduce((sum, each) => sum + each, 0);
  const shares = samples.map((each) => each / total);
  const graph = among(graphOf(topology), clusters.length);
  const mixes = algorithm.architecture === 'semi-decentralised' && clusters.length > 1;
  const neighbours = mixes ? graph.neighbours : clusters.map(() => []);
  const mixing = mixingOf(algorithm, neighbours, shares);
  return {
    clusters,
    shares,
    graph,
    neighbours,
    mixing,
    consensusExchanges: exchangesToAgree(algorithm, mixing, shares),
  };
}

/** Clients of each edge server; every server has at least one. */
function clustersOf({ clients, edgeServers, association }: Topology, task: Task, draws: Streams): number[][] {
  const view = { clients, edgeServers, primaryClasses: task.primaryClasses, draw: draws('association').at(0) };
  const fault: Fault = { where: 'topology.association', code: 'POLICY_INVALID', policy: association };
  const serverOf = asked('association', fault, () => association(view));
  const clusters = Array.from({ length: edgeServers }, (): number[] => []);
  const problems: Problem[] = [];
  for (let client = 0; client < clients; client++) {
    const cluster = clusters[serverOf?.[client] as number];
    if (cluster === undefined) problems.push(invalidAssociation(`client ${client} got server ${serverOf?.[client]}`));
    else cluster.push(client);
  }
  clusters.forEach((members, server) => {
    if (members.length === 0) problems.push(invalidAssociation(`edge server ${server} got no client`));
  });
  if (problems.length === 0) return clusters;
  const where = inFile(fault.where, association);
  throw new ScenarioError(problems.slice(0, PROBLEMS_MAX).map((each) => ({ ...each, where })));
}

/** More of the same would only hide the first ones. */
const PROBLEMS_MAX = 10;

const invalidAssociation = (what: string): Problem => ({
  what: `invalid association: ${what}`,
  remedy: 'give each client a server 0 … edgeServers − 1, and each server a client',
  code: 'POLICY_INVALID',
});

function graphOf({ graph, edgeServers }: Topology): Graph {
  const fault: Fault = { where: 'topology.graph', code: 'TOPOLOGY_INVALID', policy: graph };
  const found = asked('graph', fault, () => graph(edgeServers));
  const lists = found?.neighbours;
  const isGraph =
    Array.isArray(lists) &&
    lists.length === edgeServers &&
    lists.every(
      (list, node) => Array.isArray(list) && list.every((each) => each !== node && lists[each]?.includes(node)),
    );
  if (isGraph) return found;
  throw invalid('graph', 'no symmetric lists of neighbours', fault);
}

/** The first so many nodes of a graph, and the links between them. */
const among = ({ neighbours }: Graph, nodes: number): Graph => ({
  nodes,
  neighbours: neighbours.slice(0, nodes).map((list) => list.filter((each) => each < nodes)),
});

/** Where the edge servers stand, by name; nothing to know where the channel has no places. */
export function placesOf(channel: Channel, edgeServers: readonly string[]): { places?: ReadonlyMap<string, Place> } {
  if (channel.type === 'fixed' || channel.layout === undefined) return {};
  const { layout } = channel;
  const fault: Fault = { where: 'channel.layout', code: 'TOPOLOGY_INVALID', policy: layout };
  const places = asked('layout', fault, () => layout(edgeServers.length));
  const isPlace = (place: Partial<Place> | undefined) => Number.isFinite(place?.x) && Number.isFinite(place?.y);
  if (!Array.isArray(places) || !edgeServers.every((_, index) => isPlace(places[index]))) {
    throw invalid('layout', `expected ${edgeServers.length} places { x, y }`, fault);
  }
  return { places: new Map(edgeServers.map((name, index) => [name, places[index]])) };
}

function mixingOf({ mixing }: Algorithm, neighbours: Cells['neighbours'], shares: readonly number[]): Cells['mixing'] {
  if (mixing === undefined) return undefined;
  const fault: Fault = { where: 'algorithm.mixing', code: 'POLICY_INVALID', policy: mixing };
  const matrix = asked('mixing', fault, () => mixing({ neighbours }, shares));
  const size = shares.length;
  const isSquare = Array.isArray(matrix) && matrix.length === size && matrix.every((row) => row?.length === size);
  if (!isSquare) throw invalid('mixing', `expected a matrix of ${size} × ${size}`, fault);
  shares.forEach((_, to) => {
    const sum = matrix.reduce((total, row) => total + (row[to] as number), 0);
    if (Math.abs(sum - 1) <= COLUMN_SUM_TOLERANCE) return;
    throw invalid('mixing', `column ${to} sums to ${sum}, not to 1`, fault);
  });
  return matrix;
}

function exchangesToAgree(
  { consensus = 1, mixing: policy }: Algorithm,
  mixing: Cells['mixing'],
  shares: readonly number[],
): number {
  if (consensus === 1 || mixing === undefined || shares.length === 1) return 0;
  const contraction = zeta(mixing, shares);
  if (contraction < 1) return exchangesFor(consensus, contraction);
  const what = `with ζ = ${contraction} disagreement never shrinks, so edge servers can't agree`;
  throw invalid('mixing', what, { where: 'algorithm.mixing', code: 'POLICY_INVALID', policy });
}

/** The function at fault, and the option that it is. */
interface Fault {
  readonly where: string;
  readonly code: ErrorCode;
  readonly policy: unknown;
}

/** Calls a function of the user's; what it throws becomes an error that names the option. */
function asked<Answer>(thing: string, fault: Fault, ask: () => Answer): Answer {
  try {
    return ask();
  } catch (error) {
    if (error instanceof ScenarioError) throw error;
    throw invalid(thing, `it threw: ${reason(error)}`, fault, error);
  }
}

function invalid(thing: string, what: string, { where, code, policy }: Fault, cause?: unknown): ScenarioError {
  const problem = {
    what: `invalid ${thing}: ${what}`,
    where: inFile(where, policy, cause),
    remedy: 'mend the function',
  };
  return new ScenarioError({ ...problem, code }, { cause });
}
