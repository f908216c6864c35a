import type { AnyStateMachine } from 'xstate';
import type { Availability, Battery, ClockSpread, Straggler } from '../devices/contract.ts';
import type { ActorEvent, ModelVersion } from '../event.ts';
import type { Later } from '../later.ts';
import type { LocalWork, Task } from '../learning/contract.ts';
import type { Consensus } from '../learning/steps.ts';
import type { Streams } from '../math/streams.ts';
import type { Backhaul, Channel } from '../network/contract.ts';
import type { Nodes } from '../network/network.ts';
import type { Algorithm } from '../policies/algorithm.ts';
import type { Handover } from '../policies/handover/contract.ts';
import type { SchedulingPolicy } from '../policies/policy.ts';
import type { PrivacyTerms } from '../policies/privacy/contract.ts';
import type { Seconds } from '../units.ts';

export type ActorKind = 'client' | 'edge-server' | 'central-server';

/** One actor of a run: its machine, and what the machine takes as input. */
export interface ActorSpec {
  readonly id: string;
  readonly kind: ActorKind;
  readonly machine: AnyStateMachine;
  readonly role: unknown;
}

/** What actors are cast from: everything that is known before a run begins. */
export interface CastSetting {
  readonly algorithm: Algorithm;
  readonly initial: ModelVersion;
  /** Clients of each edge server, by index. */
  readonly clusters: readonly (readonly number[])[];
  /** |S_i| of each client. */
  readonly sampleCounts: readonly number[];
  /** Neighbours of each edge server. */
  readonly neighbours: readonly (readonly number[])[];
  /** P, `mixing[j][d]`; undefined where edge servers don't mix. */
  readonly mixing: readonly (readonly number[])[] | undefined;
  /** Exchanges of the final consensus phase; 0 where there is none. */
  readonly consensusExchanges: number;
  /** Last round; Infinity where time ends the run. */
  readonly rounds: number;
}

export interface Devices {
  readonly clock: ClockSpread;
  readonly straggler: Straggler;
  readonly availability: Availability;
  readonly battery: Battery;
  /** Passes over a sample that one training step costs: 1 counts the forward pass alone, 3 adds the backward pass. */
  readonly passes: number;
  /** κ of the energy model E = κ f² · cycles [J·s²]. */
  readonly capacitance: number;
}

/** Everything a world needs, checked and loaded. */
export interface WorldPlan {
  readonly seed: number;
  readonly streams: Streams;
  readonly cast: readonly ActorSpec[];
  /** The servers whose rounds are *the* rounds, with their share of all samples: their weighted mean is evaluated. */
  readonly observed: readonly { readonly id: string; readonly share: number }[];
  readonly initial: ModelVersion;
  /** P, `mixing[j][d]`; undefined where edge servers don't mix. */
  readonly mixing: readonly (readonly number[])[] | undefined;
  /** Whether edge servers go on exchanging at the end, until they agree. */
  readonly seeksConsensus: boolean;
  readonly nodes: Nodes;
  /** Index of each client, by id. */
  readonly clients: ReadonlyMap<string, { readonly index: number; readonly cluster: number }>;
  readonly channel: Channel;
  readonly backhaul: Backhaul;
  readonly devices: Devices;
  readonly task: Task;
  readonly algorithm: Algorithm;
  /** What each client, by index, has agreed on before it hands over anything, where the algorithm asks for that. */
  readonly terms: readonly PrivacyTerms[] | undefined;
  readonly schedule: SchedulingPolicy;
  readonly handover: Handover | undefined;
  /** The run ends at the first of these; Infinity where one doesn't count. */
  readonly until: { readonly rounds: number; readonly seconds: Seconds; readonly accuracy: number };
  readonly evaluate: {
    readonly everyRounds: number;
    readonly everySeconds: Seconds;
    /** Local steps between two evaluations inside rounds; Infinity for none. */
    readonly everySteps: number;
    /** Whether each server's own model is scored too. */
    readonly servers: boolean;
  };
  /** Whether a run goes on where a loss is no number any more. */
  readonly allowsDivergence: boolean;
  /** Orders ties at random, for tests. */
  readonly tieBreak?: ((sequence: number) => number) | undefined;
}

/** A model to score: the mean of some models by their shares. */
export interface Milestone {
  readonly round: number;
  /** Each server's model at the end of that round, in order, with its share of all samples. */
  readonly models: readonly ModelVersion[];
  readonly shares: readonly number[];
  /** Inside a round instead: what clients have trained so far, in order, and k, local steps since the start. */
  readonly inside?: { readonly iteration: number; readonly works: readonly PlannedWork[] };
}

/** A local update, of a model that may still be on its way. */
export interface PlannedWork extends Omit<LocalWork, 'parameters'> {
  readonly model: ModelVersion;
}

/** All that happens outside the actors' own code, as data in the event list. */
export type Pending =
  | {
      readonly to: 'actor';
      readonly actor: string;
      readonly event: ActorEvent;
      /** A step whose output completes the event. */
      readonly result?: number | undefined;
      /** Whether somebody looks at the output: the event can't be committed before it is there. */
      readonly isLookedAt?: boolean;
    }
  /** An over-the-air sum at a server is over. */
  | { readonly to: 'air'; readonly server: string }
  | { readonly to: 'network'; readonly transfer: number }
  | { readonly to: 'availability'; readonly client: string; readonly sojourn: number }
  | { readonly to: 'handover'; readonly what: 'measure' | 'move' }
  | { readonly to: 'battery'; readonly client: string }
  /** A client drops out, and is away for so long [s]; or it is back, where that is left out. */
  | { readonly to: 'dropout'; readonly client: string; readonly away?: number }
  | { readonly to: 'wire'; readonly a: string; readonly b: string; readonly sojourn: number }
  | { readonly to: 'environment'; readonly change: Change }
  | {
      readonly to: 'evaluation';
      readonly milestone: Milestone;
      readonly stage: 'train' | 'mean' | 'score';
      readonly results: readonly number[];
      /** What the score is of, and how far apart the servers' models are, where that is asked for. */
      readonly consensus?: Later<Consensus>;
    }
  /** A client has taken so many local steps of its present update. */
  | { readonly to: 'iteration'; readonly client: string; readonly round: number; readonly steps: number }
  | {
      readonly to: 'exchange';
      readonly stage: 'gather' | 'update' | 'mix' | 'absorb';
      readonly results: readonly number[];
    }
  | { readonly to: 'clock'; readonly what: 'evaluate' | 'end' }
  | { readonly to: 'script' };

/** The end of a passing disturbance. */
export type Change =
  | { readonly type: 'unblock'; readonly client: string; readonly attenuationDb: number }
  | { readonly type: 'unslow'; readonly client: string; readonly factor: number };
