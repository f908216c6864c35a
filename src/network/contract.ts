import type { Source, Stream } from '../math/streams.ts';
import type { Bits, BitsPerSecond, DecibelMilliwatts, Decibels, Hertz, Metres, Seconds, Watts } from '../units.ts';
import type { OverTheAir } from './air-sum.ts';
import type { RecordedGains } from './recorded-gains.ts';

export type * from './air-sum.ts';

/** Where the two ends of a radio link are. */
export interface LinkGeometry {
  /** Distance in the horizontal plane [m]. */
  readonly distance: Metres;
  readonly frequency: Hertz;
  /** Antenna heights above ground [m]. */
  readonly serverHeight: Metres;
  readonly clientHeight: Metres;
}

/** A point of the plane that clients and servers stand in. */
export interface Place {
  readonly x: Metres;
  readonly y: Metres;
}

/** Where edge servers stand: a place for each, in order. Pure. */
export type Layout = (edgeServers: number) => readonly Place[];

/** How clients move. Places are relative to the client's home edge server. */
export interface Mobility {
  /** How often links look at where their client is [s]; Infinity where nobody moves. */
  readonly step: Seconds;
  /** Where a client is. A function of (stream, start, time), whoever asks, how often and in which order. */
  place(draws: Stream, start: Place, at: Seconds): Place;
}

/** Large-scale attenuation. `at` draws what belongs to the link itself, such as line of sight. */
export interface PathLoss {
  /** Mean path loss of a link [dB], positive. `link` holds the link's own draws (index 0 is the line of sight). */
  lossDb(geometry: LinkGeometry, link: Stream): Decibels;
  /** Probability that a link has line of sight; absent where the model knows no sight. */
  sightProbability?(geometry: LinkGeometry): number;
  /** Whether a link has line of sight, by the draw that `lossDb` goes by; absent where the model knows no sight. */
  hasSight?(geometry: LinkGeometry, link: Stream): boolean;
}

/** What a shadowing model may know of a link besides its draws; each is absent where nobody knows it. */
export interface ShadowingView {
  /** Where the client is. */
  readonly place?: Place;
  /** Draws of the server's surroundings, the same for all of its links: what makes near clients alike. */
  readonly surroundings?: Stream;
  /** As the path-loss model has it. */
  readonly hasSight?: boolean;
}

/** Slow, zero-mean variation of the path loss. */
export interface Shadowing {
  /** Shadowing of a link [dB], zero mean; `link` is the link's own stream. */
  shadowingDb(link: Stream, view?: ShadowingView): Decibels;
}

/** Small-scale fading: a power gain per coherence block, of mean 1 unless `meanGain` says otherwise. */
export interface Fading {
  /** Length of a block; Infinity where the gain never changes. */
  readonly coherence: Seconds;
  /** Mean of the gain where it is not 1: that of several receive antennas together, for example. */
  readonly meanGain?: number;
  /** Power gain |h|² of block `block` ≥ 0, linear. A function of (stream, block). */
  gain(link: Stream, block: number): number;
}

/** What other cells add to a receiver's noise. */
export interface Interference {
  /**
   * Interference at a receiver in `cell`, asked anew when a transmitter goes on or off. Pure.
   *
   * @param heard transmitters that are on at present, with the mean power at which this receiver hears each
   */
  powerW(cell: number, heard: readonly { readonly cell: number; readonly receivedW: Watts }[]): Watts;
}

/** Packets that are lost on the air and sent again. */
export interface Erasure {
  /** Mean of bits on the air per bit that is received, ≥ 1. */
  readonly meanTries: number;
  /** Bits that go on the air until `bits` are received; `draws` belongs to this transfer over this link alone. */
  bitsOnAir(bits: Bits, draws: Source): Bits;
}

/** One sending of a whole transfer over a radio link, when its last bit has left. */
export interface Sending {
  readonly client: string;
  readonly direction: 'up' | 'down';
  /** First is 1. */
  readonly attempt: number;
  /** On the air, in this sending. */
  readonly bits: Bits;
  /** From the first bit to the last, pauses included. */
  readonly seconds: Seconds;
  /** SNR over the channel's bandwidth at the last bit, linear; Infinity on a link of fixed rate. */
  readonly snr: number;
  /** The same, averaged over fading. */
  readonly meanSnr: number;
}

/**
 * Transfers that are lost as a whole after they have used their air time, by erasure or outage.
 *
 * A channel names one as its `loss`. The engine asks at the end of each sending, over the air only; a transfer that is
 * lost is sent again at once, in full and in its turn of arrival, and books bits and energy once more. After `attempts`
 * sendings it fails: its sender hears of it, its receiver doesn't. Bits that are repeated packet by packet while the
 * transfer lasts are `Erasure`'s; blocks in which nothing gets through are a `RateModel` of rate 0.
 */
export interface Loss {
  /** Most sendings of one transfer, 1 … 2²⁰. */
  readonly attempts: number;
  /** Pure. @param draws belongs to this sending: a function of client, direction, round and attempt */
  isLost(sending: Sending, draws: Source): boolean;
}

export interface Noise {
  /** Noise power in a bandwidth, receiver noise figure included. */
  powerW(bandwidth: Hertz): Watts;
}

/** What rate a link carries at an SNR. */
export interface RateModel {
  /** @param snr linear, ≥ 0 */
  rate(snr: number, bandwidth: Hertz): BitsPerSecond;
}

/** A transfer that asks for air time in a cell. */
export interface Demand {
  /** In order of arrival. */
  readonly id: number;
  readonly client: string;
  readonly remaining: Bits;
  /** Mean SNR of the link over the whole bandwidth, linear. */
  readonly snr: number;
}

