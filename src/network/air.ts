import { present } from '../assert.ts';
import type { Source, Stream, Streams } from '../math/streams.ts';
import {
  type Bits,
  between,
  type Decibels,
  dbmToWatts,
  dbToLinear,
  type Instant,
  linearToDb,
  type Metres,
  type Seconds,
  toSeconds,
  type Watts,
} from '../units.ts';
import { accessLink, broadcastMedium, cellMedium, type Neighbourhood, ownMedium } from './cell.ts';
import type { Channel, Place } from './contract.ts';
import { type Direction, Ether } from './ether.ts';
import type { AccessLink, AirLoad } from './link.ts';
import type { Alarms, Carrying, Medium } from './medium.ts';
import { blockAt } from './rate-profile.ts';
import { rateShares } from './rate-shares.ts';
import { ORIGIN } from './way.ts';

/** One sending of a transfer over the air. */
export interface Sent {
  readonly id: number;
  readonly turn: number | undefined;
  readonly bits: Bits;
  /** First is 1. */
  readonly tries: number;
  readonly sentAt: Instant;
  readonly onAir: Bits;
}

/** Tries of one message have draws of their own up to this number. */
const TRIES_MAX = 2 ** 20;

/** Clients and the cells that they begin in; edge servers and where they stand, all at one point where nobody says. */
export interface Cells {
  readonly edgeServers: readonly string[];
  readonly cellOf: ReadonlyMap<string, string>;
  readonly places?: ReadonlyMap<string, Place>;
}

const NO_PLACES: ReadonlyMap<string, Place> = new Map();

/** What the air asks of its surroundings: the event list, and who wants to know what clients spend. */
export interface AirPort extends Alarms {
  /** A client transmits a transfer with another mean power than before; 0 once it is off the air. */
  transmits?(client: string, transfer: number, power: Watts): void;
}

const apart = (from: Place = ORIGIN, to: Place = ORIGIN): Place => ({ x: to.x - from.x, y: to.y - from.y });

/** The radio of all cells: clients' access links, what shares the air in each cell, and what is lost on the way. */
export class Air {
  readonly #channel: Channel;
  /** The cell that each client is in at present. */
  readonly #cellOf: Map<string, string>;
  readonly #homeOf: ReadonlyMap<string, string>;
  readonly #places: ReadonlyMap<string, Place>;
  readonly #servers: readonly string[];
  readonly #streams: Streams;
  readonly #alarms: AirPort;
  readonly #loads = new Map<string, AirLoad>();
  /** By client and server. */
  readonly #links = new Map<string, AccessLink>();
  readonly #media = new Map<string, Medium<AirLoad>>();
  /** By client and direction, the latest message that had to be numbered. */
  readonly #others = new Map<string, { readonly transfer: number; readonly turn: number }>();
  readonly #draws = new Map<string, Stream>();
  /** What each client has of given rates, where they spread. */
  readonly #shares: ReadonlyMap<string, number>;
  /** What cells hear of each other. */
  readonly ether: Ether;

  constructor(channel: Channel, { cellOf, edgeServers, places = NO_PLACES }: Cells, streams: Streams, alarms: AirPort) {
    this.#channel = channel;
    this.#homeOf = cellOf;
    this.#cellOf = new Map(cellOf);
    this.#places = places;
    this.#servers = edgeServers;
    this.#streams = streams;
    this.#alarms = alarms;
    this.#shares = rateShares(channel, [...cellOf.keys()], streams);
    for (const [client, server] of cellOf) this.#loads.set(client, { client, link: this.linkTo(client, server) });
    this.ether = new Ether({
      ...{ channel, names: [...edgeServers, ...cellOf.keys()], now: () => alarms.now() },
      linkTo: (client, server) => this.linkTo(client, server),
      cellOf: (client) => this.cellOf(client),
      media: (direction) => this.#mediaOf(direction),
    });
  }

