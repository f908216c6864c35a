import { present } from '../assert.ts';
import type { Message } from '../event.ts';
import type { Streams } from '../math/streams.ts';
import {
  type Bits,
  between,
  type Decibels,
  dbmToWatts,
  type Instant,
  type Joules,
  later,
  type Seconds,
  toDuration,
  toSeconds,
} from '../units.ts';
import { Air, type AirPort, type Cells } from './air.ts';
import type { Backhaul, Channel } from './contract.ts';
import { type Hop, hop } from './hop.ts';
import type { AccessLink } from './link.ts';
import type { Gone } from './medium.ts';
import { clientOf, type Delivered, hopOf, inWords, type Transfer } from './transfer.ts';
import { type Servers, Wires } from './wires.ts';

/** Who is on the network: clients with the edge server whose cell they are in, edge servers, and the central server. */
export interface Nodes extends Servers, Cells {}

/** What the network asks of the event list. */
export interface NetworkPort extends AirPort {
  deliver(at: Instant, to: string, message: Message): void;
  /** The sender's last bit has left it. */
  sent(transfer: Delivered): void;
  /** A transfer was lost as often as it may be sent: it won't arrive. */
  failed(transfer: Delivered): void;
  /** A server has begun to send to a client; the transfer can be cancelled. */
  downloadStarted(client: string, message: Message, transfer: number): void;
}