/** What an access scheme grants one transfer until the next arrival or departure. */
export interface Grant {
  /** Bandwidth that the transfer transmits in [Hz]; 0 while it waits. The client's whole power goes into it. */
  readonly bandwidth: Hertz;
  /** Share of the time that it may transmit, 0 … 1. */
  readonly airtime: number;
  /** Share of what is transmitted that gets through, 0 … 1; 1 where absent. Collisions take the rest. */
  readonly success?: number;
}

/** How the transfers of one cell share the air. Asked again when a transfer comes or goes. */
export interface Access {
  /** Whether a grant never depends on the other transfers: the engine then asks once per transfer. */
  readonly independent: boolean;
  /** One grant per demand, in the same order. Pure. */
  grant(demands: readonly Demand[]): readonly Grant[];
  /**
   * Who alone transmits in a fading block, where the scheme follows the fading: an index into `gains`. Grants then say
   * bandwidths, and mean airtimes. Pure.
   *
   * @param gains |h|² of each demand's link in this block, relative to its mean, in the order of the demands
   */
  pick?(gains: readonly number[]): number;
}

/** The emulated radio of the cells, as a scenario composes it. */
export interface RadioChannel {
  readonly type: 'radio';
  readonly pathLoss: PathLoss;
  readonly shadowing: Shadowing;
  readonly fading: Fading;
  readonly noise: Noise;
  readonly rate: RateModel;
  readonly access: Access;
  readonly frequency: Hertz;
  /** Bandwidth over which a link's mean SNR is stated to policies. */
  readonly bandwidth: Hertz;
  readonly clientPower: DecibelMilliwatts;
  readonly serverPower: DecibelMilliwatts;
  readonly serverHeight: Metres;
  readonly clientHeight: Metres;
  /** Clients are placed uniformly on a disc of this radius around their edge server, not nearer than `nearest`. */
  readonly cellRadius: Metres;
  readonly nearest: Metres;
  /** Rings of equal area that the disc is divided into, for clients in turn; 1 where absent. */
  readonly rings?: number;
  /** `free`: a server's model reaches its clients at once; `broadcast`: over the air, at each client's own rate. */
  readonly downlink: 'free' | 'broadcast';
  /** Where edge servers stand; all at one point where absent. */
  readonly layout?: Layout | undefined;
  /** How clients move; they stay where they are where absent. */
  readonly mobility?: Mobility | undefined;
  /** What cells hear of each other; nothing where absent. */
  readonly interference?: Interference | undefined;
  /** Gains that take the place of path loss, shadowing and fading. */
  readonly recorded?: RecordedGains | undefined;
  /** Packets that are lost and sent again while a transfer lasts. */
  readonly erasure?: Erasure | undefined;
  /** Transfers that are lost as a whole. */
  readonly loss?: Loss | undefined;
  /** How updates add up in the air, for algorithms whose uplink is over the air. */
  readonly overTheAir?: OverTheAir | undefined;
}

/** Links of given rates: the latency formulas of the papers. Transfers don't contend. */
export interface FixedChannel {
  readonly type: 'fixed';
  /** Client to its edge server. */
  readonly uplink: BitsPerSecond;
  /** Client to the central server: a link of its own, or through its edge server. */
  readonly clientToCloud: BitsPerSecond | 'relay';
  /** What each client has of these two rates, in id order; all of them where it is left out. `draws` is the cells' own. */
  readonly spread?: ((clients: number, draws: Source) => readonly number[]) | undefined;
  readonly clientPower: DecibelMilliwatts;
  readonly erasure?: Erasure | undefined;
  readonly loss?: Loss | undefined;
}

export type Channel = RadioChannel | FixedChannel;

/** Links between servers. */
export interface Wire {
  readonly rate: BitsPerSecond;
  readonly latency: Seconds;
  /** Whether concurrent transfers over one link share its rate. */
  readonly shared: boolean;
}

/** When links between servers fail and are repaired. */
export interface LinkFailures {
  /**
   * The k-th sojourn (0-based, alternating up, down, …) of a link [s]; Infinity where it never ends. Pure.
   *
   * @param draws belongs to the link
   */
  sojourn(k: number, draws: Stream): Seconds;
}

export interface Backhaul {
  /** Between neighbouring edge servers. */
  readonly edge: Wire;
  /** Between an edge server and the central server. */
  readonly cloud: Wire;
  /**
   * `direct` (where absent): any two servers have a link of their own. `shortest`: links lie along the graph of the edge
   * servers and from gateways to the central server; other servers are reached over the fewest links, ties to the lowest
   * edge servers. A transfer takes all links of its route at once (it is a flow, not stored and sent on), at the max–min
   * fair rate of its links; its latency is the sum of theirs. The central server relays nothing.
   */
  readonly routes?: 'direct' | 'shortest' | undefined;
  /** Edge servers that have a link to the central server, by index; all where absent. For `shortest` routes. */
  readonly gateways?: readonly number[] | undefined;
  /**
   * What becomes of transfers whose route is cut. `stall` (where absent): they stand still until it is mended.
   * `reroute`: they go on over the fewest links that are left, with the bits that they have still to carry, and stay
   * there when the link is mended; they stand still only while there is no other way. For `shortest` routes.
   */
  readonly whenCut?: 'stall' | 'reroute' | undefined;
  /** Of the graph's links and of those to the central server; none fails where absent. */
  readonly failures?: LinkFailures | undefined;
}

/** A graph of nodes 0 … nodes − 1: `neighbours[d]` ascending, symmetric, without self-loops. */
export interface Graph {
  readonly nodes: number;
  readonly neighbours: readonly (readonly number[])[];
}

/** Makes the graph of the edge servers. Throws a ScenarioError (TOPOLOGY_INVALID) where it can't be. */
export type GraphGenerator = (nodes: number) => Graph;