  get rateChanges(): number {
    let sum = 0;
    for (const medium of this.#media.values()) sum += medium.rateChanges;
    return sum;
  }

  /** Whether models of servers go over the air, and don't reach clients at once. */
  get isBroadcast(): boolean {
    return this.#channel.type === 'radio' && this.#channel.downlink === 'broadcast';
  }

  /** Most times that a transfer is sent. */
  get triesMax(): number {
    return Math.min(TRIES_MAX, this.#channel.loss?.attempts ?? 1);
  }

  /** Mean of bits on the air per bit that is received. */
  get bitsPerBit(): number {
    return this.#channel.erasure?.meanTries ?? 1;
  }

  has(client: string): boolean {
    return this.#loads.has(client);
  }

  load(client: string): AirLoad {
    return present(this.#loads.get(client), 'access link');
  }

  link(client: string): AccessLink {
    return this.load(client).link;
  }

  /** What a client has of given rates. */
  share(client: string): number {
    return this.#shares.get(client) ?? 1;
  }

  /** The cell that a client is in. */
  cellOf(client: string): string {
    return present(this.#cellOf.get(client), 'cell');
  }

  /** A client's link to any edge server. */
  linkTo(client: string, server: string): AccessLink {
    const home = this.#homeOf.get(client) as string;
    const name = server === home ? client : `${client}/${server}`;
    const known = this.#links.get(name);
    if (known !== undefined) return known;
    const place = server === home ? ORIGIN : apart(this.#places.get(home), this.#places.get(server));
    const link = accessLink(this.#channel, { client, server, place, name, share: this.share(client) }, this.#streams);
    this.#links.set(name, link);
    return link;
  }

  /** Takes a client over into another cell; obstacles and cuts go with it. Its transfers must be off the air. */
  handOver(client: string, server: string): void {
    const before = this.link(client);
    const { attenuationDb, isCut } = before;
    Object.assign(before, { attenuationDb: 0, isCut: false });
    const link = this.linkTo(client, server);
    Object.assign(link, { attenuationDb, isCut });
    this.#cellOf.set(client, server);
    this.#loads.set(client, { client, link });
  }

  /** How far away an edge server is, and how well a client would hear it, with what stands in the client's way now. */
  reach(client: string, server: string): { readonly distance: Metres; readonly snrDb: Decibels } {
    const now = this.#alarms.now();
    const link = this.linkTo(client, server);
    const own = this.link(client);
    const obstacleDb = link === own ? 0 : own.attenuationDb;
    return { distance: link.distance(now), snrDb: linearToDb(link.meanSnr(now)) - obstacleDb };
  }

  /** Gains of all links that the run has looked at, in every block up to now. */
  *gains(): Generator<{ client: string; server: string; from: Seconds; meanGain: number; fading: number }> {
    const end = this.#alarms.now();
    for (const [client, home] of this.#homeOf) {
      for (const server of this.#servers) {
        const link = this.#links.get(server === home ? client : `${client}/${server}`);
        if (link === undefined) continue;
        for (let index = 0; index <= blockAt(link.block, end); index++) {
          const gains = link.gains(index);
          if (gains === undefined) return;
          const from = index === 0 ? 0 : toSeconds((index * link.block) as Instant);
          yield { client, server, from, meanGain: gains.mean, fading: gains.fading };
        }
      }
    }
  }

  /** The air of a client's cell. */
  uplink(client: string): Medium<AirLoad> {
    const { block } = this.link(client);
    const server = this.cellOf(client);
    const around: Neighbourhood = {
      density: ({ client: each }) => this.ether.density('uplink', each, server),
      onAir: (transfer, duty) => {
        this.#transmits(transfer, duty);
        this.ether.transmits(transfer.load.client, server, duty);
      },
    };
    return this.#medium(`uplink of ${server}`, () => cellMedium(this.#channel, block, this.#alarms, around));
  }

  downlink(client: string): Medium<AirLoad> {
    const { block } = this.link(client);
    const around: Neighbourhood = {
      density: () => this.ether.density('downlink', client, this.cellOf(client)),
      onAir: (_, duty) => this.ether.sends(this.cellOf(client), duty > 0),
    };
    return this.#medium(`downlink of ${client}`, () => broadcastMedium(this.#channel, block, this.#alarms, around));
  }

  /** A client's own link to the central server, of a given rate. */
  own(client: string, rate: number): Medium<AirLoad> {
    const onAir: Neighbourhood['onAir'] = (transfer, duty) => this.#transmits(transfer, duty);
    return this.#medium(`own link of ${client}`, () => ownMedium(rate, this.#alarms, { onAir }));
  }

  /** Changes a client's link, and shares the air anew where that client may be on it. */
  change(client: string, change: (link: AccessLink) => void): void {
    const names = [`uplink of ${this.#cellOf.get(client)}`, `downlink of ${client}`, `own link of ${client}`];
    const media = names.flatMap((name) => this.#media.get(name) ?? []);
    for (const medium of media) medium.settle();
    change(this.link(client));
    for (const medium of media) medium.refresh();
  }

  /** Bits that a sending puts on the air until all of the message's are received. */
  bitsOnAir(client: string, sending: Sent, direction: Direction): Bits {
    const { erasure } = this.#channel;
    if (erasure === undefined) return sending.bits;
    return erasure.bitsOnAir(sending.bits, this.#drawsOf(client, 'erasure', sending, direction));
  }

  /** Whether a sending whose last bit has left is lost as a whole. */
  isLost(client: string, sending: Sent, direction: Direction): boolean {
    const { loss } = this.#channel;
    if (loss === undefined) return false;
    const { tries, sentAt, onAir } = sending;
    const now = this.#alarms.now();
    const link = this.link(client);
    const clear = this.ether.clearness(direction, client);
    const seen = {
      client,
      attempt: tries,
      bits: onAir,
      seconds: toSeconds(between(sentAt, now)),
      direction: direction === 'uplink' ? ('up' as const) : ('down' as const),
      snr: dbToLinear(link.snrDb(now)) * clear,
      meanSnr: link.meanSnr(now) * clear,
    };
    return loss.isLost(seen, this.#drawsOf(client, 'loss', sending, direction));
  }

  /** Draws of one try: numbered by the update that it carries, or by what else has gone this way before. */
  #drawsOf(client: string, purpose: string, { id, turn, tries }: Sent, direction: Direction): Source {
    const way = `${client}/${direction}`;
    const name = turn === undefined ? `${way}/others/${purpose}` : `${way}/${purpose}`;
    const stream = this.#draws.get(name) ?? this.#streams(name);
    this.#draws.set(name, stream);
    return stream.at((turn ?? this.#turnOf(way, id)) * TRIES_MAX + tries - 1);
  }

  /** Its number among the messages without one on a client's way in one direction. */
  #turnOf(way: string, transfer: number): number {
    const last = this.#others.get(way);
    if (last?.transfer === transfer) return last.turn;
    const turn = (last?.turn ?? 0) + 1;
    this.#others.set(way, { transfer, turn });
    return turn;
  }

  #transmits({ id, load: { client } }: Carrying<AirLoad>, duty: number): void {
    this.#alarms.transmits?.(client, id, duty * dbmToWatts(this.#channel.clientPower));
  }

  *#mediaOf(direction: Direction): Generator<readonly [string, Medium<AirLoad>]> {
    const cells =
      direction === 'uplink' ? new Map([...this.#cellOf.values()].map((cell) => [cell, cell])) : this.#cellOf;
    for (const [receiver, cell] of cells) {
      const medium = this.#media.get(`${direction} of ${receiver}`);
      if (medium !== undefined) yield [cell, medium];
    }
  }

  #medium(name: string, make: () => Medium<AirLoad>): Medium<AirLoad> {
    const found = this.#media.get(name) ?? make();
    this.#media.set(name, found);
    return found;
  }
}
