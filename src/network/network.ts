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
import { Air } from './air.ts';
import type { AccessLink } from './cell.ts';
import type { Backhaul, Channel } from './contract.ts';
import type { Alarms, Gone, Medium } from './medium.ts';
import { type Servers, Wires } from './wires.ts';

/** Who is on the network: clients with the edge server whose cell they are in, edge servers, and the central server. */
export interface Nodes extends Servers {
  /** Cell of each client, by the client's id. */
  readonly cellOf: ReadonlyMap<string, string>;
}

/** What the network asks of the event list. */
export interface NetworkPort extends Alarms {
  deliver(at: Instant, to: string, message: Message): void;
  /** The sender's last bit has left it. */
  sent(transfer: Delivered): void;
  /** A transfer was lost as often as it may be sent: it won't arrive. */
  failed(transfer: Delivered): void;
  /** A server has begun to send to a client; the transfer can be cancelled. */
  downloadStarted(client: string, message: Message, transfer: number): void;
}

export interface Delivered {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly message: Message;
  /** Of the message; what was on the air, losses included, is on the bill. */
  readonly bits: Bits;
  readonly seconds: Seconds;
}

type Carrier<Load> = Pick<Medium<Load>, 'join' | 'leave' | 'advance'>;

interface Hop {
  readonly medium: Pick<Carrier<unknown>, 'leave' | 'advance'>;
  join(id: number, bits: Bits): void;
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
  /** How often it has been sent over its present hop. */
  tries: number;
  /** When it was last sent, and how many bits that puts on the air. */
  sentAt: Instant;
  onAir: Bits;
}

/** Carries messages between actors: over the cells' radio and the wires between servers, hop by hop. */
export class Network {
  readonly #port: NetworkPort;
  readonly #channel: Channel;
  readonly #nodes: Nodes;
  readonly #air: Air;
  readonly #wires: Wires;
  /** By sender and receiver. */
  readonly #routes = new Map<string, Map<string, readonly Hop[]>>();
  readonly #transfers = new Map<number, Transfer>();
  #nextTransfer = 0;
  /** Bits that clients have put on the air, lost uploads included. */
  uplinkBits: Bits = 0;
  /** Energy that clients have spent on transmitting. */
  transmitJoules: Joules = 0;

  constructor(options: { channel: Channel; backhaul: Backhaul; nodes: Nodes; streams: Streams; port: NetworkPort }) {
    this.#port = options.port;
    this.#channel = options.channel;
    this.#nodes = options.nodes;
    this.#air = new Air(options.channel, options.nodes.cellOf, options.streams, options.port);
    this.#wires = new Wires(options.backhaul, options.nodes, options.port);
  }

  /** Rate changes of transfers on the air so far; see `Medium`. */
  get rateChanges(): number {
    return this.#air.rateChanges;
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
    const transfer = { id, from, to, message, bits, began: now, route, hop: 0, tries: 0, sentAt: now, onAir: bits };
    this.#transfers.set(id, transfer);
    if (route[0]?.kind === 'downlink') this.#port.downloadStarted(to, message, id);
    this.#start(transfer);
    return id;
  }

  /** Takes back a transfer that is still on its way; what it has carried stays on the bill. */
  cancel(id: number): void {
    const transfer = this.#transfers.get(id);
    if (transfer === undefined) return;
    this.#transfers.delete(id);
    this.#leave(transfer);
  }

