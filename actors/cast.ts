import type { ActorSpec, CastSetting } from '../src/runtime/plan.ts';
import { asynchronousCentralServerMachine } from './central-server/asynchronous-machine.ts';
import { centralServerMachine } from './central-server/machine.ts';
import { clientMachine } from './client/machine.ts';
import { edgeServerMachine } from './edge-server/machine.ts';
import type { CentralServerRole, ClientRole, CollectorRole, EdgeServerRole } from './role.ts';

export const clientId = (index: number): string => `client-${index}`;
export const edgeServerId = (index: number): string => `edge-${index}`;
export const CENTRAL_SERVER = 'central';

/** The actors that a system is made of, by its architecture. */
export function cast(setting: CastSetting): ActorSpec[] {
  const { clusters, algorithm } = setting;
  if (algorithm.architecture === 'central') {
    const everyone = clusters.flat().sort((a, b) => a - b);
    return [
      central(setting, everyone.map(clientId), false),
      ...everyone.map((index) => client(setting, index, CENTRAL_SERVER)),
    ];
  }
  const cells = algorithm.architecture === 'single-cell' ? clusters.slice(0, 1) : clusters;
  const clients = cells
    .flatMap((members, cell) => members.map((index) => ({ index, server: edgeServerId(cell) })))
    .sort((a, b) => a.index - b.index);
  return [
    ...(algorithm.architecture === 'hierarchical'
      ? [
          central(
            setting,
            cells.map((_, cell) => edgeServerId(cell)),
            true,
          ),
        ]
      : []),
    ...cells.map((_, cell) => edgeServer(setting, cell)),
    ...clients.map(({ index, server }) => client(setting, index, server)),
  ];
}

const airOf = ({ uplink }: CastSetting['algorithm']) => (uplink?.medium === 'air' ? uplink : undefined);

const client = ({ sampleCounts, algorithm }: CastSetting, index: number, server: string): ActorSpec => ({
  id: clientId(index),
  kind: 'client',
  machine: clientMachine,
  role: {
    id: clientId(index),
    server,
    samples: sampleCounts[index] ?? 0,
    sendsBase: algorithm.streaming?.rule === 'add',
    reports: airOf(algorithm) !== undefined,
    exchanges: algorithm.setUp?.exchange === true ? algorithm.setUp.name : undefined,
  } satisfies ClientRole,
});

const collector = (
  { algorithm, initial }: CastSetting,
  id: string,
  members: string[],
  rounds: number,
): CollectorRole => ({
  ...{ id, members, initial, rounds },
  pacing: algorithm.pacing,
  aggregation: algorithm.aggregation,
  uplink: airOf(algorithm),
});

function central(setting: CastSetting, members: string[], overEdgeServers: boolean): ActorSpec {
  const { streaming } = setting.algorithm;
  if (streaming !== undefined) {
    const role = { ...collector(setting, CENTRAL_SERVER, members, setting.rounds), streaming };
    return { id: CENTRAL_SERVER, kind: 'central-server', machine: asynchronousCentralServerMachine, role };
  }
  const rounds = overEdgeServers ? Math.floor(setting.rounds / setting.algorithm.edgeRounds) : setting.rounds;
  const own = collector(setting, CENTRAL_SERVER, members, rounds);
  const remembers = setting.algorithm.server !== undefined && !overEdgeServers;
  // Edge servers report over wires.
  const role: CentralServerRole = {
    ...own,
    uplink: overEdgeServers ? undefined : own.uplink,
    overEdgeServers,
    remembers,
    control: remembers ? setting.algorithm.server?.control : undefined,
    setUp: remembers ? setUpOf(setting.algorithm) : undefined,
    releasesLate: !overEdgeServers && setting.algorithm.late === 'release',
  };
  return { id: CENTRAL_SERVER, kind: 'central-server', machine: centralServerMachine, role };
}

const setUpOf = ({ setUp }: CastSetting['algorithm']): CentralServerRole['setUp'] =>
  setUp && {
    name: setUp.name,
    exchanges: setUp.exchange === true,
    closeAfter: setUp.closeAfter ?? Number.POSITIVE_INFINITY,
  };

function edgeServer(setting: CastSetting, cell: number): ActorSpec {
  const { algorithm, clusters, sampleCounts, mixing } = setting;
  const members = clusters[cell] ?? [];
  const mixes = mixing !== undefined || algorithm.asynchronous !== undefined;
  const neighbours = mixes ? (setting.neighbours[cell] ?? []) : [];
  const weight = (from: number) => mixing?.[from]?.[cell] ?? 0;
  const role: EdgeServerRole = {
    ...collector(setting, edgeServerId(cell), members.map(clientId), setting.rounds),
    samples: members.reduce((sum, index) => sum + (sampleCounts[index] ?? 0), 0),
    edgeRounds: algorithm.edgeRounds,
    exchanges: algorithm.exchanges,
    neighbours: neighbours.map((index) => ({ id: edgeServerId(index), weight: weight(index) })),
    selfWeight: weight(cell),
    barrier: algorithm.barrier ?? 'neighbour',
    consensusExchanges: setting.consensusExchanges,
    position: neighbours.filter((index) => index < cell).length,
    asynchronous: algorithm.asynchronous,
    parent: algorithm.architecture === 'hierarchical' ? CENTRAL_SERVER : undefined,
  };
  return { id: role.id, kind: 'edge-server', machine: edgeServerMachine, role };
}
