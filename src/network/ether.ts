import { present } from '../assert.ts';
import { dbmToWatts, type Instant, type Seconds } from '../units.ts';
import { bandOf } from './cell.ts';
import type { Channel } from './contract.ts';
import { Interferers } from './interference.ts';
import type { AccessLink, AirLoad } from './link.ts';
import type { Medium } from './medium.ts';

export type Direction = 'uplink' | 'downlink';

/** The air as far as cells hear each other on it. */
export interface EtherAround {
  readonly channel: Channel;
  /** All edge servers, then all clients: sums run in this order. */
  readonly names: readonly string[];
  now(): Instant;
  linkTo(client: string, server: string): AccessLink;
  cellOf(client: string): string;
  /** The media of a direction, each with the cell that it is in. */
  media(direction: Direction): Iterable<readonly [cell: string, medium: Medium<AirLoad>]>;
}

/** What cells hear of each other: clients that upload disturb other cells' servers, servers that send their clients. */
export class Ether {
  readonly #around: EtherAround;
  readonly #orders: ReadonlyMap<string, number>;
  /** By direction; none where cells don't hear each other. */
  readonly #interferers = new Map<Direction, Interferers>();
  /** Downloads that each server is sending. */
  readonly #broadcasts = new Map<string, number>();

  constructor(around: EtherAround) {
    const { channel, names, linkTo, now } = around;
    this.#around = around;
    this.#orders = new Map(names.map((name, order) => [name, order]));
    if (channel.type === 'fixed' || channel.interference === undefined) return;
    const { interference } = channel;
    const [clientWatts, serverWatts] = [dbmToWatts(channel.clientPower), dbmToWatts(channel.serverPower)];
    const uplink = new Interferers({
      ...{ interference, band: bandOf(channel), reshare: (cell) => this.#reshare('uplink', cell) },
      heardW: (server, client) => linkTo(client, server).meanReceivedW(now(), clientWatts),
    });
    const downlink = new Interferers({
      ...{ interference, band: channel.bandwidth, reshare: (cell) => this.#reshare('downlink', cell) },
      heardW: (client, server) => linkTo(client, server).meanReceivedW(now(), serverWatts),
    });
    this.#interferers.set('uplink', uplink).set('downlink', downlink);
  }

  /** How often cells have to look again at what they hear, since clients move [s]; Infinity where they needn't. */
  get step(): Seconds {
    const { channel } = this.#around;
    const step = channel.type === 'radio' ? channel.mobility?.step : undefined;
    return this.#interferers.size > 0 ? (step ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  }

  /** Clients have moved: all gains are looked at again. */
  moved(): void {
    for (const direction of this.#interferers.keys()) this.#reshare(direction);
  }

  /** Interference at the receiver of a client's transfer [W/Hz]. */
  density(direction: Direction, client: string, cell: string): number {
    const receiver = direction === 'uplink' ? cell : client;
    return this.#interferers.get(direction)?.density(receiver, this.#order(cell)) ?? 0;
  }

  /** N / (N + I) at the receiver of a client's link, over the channel's bandwidth. */
  clearness(direction: Direction, client: string): number {
    const { channel, cellOf } = this.#around;
    if (channel.type === 'fixed' || this.#interferers.size === 0) return 1;
    const noise = channel.noise.powerW(channel.bandwidth);
    return noise / (noise + this.density(direction, client, cellOf(client)) * channel.bandwidth);
  }

  /** A client in a cell is on the air for another share of the time. */
  transmits(client: string, cell: string, duty: number): void {
    this.#interferers.get('uplink')?.tune(client, this.#order(client), this.#order(cell), duty);
  }

  /** A server sends one download more or less; it is on while it sends any. */
  sends(server: string, isMore: boolean): void {
    const before = this.#broadcasts.get(server) ?? 0;
    const now = before + (isMore ? 1 : -1);
    this.#broadcasts.set(server, now);
    const order = this.#order(server);
    if (before === 0 || now === 0) this.#interferers.get('downlink')?.tune(server, order, order, Math.min(1, now));
  }

  /** Shares the air of a direction anew, outside one cell: what they hear of it has changed. */
  #reshare(direction: Direction, exceptIn?: number): void {
    for (const [cell, medium] of this.#around.media(direction)) {
      if (medium.load === 0 || this.#order(cell) === exceptIn) continue;
      medium.settle();
      medium.refresh();
    }
  }

  #order(name: string): number {
    return present(this.#orders.get(name), name);
  }
}
