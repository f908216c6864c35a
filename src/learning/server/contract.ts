import type { Parameters } from '../contract.ts';

/** One admitted update at a server with a memory. */
export interface MemberUpdate {
  readonly member: string;
  /** Position of the member among all of the server's. */
  readonly index: number;
  /** The trained model; the update of the papers is g_i = w − this. */
  readonly parameters: Parameters;
  /** ρ_i of the aggregation policy; all sum to 1. */
  readonly weight: number;
  /** Probability that the update would be there, as the server believes; 1 where it has no belief. */
  readonly probability: number;
  readonly samples: number;
  readonly localSteps: number;
}

/** A vector that a server remembers, by name: a member's, or one of its own. */
export interface Slot {
  readonly slot: string;
  readonly parameters: Parameters;
}

/** A member, whether its update is there or not. */
export interface Everyone extends Pick<MemberUpdate, 'member' | 'samples' | 'probability'> {
  /** σ_i of what it has handed over before the first round; Infinity where that is nothing. */
  readonly deviation?: number;
}

/** A round at a server with a memory, in full: structured-clonable, vectors in shared memory. */
export interface ServerRound<Options = unknown> {
  /** w_t, the model that the updates started from. */
  readonly model: Parameters;
  /** In the order of members. */
  readonly updates: readonly MemberUpdate[];
  readonly memory: readonly Slot[];
  /** All members, whether their update is there or not, where the rule's algorithm has a set-up. */
  readonly everyone?: readonly Everyone[];
  /** τ₁, local steps of the algorithm. */
  readonly localSteps?: number;
  /** N, and Σ |S_i| over all members. */
  readonly members: number;
  readonly totalSamples: number;
  readonly round: number;
  /** η_t, learning rate of the round's local updates. */
  readonly learningRate: number;
  readonly seed: number;
  readonly options: Options;
}

/** The model after the round, and the slots of the memory that have changed. */
export interface ServerOutcome {
  readonly parameters: Parameters;
  readonly memory: readonly Slot[];
  /** Whether the updates were not enough to make anything of, and the model is what it was. */
  readonly skipped?: true;
}

/** A server rule: a pure function of the round. */
export type ServerRule<Options = unknown> = (round: ServerRound<Options>) => ServerOutcome;
