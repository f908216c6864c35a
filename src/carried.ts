/** What messages and replies carry beside models: updates with their statistics, grants of the air, and what came of them. */
import type { Measured } from './later.ts';
import type { MemorySlot, ModelVersion } from './model-version.ts';

/** What a client makes before the first round: for its server, or a piece for each client, by receiver. */
export interface SetUpPiece {
  readonly model: ModelVersion;
  readonly memory?: readonly MemorySlot[];
}

/** What it makes, and what it has agreed on for that: σ of the noise on it, ε that a row tells [bit], and its reward. */
export interface PreparedPiece extends SetUpPiece {
  readonly deviation?: number;
  readonly leakage?: number;
  readonly reward?: number;
}

/** ‖Δ‖², and mean and variance of the entries of an update Δ = w_i − w. NaN where nothing is trained. */
export interface UpdateStatistics {
  readonly squaredNorm: number;
  readonly mean: number;
  readonly variance: number;
}

/** What a client's upload carries; with statistics where its server wants them. */
export interface Update extends Partial<UpdateStatistics> {
  readonly model: ModelVersion;
  /** |S_i|, samples behind the update. */
  readonly samples: number;
  readonly localSteps: number;
  /** Mean mini-batch loss of the local update; NaN where none is computed. */
  readonly loss: Measured;
  /** The model that it started from, where the server only wants the difference. */
  readonly base?: ModelVersion;
}

/** Whom a server grants the air, and what all senders agree on. */
export interface UplinkSchedule {
  /** In id order, with their weights ω. */
  readonly cohort: readonly string[];
  readonly weights: readonly number[];
  /** Those that had reported and could be heard, with their shares ρ of the samples, and P|ĥ|²/σ² [dB] as believed. */
  readonly candidates: readonly string[];
  readonly shares: readonly number[];
  readonly snrDb: readonly number[];
  /** Of each candidate, where the policy draws. */
  readonly probabilities?: readonly number[];
  /** M and √V: symbols are (Δ − M)/√V. */
  readonly mean: number;
  readonly deviation: number;
  /** E‖Σ ω Δ − Σ ρ Δ‖² = a − b ‖Σ ρ Δ‖² over the policy's draws, where it says so. */
  readonly samplingError?: readonly [a: number, b: number];
}

/** What came of an over-the-air sum. Squared errors are sums over all entries of the update. */
export interface AirAggregate {
  /** Who began to send, in id order; empty where nobody was heard. */
  readonly senders: readonly string[];
  readonly weights: readonly number[];
  /** Mean transmit power of each sender while it sent [W]; symbols are of unit power only on average. */
  readonly powers: readonly number[];
  /** η = ζ². */
  readonly denoisingFactor: number;
  /** D V σ² / η: the noise that is to be expected in ŷ, and ‖ŷ − Σ ω Δ‖² as it came, misalignment and losses included. */
  readonly expectedNoise: number;
  readonly noiseError: number;
  /** ‖Σ ω Δ − Σ ρ Δ‖² as it was to be expected, NaN where nobody knows, and as it came. */
  readonly expectedSampling: number;
  readonly samplingError: number;
  /** ‖ŷ − Σ ρ Δ‖². */
  readonly totalError: number;
  /** ‖Σ ω Δ‖² over the expected noise [dB]. */
  readonly snrDb: number;
  /** Of all senders. */
  readonly joules: number;
  readonly seconds: number;
  /** ŷ, the estimate of Σ ω Δ. */
  readonly model: ModelVersion;
}
