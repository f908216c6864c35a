import { ScenarioError } from '../errors.ts';
import type { AirBlock, AirLuck, OverTheAir } from '../network/contract.ts';
import type { AccessLink } from '../network/link.ts';
import type { Network } from '../network/network.ts';
import { dbmToWatts, dbToLinear, type Instant, type Joules, type Watts } from '../units.ts';
import type { Sender } from './air-sender.ts';
import type { WorldPlan } from './plan.ts';

/** Gains are believed to be at least this share of their mean: a policy may divide by them. */
const GAIN_FLOOR = 1e-12;
const BITS_PER_NUMBER = 32;

/** The radio as over-the-air sums see it. */
export interface AirSetup {
  readonly overTheAir: OverTheAir;
  /** Most power of a client. */
  readonly power: Watts;
  /** D. */
  readonly symbols: number;
  link(client: string, server: string): AccessLink;
  luck(client: string, round: number): AirLuck;
  /** P |ĥ|² / σ², linear. */
  symbolSnr(client: string, server: string, round: number, at: Instant): number;
  arrive(server: string, senders: readonly Sender[]): AirBlock;
  spend(joules: Joules): void;
}

/** D: numbers of one update, as many as the air is charged for. */
export function symbolsOf({ task, initial }: Pick<WorldPlan, 'task' | 'initial'>): number {
  const bits = initial.parameters === undefined ? BITS_PER_NUMBER : 8 * initial.parameters.BYTES_PER_ELEMENT;
  return Math.ceil(task.modelBits / bits);
}

/** The radio of a run whose uplink is over the air; undefined of any other. */
export function airSetup(plan: WorldPlan, network: Network): AirSetup | undefined {
  const { channel, algorithm, streams } = plan;
  if (algorithm.uplink?.medium !== 'air') return undefined;
  if (channel.type !== 'radio' || channel.overTheAir === undefined) {
    throw unsupported('over-the-air uplink on links of fixed rates', 'channel', 'take channel=radio');
  }
  if (algorithm.architecture === 'central' && plan.nodes.edgeServers.length > 1) {
    const what = `over-the-air uplink of ${plan.nodes.edgeServers.length} cells to one central server`;
    throw unsupported(
      what,
      'algorithm.uplink',
      'set topology.edgeServers=1, or let edge servers sum: hier-favg, sd-feel',
    );
  }
  const { overTheAir } = channel;
  const power = dbmToWatts(channel.clientPower);
  const noises = new Map<string, Watts>();
  const receiver = (server: string) =>
    server === plan.nodes.centralServer ? (plan.nodes.edgeServers[0] as string) : server;
  const link = (client: string, server: string) => network.air.linkTo(client, receiver(server));
  const luck = (client: string, round: number) => overTheAir.luck(streams(`${client}/air`).at(round));
  /** σ² per real symbol: half of the noise of a complex one, or what the stated SNR leaves. */
  const noiseW = (server: string): Watts => {
    const known = noises.get(server);
    if (known !== undefined) return known;
    const { snrDb, bandwidth } = overTheAir;
    const noise =
      snrDb === undefined
        ? channel.noise.powerW(bandwidth) / 2
        : (power * meanGain(membersOf(plan, server), (client) => link(client, server))) / dbToLinear(snrDb);
    noises.set(server, noise);
    return noise;
  };
  return {
    ...{ overTheAir, power, link, luck },
    symbols: symbolsOf(plan),
    symbolSnr(client, server, round, at) {
      const own = link(client, server);
      if (own.clearance === 0) return 0;
      const gain = Math.max(own.gain(at) * luck(client, round).believed, GAIN_FLOOR * own.meanGain(at));
      return (power * gain) / noiseW(server);
    },
    arrive: (server, senders) =>
      overTheAir.arrive(
        senders.map(({ gain, power, weight }) => ({ gain, power, weight })),
        senders.map(({ luck }) => luck),
        noiseW(server),
      ),
    spend(joules) {
      network.transmitJoules += joules;
    },
  };
}

/** E[β] over a server's clients, at the beginning. */
function meanGain(clients: readonly string[], link: (client: string) => AccessLink): number {
  const start = 0 as Instant;
  return clients.reduce((sum, client) => sum + link(client).meanGain(start), 0) / clients.length;
}

/** Whom a server serves. */
export const membersOf = ({ cast }: WorldPlan, server: string): readonly string[] =>
  cast.flatMap(({ id, role }) => (id === server ? (role as { readonly members: readonly string[] }).members : []));

const unsupported = (what: string, where: string, remedy: string) =>
  new ScenarioError({ what: `unsupported ${what}`, where, remedy, code: 'OPTION_INVALID' });
