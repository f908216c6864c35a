import type { Pace } from '../coding/load-allocation.ts';
import type { LocalWork, Parameters, RowSizes, Task } from '../learning/contract.ts';
import type { Slot } from '../learning/server/contract.ts';
import type { Step } from '../step.ts';
import type { Bits, Seconds } from '../units.ts';
import type { Aggregation, Mixing, Pacing, StalenessWeighting, Tiering, Workload } from './policy.ts';
import type { PrivacyPolicy } from './privacy/contract.ts';

/**
 * Which actors a system is made of, and who averages what:
 * - `central`: clients upload to the central server (FedAvg);
 * - `single-cell`: one edge server and the clients in its reach (FEEL);
 * - `hierarchical`: edge servers average their clients, the central server averages edge servers (HierFAVG);
 * - `semi-decentralised`: edge servers average their clients and mix with their neighbours (SD-FEEL).
 */
export type Architecture = 'central' | 'single-cell' | 'hierarchical' | 'semi-decentralised';

/** How edge servers mix that go by clocks of their own. */
export interface Asynchronous {
  /** ψ, by the age of the model that a server's clients have trained from. */
  readonly staleness: StalenessWeighting;
  /** The active server's own gap: the age of the model its clients trained from, or 0 because it was just updated. */
  readonly ownGap: 'age' | 'reset';
  /** Whether each client's update is divided by its local steps, so that fast clients don't pull harder. */
  readonly normalised: boolean;
  /** Whether weights ω are ψ over the sum of all, or ψ itself, shared among the neighbours. */
  readonly pairing: 'normalised' | 'raw';
  /** Whether neighbours stay as they are, so that only the active server takes something in. */
  readonly pullOnly: boolean;
  /** Exchanges of one instant: one after the other by server, or as one iteration with the synchronous P. */
  readonly ties: 'sequential' | 'batched';
  /** Whether neighbours take a server's model in when it reaches them, and not at the instant of the exchange. */
  readonly delayed: boolean;
}

/** How a central server takes in updates that come at any time. */
export interface Streaming {
  /** K, updates that make a new version of the model. */
  readonly buffer: number;
  /** Whether clients' models are averaged into the server's, or their differences are added to it. */
  readonly rule: 'mix' | 'add';
  /** α of `mix`, the server's rate of `add`. */
  readonly rate: number;
  readonly staleness: StalenessWeighting;
  /** The bound on staleness; Infinity where there is none. */
  readonly stalenessMax: number;
  /** Updates beyond the bound are discarded, or there are none, since the server waits for those that would pass it. */
  readonly stale: 'discard' | 'wait';
  /** Clients in tiers by speed: a tier whose updates are all in makes a version; `buffer` and `rule` don't count then. */
  readonly tiers?: { readonly count: number; readonly of: Tiering };
}

/** Updates that go up as bits, each on its own. */
export interface DigitalUplink {
  readonly medium: 'digital';
  /** Whether updates carry statistics of themselves, for policies that ask for gradient norms. */
  readonly statistics: boolean;
}

/** Updates that go up as analog symbols, all at once, and add up in the air. */
export interface AirUplink {
  readonly medium: 'air';
  /** Whether the policy says who computes, or, of all that have computed and reported, who sends. */
  readonly scheduling: 'before' | 'after';
  /** Size of a report, and of a grant or release [bit]; messages of no bits take no time. */
  readonly reportBits: Bits;
  readonly grantBits: Bits;
  /** What symbols are normalised by: mean power 1 on weighted average, or at most 1 for each sender. */
  readonly normalisation: 'average' | 'strict';
  /** What the receiver adds for the mean that senders take off: M Σ ω, or M. */
  readonly restored: 'weighted' | 'global';
  /** Server's rate: w ← w + rate · ŷ. */
  readonly rate: number;
  /** Granted clients that arrive below this SNR per symbol stay silent, and the others' weights grow; −Infinity: none. */
  readonly minimumSnrDb: number;
  /** Reports that come later are not considered; Infinity waits. Where the policy schedules after computing. */
  readonly closeAfter: Seconds;
}

export type Uplink = DigitalUplink | AirUplink;

/**
 * How a central server takes in updates where a weighted mean is not all: a pure step over the round's model, its updates
 * and what the server remembers. Vectors of its memory are its machine's state, and stand in the trace as they change.
 */
export interface ServerRule {
  /** URL of the step's module, and its export. */
  readonly module: string;
  readonly name: string;
  /** Passed to the step; structured-clonable. */
  readonly options: unknown;
  /**
   * Slot of a vector that clients add to each gradient, less what the server remembers under the client's own name: a
   * control variate. It goes with the model, and what becomes of it comes back with the update: each is twice as long.
   */
  readonly control?: string;
  /** What else the step's options hold in a round, such as a step of the task for it to take. Pure. */
  inRound?(round: { readonly round: number; readonly parameters: Parameters }): object;
}

/**
 * What clients do before the first round: each makes something of its own data, and uploads it to the server, which
 * remembers it under `<client>/<name>`. With an exchange each makes a piece for every client instead, itself included: the
 * server passes on what others have made, and a client remembers it under `<maker>/<name>` from then on.
 */
