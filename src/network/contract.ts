import type { Stream } from '../math/streams.ts';
import type { Bits, BitsPerSecond, DecibelMilliwatts, Decibels, Hertz, Metres, Seconds, Watts } from '../units.ts';

/** Where the two ends of a radio link are. */
export interface LinkGeometry {
  /** Distance in the horizontal plane [m]. */
  readonly distance: Metres;
  readonly frequency: Hertz;
  /** Antenna heights above ground [m]. */
  readonly serverHeight: Metres;
  readonly clientHeight: Metres;
}

/** Large-scale attenuation. `at` draws what belongs to the link itself, such as line of sight. */
export interface PathLoss {
  /** Mean path loss of a link [dB], positive. `link` holds the link's own draws (index 0 is the line of sight). */
  lossDb(geometry: LinkGeometry, link: Stream): Decibels;
}

/** Slow, zero-mean variation of the path loss. */
export interface Shadowing {
  /** Shadowing of a link [dB], zero mean; `link` is the link's own stream. */
  shadowingDb(link: Stream): Decibels;
}

/** Small-scale fading: a unit-mean power gain per coherence block. */
export interface Fading {
  /** Length of a block; Infinity where the gain never changes. */
  readonly coherence: Seconds;
  /** Power gain |h|² of block `block` ≥ 0, linear, mean 1. A function of (stream, block). */
  gain(link: Stream, block: number): number;
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
}

/** How the transfers of one cell share the air. Asked again when a transfer comes or goes. */
export interface Access {
  /** Whether a grant never depends on the other transfers: the engine then asks once per transfer. */
  readonly independent: boolean;
  /** One grant per demand, in the same order. Pure. */
  grant(demands: readonly Demand[]): readonly Grant[];
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
  /** `free`: a server's model reaches its clients at once; `broadcast`: over the air, at each client's own rate. */
  readonly downlink: 'free' | 'broadcast';
}

/** Links of given rates: the latency formulas of the papers. Transfers don't contend. */
export interface FixedChannel {
  readonly type: 'fixed';
  /** Client to its edge server. */
  readonly uplink: BitsPerSecond;
  /** Client to the central server: a link of its own, or through its edge server. */
  readonly clientToCloud: BitsPerSecond | 'relay';
  readonly clientPower: DecibelMilliwatts;
}

export type Channel = RadioChannel | FixedChannel;

/** Links between servers. */
export interface Wire {
  readonly rate: BitsPerSecond;
  readonly latency: Seconds;
  /** Whether concurrent transfers over one link share its rate. */
  readonly shared: boolean;
}

export interface Backhaul {
  /** Between neighbouring edge servers. */
  readonly edge: Wire;
  /** Between an edge server and the central server. */
  readonly cloud: Wire;
}

/** A graph of nodes 0 … nodes − 1: `neighbours[d]` ascending, symmetric, without self-loops. */
export interface Graph {
  readonly nodes: number;
  readonly neighbours: readonly (readonly number[])[];
}

/** Makes the graph of the edge servers. Throws a ScenarioError (TOPOLOGY_INVALID) where it can't be. */
export type GraphGenerator = (nodes: number) => Graph;
