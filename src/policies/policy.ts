import type { Seconds } from '../units.ts';

/** What a scheduling policy may know of one client (or, at a central server over edge servers, of one edge server). */
export interface Candidate {
  readonly id: string;
  /** 0-based index among all clients. */
  readonly index: number;
  /** |S_i|, samples that it holds. */
  readonly samples: number;
  /** Rounds since its last update was used; the round number where none was. */
  readonly staleness: number;
  /** Updates of it that have been used so far. */
  readonly participations: number;
  /** Mean SNR of its link over the whole bandwidth at this instant [dB], fading included; Infinity on a fixed-rate link. */
  readonly snrDb: number;
  /** Undisturbed time of its next local update, at the algorithm's τ₁ local steps. */
  readonly computeSeconds: Seconds;
  /** Undisturbed time of one local step. */
  readonly secondsPerStep: Seconds;
  /** Time of its next upload, alone on the air at the present gain. */
  readonly uploadSeconds: Seconds;
  /** Training loss of its last update; undefined before the first. */
  readonly loss: number | undefined;
  /**
   * ‖Δ‖ of its last reported update Δ = w_i − w, the gradient's norm up to the learning rate where there is one local step;
   * with the mean and variance of Δ's entries. Undefined before the first report, and where uplinks report nothing.
   */
  readonly gradientNorm: number | undefined;
  readonly gradientMean: number | undefined;
  readonly gradientVariance: number | undefined;
  /**
   * P |ĥ|² / σ² per real symbol of an over-the-air sum, linear, at this instant and with the channel as believed; |ĥ|² is at
   * least 10⁻¹² of its mean. The SNR of the link where nothing goes over the air; Infinity on a link of fixed rate.
   */
  readonly symbolSnr: number;
}

/** The view of a server that opens a round. */
export interface RoundView {
  readonly server: string;
  /** First is 1. */
  readonly round: number;
  /** Virtual seconds since the start. */
  readonly now: Seconds;
  /** Reachable members, in id order. */
  readonly idle: readonly Candidate[];
  /** Members in all, reachable or not. */
  readonly members: number;
  /** Members that were sent for and have not been heard of since. */
  readonly inFlight: number;
  /** D, numbers of one update: real symbols where it goes over the air. */
  readonly symbols: number;
  /** Uniform numbers of this (server, round): the only luck that a policy may use. */
  readonly draw: () => number;
}

export interface Schedule {
  /** Clients to train in this round; an empty list closes the round without an update. */
  readonly invite: readonly Candidate[];
  /** The round admits nothing that comes later than this after its opening. */
  readonly closeAfter?: Seconds;
  /**
   * ω ≥ 0 of each invited client, in the order of `invite`: the round then makes w + Σ ω (w_i − w), and ω need not sum to 1.
   * Where it is left out, the algorithm's aggregation weighs.
   */
  readonly weights?: readonly number[];
  /** With which probability each of `idle` would have been drawn, in the order of `idle`; for the record. */
  readonly probabilities?: readonly number[];
  /** a and b of E‖Σ ω Δ − Σ ρ Δ‖² = a − b ‖Σ ρ Δ‖² over this policy's draws, ρ being shares of samples; for the record. */
  readonly samplingError?: readonly [a: number, b: number];
}

/** Decides who trains, or who sends of those that have trained. Pure. */
export type SchedulingPolicy = (view: RoundView) => Schedule;

/** Decides how many local steps each invited client takes: one whole number ≥ 1 each, in the same order. Pure. */
export type Workload = (invited: readonly Candidate[]) => readonly number[];

/** Decides the tier of each member of a server, 0 the fastest: one whole number each, in the same order. Pure. */
export type Tiering = (members: readonly Candidate[]) => readonly number[];

/** ψ: the weight of a model by its staleness δ ≥ 0. Positive, and no larger for staler models. Pure. */
export type StalenessWeighting = (staleness: number) => number;

/** Progress of a round that collects updates. */
export interface Collection {
  readonly round: number;
  readonly invited: number;
  readonly received: number;
  /** Invited clients that dropped out before their update came. */
  readonly lost: number;
  /** Whether the schedule's deadline has passed. */
  readonly overdue: boolean;
}

/** Decides when a round stops waiting: `true` closes it. Asked after each arrival, loss, and at the deadline. Pure. */
export type Pacing = (collection: Collection) => boolean;

/** One admitted update, without its numbers. */
export interface Contribution {
  readonly id: string;
  readonly samples: number;
  readonly staleness: number;
  readonly localSteps: number;
}

/** Decides the weights of admitted updates: one finite, non-negative number each, not all 0; they are normalised to sum 1. Pure. */
export type Aggregation = (contributions: readonly Contribution[]) => readonly number[];

/**
 * Makes the mixing matrix P of a graph: `P[j][d]` is the weight of node j at node d. Columns sum to 1 and P m̃ = m̃.
 *
 * @param shares m̃_d, each node's share of all samples, sum 1
 */
export type Mixing = (
  graph: { readonly neighbours: readonly (readonly number[])[] },
  shares: readonly number[],
) => number[][];

/** Decides which edge server serves each client: for each client the server's index; every server gets at least one. */
export type Association = (view: {
  readonly clients: number;
  readonly edgeServers: number;
  readonly primaryClasses: readonly number[];
  readonly draw: () => number;
}) => number[];
