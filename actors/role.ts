import type { ModelVersion, Update } from '../src/event.ts';
import type { AirUplink, Streaming } from '../src/policies/algorithm.ts';
import type { Aggregation, Pacing } from '../src/policies/policy.ts';

/** What never changes about a client. */
export interface ClientRole {
  readonly id: string;
  /** The server that invites it. */
  readonly server: string;
  readonly samples: number;
  /** Whether its upload names the model that it has trained from: its server only wants the difference. */
  readonly sendsBase: boolean;
  /** Whether it reports its update and waits for the air, where its server sums over the air. */
  readonly reports: boolean;
  /** Name of what it makes for all clients before the first round; undefined where clients exchange nothing. */
  readonly exchanges: string | undefined;
}

/** What never changes about a server that collects updates. */
export interface CollectorRole {
  readonly id: string;
  /** Clients, or edge servers under a central server; in id order. */
  readonly members: readonly string[];
  /** The model that it starts from. */
  readonly initial: ModelVersion;
  /** The last round to run; Infinity where something else ends the run. */
  readonly rounds: number;
  readonly pacing: Pacing;
  readonly aggregation: Aggregation;
  /** Where its members' updates add up in the air. */
  readonly uplink: AirUplink | undefined;
}

export interface CentralServerRole extends CollectorRole {
  /** Whether its members are edge servers: its rounds are then central rounds. */
  readonly overEdgeServers: boolean;
  /** Whether updates are taken in by a rule with a memory, not by a weighted mean. */
  readonly remembers: boolean;
  /** Slot of its memory that corrects local steps, less each member's own; undefined where nothing does. */
  readonly control: string | undefined;
  /** What members hand it before the first round, or each other through it; undefined where rounds begin at once. */
  readonly setUp: { readonly name: string; readonly exchanges: boolean; readonly closeAfter: number } | undefined;
  /** Whether it releases members that are still at work when their round closes. */
  readonly releasesLate: boolean;
}

export interface AsynchronousCentralServerRole extends CollectorRole {
  readonly streaming: Streaming;
}

export interface EdgeServerRole extends CollectorRole {
  /** Samples of all its clients. */
  readonly samples: number;
  /** τ₂: every so many edge rounds it mixes or reports. */
  readonly edgeRounds: number;
  /** α: exchanges of one mixing. */
  readonly exchanges: number;
  /** Column of the mixing matrix: neighbours with their weights, in the order of servers. Empty where it doesn't mix. */
  readonly neighbours: readonly { readonly id: string; readonly weight: number }[];
  readonly selfWeight: number;
  /** Whom it waits for before each exchange: its neighbours' models alone, or every edge server. */
  readonly barrier: 'neighbour' | 'global';
  /** Exchanges of the final consensus phase; 0 where there is none. */
  readonly consensusExchanges: number;
  /** How many of the neighbours come before the server itself in the order of servers: sums run in that order. */
  readonly position: number;
  /** Whether it goes by a clock of its own, and if so, how it takes in its clients' updates. */
  readonly asynchronous: { readonly normalised: boolean } | undefined;
  /** The central server it reports to. */
  readonly parent: string | undefined;
}

/** Updates in order of arrival, newest first: adding one shares the rest. */
export interface Arrivals {
  readonly from: string;
  readonly update: Update;
  readonly earlier: Arrivals | undefined;
}