  /** An alarm has come for a transfer: its hop is through, or its medium has something to work out. */
  advance(id: number): void {
    const transfer = present(this.#transfers.get(id), 'transfer');
    if (!hopOf(transfer).medium.advance(id)) return;
    const { latency = 0 } = this.#leave(transfer);
    if (this.#isLost(transfer)) {
      this.#again(transfer);
      return;
    }
    if (transfer.hop === 0) this.#port.sent(this.#delivered(transfer));
    transfer.hop++;
    transfer.tries = 0;
    if (transfer.hop < transfer.route.length) {
      this.#start(transfer);
      return;
    }
    this.#transfers.delete(id);
    this.#port.deliver(later(this.#port.now(), toDuration(latency)), transfer.to, transfer.message);
  }

  hasAccessLink(client: string): boolean {
    return this.#air.has(client);
  }

  /** Whether two servers can have a link between them. */
  isWire(a: string, b: string): boolean {
    return this.#wires.isWire(a, b);
  }

  /** SNR of a client's link now, over the channel's bandwidth [dB]; Infinity on a link of fixed rate. */
  snrDb(client: string): number {
    return this.#link(client).snrDb(this.#port.now());
  }

  /** Adds an attenuation to a client's access link, or takes it away again; its transfers slow down or speed up. */
  attenuate(client: string, attenuationDb: number): void {
    this.#air.change(client, (link) => {
      link.attenuationDb += attenuationDb;
    });
  }

  /** Cuts or mends a client's access link; while it is cut, its transfers stand still. */
  cutAccess(client: string, isCut: boolean): void {
    this.#air.change(client, (link) => {
      link.isCut = isCut;
    });
  }

  /** Cuts or mends the link between two servers, in both directions; transfers stand still or go another way. */
  cutWire(a: string, b: string, isCut: boolean): void {
    this.#wires.cut(a, b, isCut);
    if (!this.#wires.canReroute) return;
    this.#routes.clear();
    for (const { id, from, to } of this.#transfers.values()) {
      this.#wires.reroute(id, this.#nodes.cellOf.get(from) ?? from, to);
    }
  }

  /** Time of an upload to the client's server, alone and at the present gain [s]. */
  uploadSeconds(client: string, to: string, bits: Bits): Seconds {
    const air = (bits * this.#air.bitsPerBit) / this.#link(client).soloRate(this.#port.now());
    if (to !== this.#nodes.centralServer) return air;
    const channel = this.#channel;
    if (channel.type === 'fixed' && channel.clientToCloud !== 'relay') return bits / channel.clientToCloud;
    return air + this.#wires.soloSeconds(this.#cellOf(client), to, bits);
  }

  #link(client: string): AccessLink {
    return this.#air.link(client);
  }

  #cellOf(client: string): string {
    return present(this.#nodes.cellOf.get(client), 'cell');
  }

  /** Sends a transfer over its next hop. */
  #start(transfer: Transfer): void {
    const hop = hopOf(transfer);
    transfer.tries++;
    transfer.sentAt = this.#port.now();
    transfer.onAir =
      hop.kind === 'wire' ? transfer.bits : this.#air.bitsOnAir(clientOf(transfer, hop), transfer, hop.kind);
    hop.join(transfer.id, transfer.onAir);
  }

  #isLost(transfer: Transfer): boolean {
    const hop = hopOf(transfer);
    return hop.kind !== 'wire' && this.#air.isLost(clientOf(transfer, hop), transfer, hop.kind);
  }

  /** A transfer that was lost on the air: it is sent again, or given up. */
  #again(transfer: Transfer): void {
    if (transfer.tries < this.#air.triesMax) {
      this.#start(transfer);
      return;
    }
    this.#transfers.delete(transfer.id);
    this.#port.failed(this.#delivered(transfer));
  }

  #leave(transfer: Transfer): Gone {
    const hop = hopOf(transfer);
    const gone = present(hop.medium.leave(transfer.id), 'transfer on its medium');
    if (hop.kind === 'uplink') {
      this.uplinkBits += transfer.onAir - (gone.through ? 0 : Math.ceil(gone.remaining));
      this.transmitJoules += gone.airtime * dbmToWatts(this.#channel.clientPower);
    }
    return gone;
  }

  #delivered({ id, from, to, message, bits, began }: Transfer): Delivered {
    return { id, from, to, message, bits, seconds: toSeconds(between(began, this.#port.now())) };
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
    if (cellOf.has(to)) return this.#air.isBroadcast ? [hop('downlink', this.#air.downlink(to), this.#air.load(to))] : [];
    if (!cellOf.has(from)) return from === centralServer ? [] : [this.#wire(from, to)];
    const channel = this.#channel;
    if (to === centralServer && channel.type === 'fixed' && channel.clientToCloud !== 'relay') {
      return [hop('uplink', this.#air.own(from, channel.clientToCloud), this.#air.load(from))];
    }
    const up = hop('uplink', this.#air.uplink(from), this.#air.load(from));
    return to === centralServer ? [up, this.#wire(this.#cellOf(from), to)] : [up];
  }

  #wire(from: string, to: string): Hop {
    return hop('wire', this.#wires.flows, this.#wires.path(from, to));
  }
}

const NO_HOPS: readonly Hop[] = [];

const hopOf = ({ route, hop }: Transfer): Hop => present(route[hop], 'hop');

const clientOf = ({ from, to }: Transfer, { kind }: Hop): string => (kind === 'uplink' ? from : to);

const hop = <Load>(kind: Hop['kind'], medium: Carrier<Load>, load: Load): Hop => ({
  ...{ kind, medium },
  join: (id, bits) => medium.join(id, load, bits),
});