/** Carries messages between actors: over the cells' radio and the wires between servers, hop by hop. */
export class Network {
  readonly #port: NetworkPort;
  readonly #channel: Channel;
  readonly #nodes: Nodes;
  /** The radio of all cells. */
  readonly air: Air;
  /** The links between servers. */
  readonly wires: Wires;
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
    this.air = new Air(options.channel, options.nodes, options.streams, options.port);
    this.wires = new Wires(options.backhaul, options.nodes, options.port);
  }

  /**
   * Puts a message on its way and names its transfer; a message of no bits arrives at once and has no transfer.
   * @param turn numbers what is drawn for it, as an update does; other messages on a way number themselves
   */
  send(from: string, to: string, message: Message, bits: Bits, turn?: number): number | undefined {
    const now = this.#port.now();
    const route = bits > 0 ? this.#routeOf(from, to) : NO_HOPS;
    if (route.length === 0) {
      this.#port.deliver(now, to, message);
      return undefined;
    }
    const id = this.#nextTransfer++;
    const snrDb = route[0]?.kind === 'uplink' ? this.#knownSnrDb(from) : undefined;
    // One flat literal: a spread costs more here than the rest of the sending.
    const transfer = {
      id,
      from,
      to,
      message,
      bits,
      turn,
      began: now,
      snrDb,
      route,
      hop: 0,
      tries: 0,
      sentAt: now,
      onAir: bits,
    };
    this.#transfers.set(id, transfer);
    if (route.some(isDownlink)) this.#port.downloadStarted(to, message, id);
    this.#start(transfer);
    return id;
  }

  /** A transfer as errors tell of it. */
  say(id: number): string {
    return inWords(this.#transfers.get(id));
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

  readonly hasAccessLink = (client: string): boolean => this.air.has(client);

  /** Whether two servers can have a link between them. */
  isWire(a: string, b: string): boolean {
    return this.wires.isWire(a, b);
  }

  /** SNR of a client's link now, over the channel's bandwidth [dB]; Infinity on a link of fixed rate. */
  snrDb(client: string): number {
    return this.#link(client).snrDb(this.#port.now());
  }

  /** Adds an attenuation to a client's access link, or takes it away again; its transfers slow down or speed up. */
  attenuate(client: string, attenuationDb: number): void {
    this.air.change(client, (link) => {
      link.attenuationDb += attenuationDb;
    });
  }

  /** Cuts or mends a client's access link; while it is cut, its transfers stand still. */
  cutAccess(client: string, isCut: boolean): void {
    this.air.change(client, (link) => {
      link.isCut = isCut;
    });
  }

  /** Cuts or mends the link between two servers, in both directions; transfers stand still or go another way. */
  cutWire(a: string, b: string, cuts: boolean, by = 'script'): void {
    this.wires.cut(a, b, cuts, by);
    if (!this.wires.canReroute) return;
    for (const transfer of this.#transfers.values()) {
      const { ends } = hopOf(transfer);
      if (ends !== undefined) this.wires.reroute(transfer.id, ...ends);
    }
  }

  /**
   * Hands a client over to another edge server's cell. What its transfers have carried is kept, and the rest goes on over
   * the new cell's air; messages to and from its own server go over the links between the two servers.
   */
  handOver(client: string, server: string): void {
    if (this.air.cellOf(client) === server) return;
    const moving = [...this.#transfers.values()].filter((each) => this.#isOnAirOf(each, client));
    const left = moving.map((transfer) => this.#leaveMedium(transfer));
    this.air.handOver(client, server);
    this.#routes.delete(client);
    for (const routes of this.#routes.values()) routes.delete(client);
    moving.forEach((transfer, index) => {
      const { remaining, through } = left[index] as Gone;
      // What is left of a download goes on from the new server, without crossing the wires a second time.
      if (hopOf(transfer).kind === 'uplink') transfer.route = this.#routeOf(transfer.from, transfer.to);
      hopOf(transfer).join(transfer.id, through ? 0 : remaining);
    });
  }

  /** Time of an upload to the client's server, alone and at the present gain [s]. */
  uploadSeconds(client: string, to: string, bits: Bits): Seconds {
    const air = (bits * this.air.bitsPerBit) / this.#link(client).soloRate(this.#port.now());
    const cell = this.air.cellOf(client);
    if (to !== this.#nodes.centralServer) return cell === to ? air : air + this.wires.soloSeconds(cell, to, bits);
    const channel = this.#channel;
    if (channel.type === 'fixed' && channel.clientToCloud !== 'relay')
      return (bits * this.air.bitsPerBit) / (this.air.share(client) * channel.clientToCloud);
    return air + this.wires.soloSeconds(cell, to, bits);
  }

  #link(client: string): AccessLink {
    return this.air.link(client);
  }

  /** Sends a transfer over its next hop. */
  #start(transfer: Transfer): void {
    const hop = hopOf(transfer);
    transfer.tries++;
    transfer.sentAt = this.#port.now();
    transfer.onAir =
      hop.kind === 'wire' ? transfer.bits : this.air.bitsOnAir(clientOf(transfer, hop), transfer, hop.kind);
    hop.join(transfer.id, transfer.onAir);
  }

  #isLost(transfer: Transfer): boolean {
    const hop = hopOf(transfer);
    return hop.kind !== 'wire' && this.air.isLost(clientOf(transfer, hop), transfer, hop.kind);
  }

  /** A transfer that was lost on the air: it is sent again, or given up. */
  #again(transfer: Transfer): void {
    if (transfer.tries < this.air.triesMax) {
      this.#start(transfer);
      return;
    }
    this.#transfers.delete(transfer.id);
    this.#port.failed(this.#delivered(transfer));
  }

  #leave(transfer: Transfer): Gone {
    const hop = hopOf(transfer);
    const gone = this.#leaveMedium(transfer);
    if (hop.kind === 'uplink') this.uplinkBits += transfer.onAir - (gone.through ? 0 : Math.ceil(gone.remaining));
    return gone;
  }

  #leaveMedium(transfer: Transfer): Gone {
    const hop = hopOf(transfer);
    const gone = present(hop.medium.leave(transfer.id), 'transfer on its medium');
    if (hop.kind === 'uplink') this.transmitJoules += gone.airtime * dbmToWatts(this.#channel.clientPower);
    return gone;
  }

  #isClient(name: string): boolean {
    return this.#nodes.cellOf.has(name);
  }

  /** Undefined where the rate is fixed and where the link is cut. */
  #knownSnrDb(client: string): Decibels | undefined {
    const snrDb = this.snrDb(client);
    return Number.isFinite(snrDb) ? snrDb : undefined;
  }

  #delivered({ id, from, to, message, bits, began, snrDb }: Transfer): Delivered {
    return { id, from, to, message, bits, seconds: toSeconds(between(began, this.#port.now())), snrDb };
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
    const { centralServer } = this.#nodes;
    if (this.#isClient(to)) return this.air.isBroadcast ? this.#down(from, to) : [];
    if (!this.#isClient(from)) return from === centralServer ? [] : [this.#wire(from, to)];
    const channel = this.#channel;
    if (to === centralServer && channel.type === 'fixed' && channel.clientToCloud !== 'relay') {
      return [
        hop('uplink', this.air.own(from, this.air.share(from) * channel.clientToCloud), () => this.air.load(from)),
      ];
    }
    const up = hop('uplink', this.air.uplink(from), () => this.air.load(from));
    const cell = this.air.cellOf(from);
    return cell === to ? [up] : [up, this.#wire(cell, to)];
  }

  #down(from: string, client: string): readonly Hop[] {
    const down = hop('downlink', this.air.downlink(client), () => this.air.load(client));
    const cell = this.air.cellOf(client);
    return cell === from || from === this.#nodes.centralServer ? [down] : [this.#wire(from, cell), down];
  }

  /** Whether a transfer is in the air of a client's cell at present. */
  #isOnAirOf(transfer: Transfer, client: string): boolean {
    const now = hopOf(transfer);
    if (now.kind === 'downlink') return transfer.to === client;
    return now.kind === 'uplink' && transfer.from === client && now.medium === this.air.uplink(client);
  }

  #wire(from: string, to: string): Hop {
    // A transfer that is still on the air before it takes the way that is open when it gets there.
    const fixed = this.wires.canReroute ? undefined : this.wires.path(from, to);
    return hop('wire', this.wires.flows, () => fixed ?? this.wires.path(from, to), [from, to]);
  }
}

const NO_HOPS: readonly Hop[] = [];
const isDownlink = ({ kind }: Hop): boolean => kind === 'downlink';
