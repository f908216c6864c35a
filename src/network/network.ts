import { present } from '../assert.ts';
import type { Message } from '../event.ts';
import type { Streams } from '../math/streams.ts';
import {
  type Bits,
  between,
  dbmToWatts,
  type Instant,
  type Joules,
  later,
  type Seconds,
  toDuration,
  toSeconds,
} from '../units.ts';
import { type AccessLink, type AirLoad, accessLink, cellSharing } from './cell.ts';
import type { Backhaul, Channel, Wire } from './contract.ts';
import { type Alarms, Medium, type Sharing } from './medium.ts';
import { constantRate } from './rate-profile.ts';

/** Who is on the network: clients with the edge server whose cell they are in, edge servers, and the central server. */
export interface Nodes {
  /** Cell of each client, by the client's id. */
  readonly cellOf: ReadonlyMap<string, string>;
  readonly edgeServers: readonly string[];
  readonly centralServer: string;
}

/** What the network asks of the event list. */
export interface NetworkPort extends Alarms {
  deliver(at: Instant, to: string, message: Message): void;
  /** The sender's last bit has left it. */
  sent(transfer: Delivered): void;
  /** A server has begun to send to a client; the transfer can be cancelled. */
  downloadStarted(client: string, message: Message, transfer: number): void;
}

export interface Delivered {
  readonly id: number;
  readonly from: string;
  readonly message: Message;
  readonly bits: Bits;
  readonly seconds: Seconds;
}

type Load = AirLoad;

interface Hop {
  readonly medium: Medium<Load>;
  readonly load: Load;
  readonly latency: Seconds;
  readonly kind: 'uplink' | 'downlink' | 'wire';
}

interface Transfer {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly message: Message;
  readonly bits: Bits;
  readonly began: Instant;
  readonly route: readonly Hop[];
  hop: number;
}

/** Carries messages between actors: over the cells' radio and the wires between servers, hop by hop. */
export class Network {
  readonly #port: NetworkPort;
  readonly #channel: Channel;
  readonly #backhaul: Backhaul;
  readonly #nodes: Nodes;
  readonly #links: ReadonlyMap<string, AccessLink>;
  readonly #media = new Map<string, Medium<Load>>();
  /** By sender and receiver: neither moves. */
  readonly #routes = new Map<string, Map<string, readonly Hop[]>>();
  readonly #transfers = new Map<number, Transfer>();
  readonly #cutWires = new Set<string>();
  #nextTransfer = 0;
  /** Bits that clients have put on the air, lost uploads included. */
  uplinkBits: Bits = 0;
  /** Energy that clients have spent on transmitting. */
  transmitJoules: Joules = 0;

