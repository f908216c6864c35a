import { type Problem, ScenarioError } from '../errors.ts';
import type { ModelVersion } from '../event.ts';
import type { BackendName, Task } from '../learning/contract.ts';
import { type Streams, streams } from '../math/streams.ts';
import { realise } from '../part.ts';
import type { Algorithm } from '../policies/algorithm.ts';
import type { WorldPlan } from '../runtime/plan.ts';
import type { PolicyFailure } from '../runtime/policy-guard.ts';
import { guarded } from '../runtime/policy-guard.ts';
import type { Topology } from '../runtime/topology.ts';
import { problemsOf } from './problems.ts';
import { type CheckedOptions, isScenario, type Scenario, scenarioSchema } from './scenario.ts';

/** Checks all options of a scenario at once. Throws a ScenarioError that carries every problem. */
export function checked(candidate: Scenario): CheckedOptions {
  if (!isScenario(candidate)) {
    throw new ScenarioError({
      what: 'invalid scenario',
      remedy: 'make it with scenario({ … }) from fadelab',
      code: 'SCENARIO_INVALID',
    });
  }
  const result = scenarioSchema.safeParse(candidate.options);
  if (!result.success) throw new ScenarioError(problemsOf(result.error, candidate.options));
  return result.data;
}

export interface PlanOptions {
  readonly backend: BackendName;
  readonly policyFailure: PolicyFailure;
  /** Orders ties by chance, to expose code that leans on luck. */
  readonly tieBreak?: ((sequence: number) => number) | undefined;
}

/** Loads, splits and casts: everything that a world needs, from checked options. */
export async function plan(
  options: CheckedOptions,
  { backend, policyFailure, tieBreak }: PlanOptions,
): Promise<WorldPlan> {
  const { seed } = options;
  const draws = streams(seed);
  const topology = realise(options.topology);
  const algorithm = guarded(realise(options.algorithm), policyFailure);
  const taskPlan = realise(options.task);
  const task = await taskPlan.prepare({ clients: topology.clients, draws: (name) => draws(name).at(0), seed, backend });
  const clusters = clustersOf(topology, task, draws);
  const cells = algorithm.architecture === 'single-cell' ? clusters.slice(0, 1) : clusters;
  const samples = cells.map((members) => members.reduce((sum, index) => sum + (task.sampleCounts[index] ?? 0), 0));
  const total = samples.reduce((sum, each) => sum + each, 0);
  const shares = samples.map((each) => each / total);
  const { neighbours } = graphOf(algorithm, topology, cells.length);
  const initial = initialModel(task);
  const cast = topology.cast({
    ...{ algorithm, initial, clusters, neighbours },
    sampleCounts: task.sampleCounts,
    mixing: algorithm.mixing?.({ neighbours }, shares),
    rounds: options.until.rounds ?? Number.POSITIVE_INFINITY,
  });
  const cellOf = clusters.flatMap((members, cell) => members.map((index) => ({ index, cell })));
  cellOf.sort((a, b) => a.index - b.index);
  const present = new Set(cast.map(({ id }) => id));
  const active = cellOf.filter(({ index }) => present.has(topology.clientId(index)));
  return {
    ...{ seed, streams: draws, cast, initial, task, algorithm, tieBreak },
    observed: observedServers(algorithm, topology, shares),
    nodes: {
      cellOf: new Map(active.map(({ index, cell }) => [topology.clientId(index), topology.edgeServerId(cell)])),
      edgeServers: cells.map((_, cell) => topology.edgeServerId(cell)),
      centralServer: topology.centralServer,
    },
    clients: new Map(active.map(({ index, cell }) => [topology.clientId(index), { index, cluster: cell }])),
    channel: realise(options.channel),
    backhaul: options.backhaul,
    devices: {
      ...options.devices,
      clock: realise(options.devices.clock),
      straggler: realise(options.devices.straggler),
      availability: realise(options.devices.availability),
    },
    schedule: realise(options.schedule),
    until: {
      rounds: options.until.rounds ?? Number.POSITIVE_INFINITY,
      seconds: options.until.time ?? Number.POSITIVE_INFINITY,
      accuracy: options.until.accuracy ?? Number.POSITIVE_INFINITY,
    },
    evaluate: {
      everyRounds:
        options.evaluate.everyRounds ?? (options.evaluate.everySeconds === undefined ? 1 : Number.POSITIVE_INFINITY),
      everySeconds: options.evaluate.everySeconds ?? Number.POSITIVE_INFINITY,
    },
  };
}

function initialModel(task: Task): ModelVersion {
  if (task.parameterCount === 0) return { parameters: undefined, digest: '-' };
  return task.initial();
}

/** Clients of each edge server, ascending; every server has at least one. */
function clustersOf(topology: Topology, task: Task, draws: Streams): number[][] {
  const { clients, edgeServers, association } = topology;
  const serverOf = association({
    ...{ clients, edgeServers },
    primaryClasses: task.primaryClasses,
    draw: draws('association').at(0),
  });
  const clusters = Array.from({ length: edgeServers }, (): number[] => []);
  const problems: Problem[] = [];
  for (let client = 0; client < clients; client++) {
    const cluster = clusters[serverOf[client] as number];
    if (cluster === undefined) problems.push(invalidAssociation(`client ${client} got server ${serverOf[client]}`));
    else cluster.push(client);
  }
  clusters.forEach((members, server) => {
    if (members.length === 0) problems.push(invalidAssociation(`edge server ${server} got no client`));
  });
  if (problems.length > 0) throw new ScenarioError(problems);
  return clusters;
}

const invalidAssociation = (what: string): Problem => ({
  what: `invalid association: ${what}`,
  where: 'topology.association',
  remedy: 'give each client a server 0 … edgeServers − 1, and each server a client',
  code: 'POLICY_INVALID',
});

function graphOf(algorithm: Algorithm, topology: Topology, nodes: number) {
  const mixes = algorithm.architecture === 'semi-decentralised';
  const graph = topology.graph(topology.edgeServers);
  return mixes && nodes > 1 ? graph : { neighbours: Array.from({ length: nodes }, (): number[] => []) };
}

/** The servers whose rounds count: the central one where clients answer to it, else edge servers by their data. */
function observedServers(algorithm: Algorithm, topology: Topology, shares: readonly number[]): WorldPlan['observed'] {
  if (algorithm.architecture === 'central') return [{ id: topology.centralServer, share: 1 }];
  return shares.map((share, cell) => ({ id: topology.edgeServerId(cell), share }));
}
