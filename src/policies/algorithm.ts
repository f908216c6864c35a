import type { Aggregation, Mixing, Pacing } from './policy.ts';

/**
 * Which actors a system is made of, and who averages what:
 * - `central`: clients upload to the central server (FedAvg);
 * - `single-cell`: one edge server and the clients in its reach (FEEL);
 * - `hierarchical`: edge servers average their clients, the central server averages edge servers (HierFAVG);
 * - `semi-decentralised`: edge servers average their clients and mix with their neighbours (SD-FEEL).
 */
export type Architecture = 'central' | 'single-cell' | 'hierarchical' | 'semi-decentralised';

/** A federated algorithm, composed of its parts. */
export interface Algorithm {
  readonly name: string;
  readonly architecture: Architecture;
  /** τ₁, mini-batch steps of one local update. */
  readonly localSteps: number;
  /** τ₂, edge rounds between two mixings or two central rounds. */
  readonly edgeRounds: number;
  /** α, gossip exchanges of one mixing. */
  readonly exchanges: number;
  readonly pacing: Pacing;
  readonly aggregation: Aggregation;
  /** Undefined where edge servers don't mix. */
  readonly mixing: Mixing | undefined;
}