  constructor(options: { channel: Channel; backhaul: Backhaul; nodes: Nodes; streams: Streams; port: NetworkPort }) {
    this.#port = options.port;
    this.#channel = options.channel;
    this.#backhaul = options.backhaul;
    this.#nodes = options.nodes;
    this.#links = new Map(
      [...options.nodes.cellOf.keys()].map((client) => [client, accessLink(options.channel, client, options.streams)]),
    );
  }

  /** Puts a message on its way and names its transfer; a message of no bits arrives at once and has no transfer. */
  send(from: string, to: string, message: Message, bits: Bits): number | undefined {
    const now = this.#port.now();
    const route = bits > 0 ? this.#routeOf(from, to) : NO_HOPS;
    if (route.length === 0) {
      this.#port.deliver(now, to, message);
      return undefined;
    }
    const id = this.#nextTransfer++;
    this.#transfers.set(id, { id, from, to, message, bits, began: now, route, hop: 0 });
    const [first] = route as [Hop];
    if (first.kind === 'downlink') this.#port.downloadStarted(to, message, id);
    first.medium.join(id, first.load, bits);
    return id;
  }

  /** Takes back a transfer that is still on its way; what it has carried stays on the bill. */
  cancel(id: number): void {
    const transfer = this.#transfers.get(id);
    if (transfer === undefined) return;
    this.#transfers.delete(id);
    this.#leave(transfer);
  }

  /** A transfer's alarm has come: its hop is through, or its look ahead goes on. */
  advance(id: number): void {
    const transfer = present(this.#transfers.get(id), 'transfer');
    const hop = present(transfer.route[transfer.hop], 'hop');
    if (!hop.medium.advance(id)) return;
    this.#leave(transfer);
    if (transfer.hop === 0) this.#port.sent(this.#delivered(transfer));
    transfer.hop++;
    const next = transfer.route[transfer.hop];
    if (next !== undefined) {
      next.medium.join(id, next.load, transfer.bits);
      return;
    }
    this.#transfers.delete(id);
    this.#port.deliver(later(this.#port.now(), toDuration(hop.latency)), transfer.to, transfer.message);
  }

  hasAccessLink(client: string): boolean {
    return this.#links.has(client);
  }

  /** Whether two servers can have a link between them. */
  isWire(a: string, b: string): boolean {
    const { cellOf, centralServer, edgeServers } = this.#nodes;
    const isServer = (name: string) => !cellOf.has(name) && (name === centralServer || edgeServers.includes(name));
    return a !== b && isServer(a) && isServer(b);
  }

  /** SNR of a client's link now, over the channel's bandwidth [dB]; Infinity on a link of fixed rate. */
  snrDb(client: string): number {
    return this.#link(client).snrDb(this.#port.now());
  }

  /** Adds an attenuation to a client's access link, or takes it away again; its transfers slow down or speed up. */
  attenuate(client: string, attenuationDb: number): void {
    const link = this.#link(client);
    link.attenuationDb += attenuationDb;
    this.#refresh(client);
  }

  /** Cuts or mends a client's access link; while it is cut, its transfers stand still. */
  cutAccess(client: string, isCut: boolean): void {
    this.#link(client).isCut = isCut;
    this.#refresh(client);
  }

  /** Cuts or mends the link between two servers, in both directions. */
  cutWire(a: string, b: string, isCut: boolean): void {
    for (const name of [`${a} → ${b}`, `${b} → ${a}`]) {
      if (isCut) this.#cutWires.add(name);
      else this.#cutWires.delete(name);
      this.#media.get(name)?.refresh();
    }
  }

  /** Time of an upload to the client's server, alone and at the present gain [s]. */
  uploadSeconds(client: string, to: string, bits: Bits): Seconds {
    const link = this.#link(client);
    const air = link.soloRate(this.#port.now());
    if (to !== this.#nodes.centralServer) return bits / air;
    const channel = this.#channel;
    if (channel.type === 'fixed' && channel.clientToCloud !== 'relay') return bits / channel.clientToCloud;
    return bits / air + this.#backhaul.cloud.latency + bits / this.#backhaul.cloud.rate;
  }

  #link(client: string): AccessLink {
    return present(this.#links.get(client), 'access link');
  }

  #refresh(client: string): void {
    this.#media.get(`uplink of ${this.#nodes.cellOf.get(client)}`)?.refresh();
    this.#media.get(`downlink of ${client}`)?.refresh();
  }

  #leave(transfer: Transfer): void {
    const hop = present(transfer.route[transfer.hop], 'hop');
    const gone = hop.medium.leave(transfer.id);
    if (gone === undefined || hop.kind !== 'uplink') return;
    this.uplinkBits += transfer.bits - (gone.through ? 0 : Math.ceil(gone.remaining));
    this.transmitJoules += gone.airtime * dbmToWatts(this.#channel.clientPower);
  }

  #delivered({ id, from, message, bits, began }: Transfer): Delivered {
    return { id, from, message, bits, seconds: toSeconds(between(began, this.#port.now())) };
  }

  #routeOf(from: string, to: string): readonly Hop[] {
    const known = this.#routes.get(from)?.get(to);
    if (known !== undefined) return known;
    const route = this.#route(from, to);
    const routes = this.#routes.get(from) ?? new Map<string, readonly Hop[]>();
    this.#routes.set(from, routes.set(to, route));
    return route;
  }

  #route(from: string, to: string): readonly Hop[] {
    const { cellOf, centralServer } = this.#nodes;
    if (cellOf.has(to))
      return this.#channel.type === 'radio' && this.#channel.downlink === 'broadcast' ? [this.#down(to)] : [];
    const cell = cellOf.get(from);
    if (cell === undefined) {
      if (from === centralServer) return [];
      return [this.#wire(from, to, to === centralServer ? this.#backhaul.cloud : this.#backhaul.edge)];
    }
    if (to !== centralServer) return [this.#up(from, cell)];
    const channel = this.#channel;
    if (channel.type === 'fixed' && channel.clientToCloud !== 'relay') {
      const own = { rate: channel.clientToCloud, latency: 0, shared: false };
      return [{ ...this.#wire(from, to, own), kind: 'uplink' }];
    }
    return [this.#up(from, cell), this.#wire(cell, to, this.#backhaul.cloud)];
  }

  #up(client: string, cell: string): Hop {
    const medium = this.#medium(`uplink of ${cell}`, () => cellSharing(this.#channel));
    return { medium, load: { client, link: this.#link(client) }, latency: 0, kind: 'uplink' };
  }

  #down(client: string): Hop {
    const medium = this.#medium(`downlink of ${client}`, () => broadcastSharing(this.#channel));
    return { medium, load: { client, link: this.#link(client) }, latency: 0, kind: 'downlink' };
  }

  #wire(from: string, to: string, wire: Wire): Hop {
    const name = `${from} → ${to}`;
    const medium = this.#medium(name, () => wireSharing(wire, () => this.#cutWires.has(name)));
    return { medium, load: NO_RADIO, latency: wire.latency, kind: 'wire' };
  }

  #medium(name: string, sharing: () => Sharing<Load>): Medium<Load> {
    const found = this.#media.get(name) ?? new Medium<Load>(sharing(), this.#port);
    this.#media.set(name, found);
    return found;
  }
}

const NO_HOPS: readonly Hop[] = [];
const NO_RADIO = { client: '', link: undefined as never };

/** Each transfer has the whole wire, or an equal share of it; nothing while it is cut. */
const wireSharing = ({ rate, shared }: Wire, isCut: () => boolean): Sharing<Load> => ({
  independent: !shared,
  shares: (loads) => {
    const each = isCut() ? 0 : rate / (shared ? loads.length : 1);
    return loads.map(() => ({ profile: constantRate(each), airtime: 1 }));
  },
});

/** A server sends to all its clients at once over the whole bandwidth; each receives at the rate of its own link. */
const broadcastSharing = (channel: Channel): Sharing<Load> => ({
  independent: true,
  shares: (loads) =>
    loads.map(({ load: { link } }) => ({
      profile:
        channel.type === 'radio'
          ? link.profile({ bandwidth: channel.bandwidth, airtime: 1 }, channel.serverPower)
          : constantRate(channel.uplink),
      airtime: 1,
    })),
});
