import { ScenarioError } from '../errors.ts';
import type { ModelVersion } from '../event.ts';
import type { BackendName, Task } from '../learning/contract.ts';
import { largest } from '../math/extremes.ts';
import { streams } from '../math/streams.ts';
import { realise } from '../part.ts';
import type { Algorithm } from '../policies/algorithm.ts';
import { stepsOfEpochs } from '../policies/workload/by-epochs.ts';
import type { WorldPlan } from '../runtime/plan.ts';
import type { PolicyFailure } from '../runtime/policy-guard.ts';
import { guarded } from '../runtime/policy-guard.ts';
import { termsOf } from '../runtime/set-up.ts';
import type { Topology } from '../runtime/topology.ts';
import { backhaulOf } from './backhaul.ts';
import { cellsOf, placesOf } from './cells.ts';
import { paces } from './paces.ts';
import { problemsOf } from './problems.ts';
import { recordedPlan } from './recorded.ts';
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
  const taskPlan = realise(options.task);
  const task = await taskPlan.prepare({ clients: topology.clients, draws: (name) => draws(name).at(0), seed, backend });
  const clientIds = Array.from({ length: topology.clients }, (_, index) => topology.clientId(index));
  const composed = guarded(inSteps(realise(options.algorithm), task), policyFailure);
  const cells = cellsOf(topology, composed, task, draws);
  const { clusters, shares, graph, neighbours, mixing, consensusExchanges } = cells;
  const channel = realise(options.channel);
  const devices = devicesOf(options);
  const pace = paces({ channel, devices, task, clusters, clientIds, draws });
  const fitted = composed.fit?.(task, { clients: clientIds, seed, pace });
  const algorithm = fitted === undefined ? composed : guarded(inSteps(fitted, task), policyFailure);
  const initial = initialModel(task);
  const cast = topology.cast({
    ...{ algorithm, initial, clusters, neighbours },
    sampleCounts: task.sampleCounts,
    ...{ mixing, consensusExchanges },
    rounds: options.until.rounds ?? Number.POSITIVE_INFINITY,
  });
  const cellOf = clusters.flatMap((members, cell) => members.map((index) => ({ index, cell })));
  cellOf.sort((a, b) => a.index - b.index);
  const present = new Set(cast.map(({ id }) => id));
  const active = cellOf.filter(({ index }) => present.has(topology.clientId(index)));
  const edgeServers = clusters.map((_, cell) => topology.edgeServerId(cell));
  // Without spreads, as all that lives as long as a world: they would give each world's plan a shape of its own, and code
  // that reads it would never stay compiled where many worlds follow one another.
  const worldPlan: WorldPlan = {
    seed,
    streams: draws,
    cast,
    initial,
    task,
    algorithm,
    allowsDivergence: options.divergence === 'allowed',
    mixing,
    tieBreak,
    seeksConsensus: consensusExchanges > 0,
    observed: observedServers(algorithm, topology, shares),
    nodes: {
      cellOf: new Map(active.map(({ index, cell }) => [topology.clientId(index), topology.edgeServerId(cell)])),
      ...{ edgeServers, centralServer: topology.centralServer, neighbours: graph.neighbours },
      ...placesOf(channel, edgeServers),
    },
    clients: new Map(active.map(({ index, cell }) => [topology.clientId(index), { index, cluster: cell }])),
    channel,
    backhaul: backhaulOf(options.backhaul, graph),
    devices,
    terms: termsOf({ task, algorithm }),
    schedule: realise(options.schedule),
    handover: topology.handover,
    until: {
      rounds: options.until.rounds ?? Number.POSITIVE_INFINITY,
      seconds: options.until.time ?? Number.POSITIVE_INFINITY,
      accuracy: options.until.accuracy ?? Number.POSITIVE_INFINITY,
    },
    evaluate: evaluationsOf(options, algorithm),
  };
  return options.environment === undefined ? worldPlan : recordedPlan(worldPlan, options.environment);
}

const devicesOf = ({ devices }: CheckedOptions): WorldPlan['devices'] => ({
  clock: realise(devices.clock),
  straggler: realise(devices.straggler),
  availability: realise(devices.availability),
  battery: realise(devices.battery),
  passes: devices.passes,
  capacitance: devices.capacitance,
});

function evaluationsOf({ evaluate }: CheckedOptions, algorithm: Algorithm): WorldPlan['evaluate'] {
  const { everyRounds, everySeconds, everySteps, servers } = evaluate;
  const goesByRounds = algorithm.asynchronous === undefined && algorithm.streaming === undefined;
  const because = [
    goesByRounds ? undefined : 'rounds that wait for nobody have no common iteration',
    algorithm.local && 'what clients compute here is no model that could be scored',
    algorithm.inEpochs && 'clients that pass over their own samples have no common iteration',
  ].find((reason) => reason !== undefined);
  if (everySteps !== undefined && because !== undefined) {
    throw new ScenarioError({
      what: `unsupported everySteps: ${because}`,
      where: 'evaluate.everySteps',
      remedy: `pass everySeconds with ${algorithm.name}`,
      code: 'OPTION_INVALID',
    });
  }
  const isByRounds = everySeconds === undefined && everySteps === undefined;
  return {
    everyRounds: everyRounds ?? (isByRounds ? 1 : Number.POSITIVE_INFINITY),
    everySeconds: everySeconds ?? Number.POSITIVE_INFINITY,
    everySteps: everySteps ?? Number.POSITIVE_INFINITY,
    servers,
  };
}

/** The algorithm with passes over clients' samples turned into local steps. */
function inSteps(algorithm: Algorithm, { sampleCounts, batchSize }: Task): Algorithm {
  const { inEpochs } = algorithm;
  if (inEpochs === undefined) return algorithm;
  const steps = sampleCounts.map((samples) => stepsOfEpochs(inEpochs.most, samples, batchSize));
  return {
    ...algorithm,
    localStepsMax: Math.max(1, largest(steps)),
    workload: inEpochs.workload(batchSize),
  };
}

function initialModel(task: Task): ModelVersion {
  if (task.parameterCount === 0) return { parameters: undefined, digest: '-' };
  return task.initial();
}

/** The servers whose rounds count: the central one where clients answer to it, else edge servers by their data. */
function observedServers(algorithm: Algorithm, topology: Topology, shares: readonly number[]): WorldPlan['observed'] {
  if (algorithm.architecture === 'central') return [{ id: topology.centralServer, share: 1 }];
  return shares.map((share, cell) => ({ id: topology.edgeServerId(cell), share }));
}