export interface SetUp {
  /**
   * URL of the step's module, and its export: it gets the client's rows, its index, the seed, its terms and `options`, and where there
   * is an exchange the ids of all clients; it then returns `memory`, a slot for each of them. Without a step only size and
   * work count.
   */
  readonly module: string;
  readonly step: string | undefined;
  readonly name: string;
  readonly options: unknown;
  /** How much noise covers what clients hand over, and what they get for it; the step is told, and so is the server. */
  readonly privacy?: PrivacyPolicy;
  readonly exchange?: true;
  /** The server goes on without contributions that come later [s]; it waits for all where this is left out. */
  readonly closeAfter?: Seconds;
  /**
   * Size of the upload, or of one piece [bit], and work behind all of it [multiply–accumulates], by the numbers of one row
   * and the client's rows.
   */
  bits(row: RowSizes, samples: number): Bits;
  macs(row: RowSizes, samples: number): number;
}

/** What clients compute in a round, in place of the task's own training. */
export interface LocalRule {
  /** The step, output `LocalUpdate`; undefined where only its time and size count. Pure. */
  step(work: LocalWork & { readonly memory: readonly Slot[] }): Step | undefined;
  /** Work of one local step of a client, by index, as a multiple of the task's own. */
  work(client: number): number;
  /** Size of an update on the air. */
  readonly bits: Bits;
}

/** Clients of a run, by id in their order. */
export interface Fitting {
  readonly clients: readonly string[];
  readonly seed: number;
  /**
   * How fast a client, by index, is with an upload of so many bits, as its server can know before anything runs: from clocks,
   * links of fixed rate and exponential stragglers. Undefined where other models leave that open.
   */
  pace(client: number, upload: Bits): Pace | undefined;
}

/** How the rounds of a central server go where its algorithm reckons that out, whatever its schedule says. */
export interface Reckoned {
  readonly closeAfter: Seconds;
  /** Clients that have no part in any round. */
  readonly absent: readonly string[];
}

/** Tells virtual time to parts that are others from some instant on; the world that runs the algorithm sets it. */
export interface AlgorithmClock {
  now: () => Seconds;
}

/** Work that is counted in passes of a client over its own samples, which take more steps the more samples it has. */
export interface InEpochs {
  /** Most passes of one local update. */
  readonly most: number;
  /** Local steps of each client, given the samples of a step. */
  workload(batchSize: number): Workload;
  /** The passes behind so many local steps of a client with so many samples. */
  passes(steps: number, samples: number, batchSize: number): number;
}

/** A federated algorithm, composed of its parts. */
export interface Algorithm {
  readonly name: string;
  readonly architecture: Architecture;
  /** τ₁, mini-batch steps of one local update. */
  readonly localSteps: number;
  /** Most local steps of one update: τ₁ where clients don't differ. */
  readonly localStepsMax: number;
  /** Where clients' passes over their own samples are counted: they replace the local steps of the two above. */
  readonly inEpochs?: InEpochs;
  /** τ₂, edge rounds between two mixings or two central rounds. */
  readonly edgeRounds: number;
  /** α, gossip exchanges of one mixing. */
  readonly exchanges: number;
  readonly pacing: Pacing;
  readonly aggregation: Aggregation;
  /** Undefined where edge servers don't mix; those that mix asynchronously use it to agree at the end. */
  readonly mixing: Mixing | undefined;
  /** Whom an edge server waits for before an exchange: its neighbours, which is the default, or all others. */
  readonly barrier?: 'neighbour' | 'global';
  /**
   * ε: after the last round edge servers go on exchanging until their disagreement has shrunk by this factor at least;
   * 1, the default, leaves that phase out.
   */
  readonly consensus?: number;
  /** Virtual time after which that phase ends, agreed or not [s]; Infinity where it is left out. */
  readonly consensusWithin?: Seconds;
  /** Local steps of each client; τ₁ for all where it is left out. */
  readonly workload?: Workload;
  /** How clients' updates reach their servers; as bits and without statistics where it is left out. */
  readonly uplink?: Uplink;
  /** Of edge servers that never wait for each other. */
  readonly asynchronous?: Asynchronous;
  /** Of a central server over clients, in place of the weighted mean. */
  readonly server?: ServerRule;
  /** Of a central server over clients with a rule, before the first round. */
  readonly setUp?: SetUp;
  /** Of clients, in place of the task's own training. */
  readonly local?: LocalRule;
  /**
   * Of clients of a central server that are still at work when their round closes: they finish, and are free again then,
   * which is the default, or the server releases them, so that all can begin the next round together.
   */
  readonly late?: 'finish' | 'release';
  /** Of a central server over clients. */
  readonly rounds?: Reckoned;
  /** The algorithm as it suits a task and its clients, once they are known; a ScenarioError where it can't. Pure. */
  fit?(task: Task, run: Fitting): Algorithm;
  /** Of a central server that never waits for its clients. */
  readonly streaming?: Streaming;
  /** Where parts change in the middle of a run, as in a fork. */
  readonly clock?: AlgorithmClock;
}
