import type { Source } from '../math/streams.ts';
import type { Vector } from '../math/sum.ts';
import type { Step } from '../step.ts';
import type { Hertz, Watts } from '../units.ts';

/** A client that takes part in an over-the-air sum. */
export interface AirSender {
  /** Channel gain |h|², linear, as the client believes it to be. */
  readonly gain: number;
  /** Most power that it may put into a symbol. */
  readonly power: Watts;
  /** Its weight ω > 0 in the sum that is wanted. */
  readonly weight: number;
}

/** How the clients of an over-the-air sum transmit, and how the receiver scales what it hears. */
export interface AirControl {
  /** Transmit amplitude of each client per symbol of unit power [√W], ≥ 0; 0 for a client that stays silent. */
  readonly amplitudes: readonly number[];
  /** η > 0: the receiver divides what it hears by √η. */
  readonly denoisingFactor: number;
  /**
   * E(ŷ − Σ ω s)² per symbol that this control comes to, for independent symbols s of unit power, perfect alignment and
   * channels that are as believed.
   */
  readonly meanSquaredError: number;
}

/** Decides how strongly clients transmit in an over-the-air sum. Pure. */
export interface PowerControl {
  /** @param noiseW σ², noise power per real symbol at the receiver */
  control(senders: readonly AirSender[], noiseW: Watts): AirControl;
}

/** What luck does to one sender in one over-the-air sum. */
export interface AirLuck {
  /** |ĥ|² / |h|²: the channel gain that it believes in, relative to the true one. */
  readonly believed: number;
  /** Phase at which its symbols arrive [rad]. */
  readonly phase: number;
  /** δ, how late it is, in symbols, 0 … 1. */
  readonly delay: number;
}

/** One aggregation over the air: how each sender arrives, and how loud the noise is. */
export interface AirBlock {
  readonly control: AirControl;
  /** ω, shape [senders]. */
  readonly weights: readonly number[];
  /** c, what a sender's symbol counts for in ŷ; its weight, where all is perfect. Shape [senders]. */
  readonly coefficients: readonly number[];
  /** δ, how late a sender is, in symbols, 0 … 1. Shape [senders]. */
  readonly delays: readonly number[];
  /** σ / √η, standard deviation of the noise in ŷ per symbol. */
  readonly noiseDeviation: number;
}

/** What one sender puts into an over-the-air sum: its model, of which the base is taken off. */
export interface AirSignal {
  readonly model: Vector;
  readonly weight: number;
  readonly coefficient: number;
  readonly delay: number;
  /** From which symbol on it arrives with another amplitude than at the beginning, and with which share of it. */
  readonly fades: readonly { readonly symbol: number; readonly factor: number }[];
}

/** All that a superposition needs. Structured-cloneable. */
export interface Superposition {
  /** What the noise is drawn by. */
  readonly seed: number;
  readonly noise: { readonly stream: string; readonly index: number };
  /** The model that all updates start from. */
  readonly base: Vector;
  /** In id order; at least one. */
  readonly senders: readonly AirSignal[];
  /** Σ ρ Δ is what the sum is meant to estimate. In id order; empty where nobody knows it. */
  readonly target: readonly { readonly model: Vector; readonly share: number }[];
  /** M and √V. */
  readonly mean: number;
  readonly deviation: number;
  /** What M counts for in the estimate: Σ ω, or 1. */
  readonly restored: number;
  /** σ / √η. */
  readonly noiseDeviation: number;
}

/** What comes of a superposition. */
export interface Superposed {
  /** ŷ, in 64 bits. */
  readonly parameters: Float64Array;
  readonly digest: string;
  /** ‖Σ ω Δ‖², ‖ŷ − Σ ω Δ‖², ‖Σ ω Δ − Σ ρ Δ‖², ‖ŷ − Σ ρ Δ‖²; the last two NaN without a target. */
  readonly squaredNorm: number;
  readonly noiseError: number;
  readonly samplingError: number;
  readonly totalError: number;
  /** ‖Σ ρ Δ‖². */
  readonly targetSquaredNorm: number;
}

/** Over-the-air computation in a cell: how analog signals that are sent at once add up at the server. */
export interface OverTheAir {
  /** Symbols per second: T = D / B. */
  readonly bandwidth: Hertz;
  /** P E[β] / σ² [dB], which then sets the noise of each cell; where undefined the channel's noise does. */
  readonly snrDb: number | undefined;
  /** @param draws of one sender in one round */
  luck(draws: Source): AirLuck;
  /** Pure. @param senders with their true gains, in id order @param noiseW σ² per real symbol */
  arrive(senders: readonly AirSender[], luck: readonly AirLuck[], noiseW: Watts): AirBlock;
  /** The step that adds the signals up; its output is `Superposed`. */
  superposition(input: Superposition): Step<Superposition>;
}
