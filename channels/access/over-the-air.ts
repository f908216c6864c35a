import { normal } from '../../src/math/distributions.ts';
import type { Source, Stream } from '../../src/math/streams.ts';
import type { AirControl, AirSender, PowerControl } from '../../src/network/contract.ts';
import type { Hertz, Seconds, Watts } from '../../src/units.ts';

/** What stands between an over-the-air sum and perfect alignment. All 0 is perfect. */
export interface Misalignment {
  /** Standard deviation of each sender's phase error [rad]. */
  readonly phaseDeviation: number;
  /** Each sender is late by a uniform share of a symbol up to this, 0 … 1. */
  readonly timingSpread: number;
  /** ε, power of the error in a sender's knowledge of its channel, as a share of the channel's gain. */
  readonly estimationError: number;
}

export const perfectAlignment: Misalignment = { phaseDeviation: 0, timingSpread: 0, estimationError: 0 };

/** One aggregation over the air, drawn: how each sender arrives, and how loud the noise is. */
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

/** What all senders agree on, so that symbols have about zero mean and unit power. */
export interface Normalisation {
  readonly mean: number;
  readonly deviation: number;
}

export interface AirSetting {
  readonly powerControl: PowerControl;
  /** σ² per real symbol at the receiver. */
  readonly noiseW: Watts;
  readonly misalignment: Misalignment;
}

/**
 * Draws one aggregation. Senders know ĥ_k = h_k (1 + √ε w_k), w ~ CN(0, 1); the power control goes by |ĥ_k|², and the
 * sender turns its symbol back by the angle of ĥ_k. The receiver takes the real part:
 *
 *   c_k = √g_k b_k cos(φ_k − arg(1 + √ε w_k)) / √η,   φ_k ~ N(0, phaseDeviation²),   δ_k ~ U[0, timingSpread)
 *
 * @param senders with their true gains, in id order; sender k takes the k-th draws of `stream.at(index)`
 */
export function drawAir(stream: Stream, index: number, senders: readonly AirSender[], setting: AirSetting): AirBlock {
  const { powerControl, noiseW, misalignment } = setting;
  const source = stream.at(index);
  const drawn = senders.map(() => drawSender(source, misalignment));
  const believed = senders.map((sender, k) => ({ ...sender, gain: sender.gain * drawn[k]!.gainFactor }));
  const control = powerControl.control(believed, noiseW);
  const scale = 1 / Math.sqrt(control.denoisingFactor);
  return {
    control,
    weights: senders.map(({ weight }) => weight),
    coefficients: senders.map(
      ({ gain }, k) => Math.sqrt(gain) * control.amplitudes[k]! * Math.cos(drawn[k]!.phase) * scale,
    ),
    delays: drawn.map(({ delay }) => delay),
    noiseDeviation: Math.sqrt(noiseW) * scale,
  };
}

function drawSender(source: Source, { phaseDeviation, timingSpread, estimationError }: Misalignment) {
  const deviation = Math.sqrt(estimationError / 2);
  const [re, im] = [1 + normal(source, 0, deviation), normal(source, 0, deviation)];
  return {
    gainFactor: re * re + im * im,
    phase: normal(source, 0, phaseDeviation) - Math.atan2(im, re),
    delay: timingSpread * source(),
  };
}

/**
 * Error of a drawn aggregation, for independent symbols of unit power.
 *
 *   E(ŷ − Σ ω s)² = Σ_k (c_k (1 − δ_k) − ω_k)² + (c_k δ_k)² + σ² / η
 *
 * Source: the bias and noise of Cao et al. 2020; a late sender's leak into the next symbol is derived here.
 */
export function airError({ weights, coefficients, delays, noiseDeviation }: AirBlock): number {
  return weights.reduce((sum, weight, k) => {
    const [c, delay] = [coefficients[k]!, delays[k]!];
    return sum + (c * (1 - delay) - weight) ** 2 + (c * delay) ** 2;
  }, noiseDeviation ** 2);
}

/**
 * The scale that all senders share: weighted means of their entries' means and variances.
 *
 *   M = Σ ρ_k M_k,   V = Σ ρ_k V_k,   ρ = ω / Σ ω
 *
 * Source: global statistics of Sun et al., PO-FL, IEEE Trans. Wireless Commun. 23 (7), 2024 (recalled).
 */
export function normalisation(updates: readonly Float32Array[], weights: readonly number[]): Normalisation {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let [mean, variance] = [0, 0];
  updates.forEach((update, k) => {
    const { mean: own, variance: spread } = moments(update);
    mean += (weights[k]! / total) * own;
    variance += (weights[k]! / total) * spread;
  });
  return { mean, deviation: Math.sqrt(variance) };
}

function moments(update: Float32Array): { readonly mean: number; readonly variance: number } {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < update.length; i += 1) sum += update[i]!;
  const mean = sum / update.length;
  for (let i = 0; i < update.length; i += 1) squares += (update[i]! - mean) ** 2;
  return { mean, variance: squares / update.length };
}

/**
 * What the server makes of the updates that it hears at once, on a drawn block: an estimate of Σ ω_k g_k.
 *
 *   s_k = (g_k − M) / √V,   ŷ[i] = Σ_k c_k ((1 − δ_k) s_k[i] + δ_k s_k[i − 1]) + σ / √η n[i],   n ~ N(0, 1)
 *   Σ ω g ≈ √V ŷ + M Σ ω
 *
 * A sender late by δ, through a filter matched to rectangular symbols, leaks that share into the next symbol.
 *
 * @param updates g, at least one, all of one length, [senders][elements], in the order of the block
 * @param noise uniform numbers for the receiver's noise, a stream of its own
 * @param scale M and √V; where √V is 0, all updates are M throughout and arrive without noise
 * @returns [elements]
 *
 * Limits: one real number per symbol, the channel stays for the whole transmission, no quantisation and no clipping of
 * peaks.
 */
export function superpose(
  updates: readonly Float32Array[],
  { weights, coefficients, delays, noiseDeviation }: AirBlock,
  noise: Source,
  { mean, deviation }: Normalisation = normalisation(updates, weights),
): Float32Array {
  const length = updates[0]?.length ?? 0;
  const total = new Float64Array(length).fill(mean * weights.reduce((sum, weight) => sum + weight, 0));
  if (deviation > 0) {
    updates.forEach((update, k) => addSender(total, update, mean, coefficients[k]!, delays[k]!));
    if (noiseDeviation > 0) addNoise(total, deviation * noiseDeviation, noise);
  }
  return Float32Array.from(total);
}

/** Adds what one sender contributes. √V cancels: it scales the symbols down and the estimate up. */
function addSender(total: Float64Array, update: Float32Array, mean: number, coefficient: number, delay: number): void {
  const [now, late] = [coefficient * (1 - delay), coefficient * delay];
  let before = 0;
  for (let i = 0; i < update.length; i += 1) {
    const symbol = update[i]! - mean;
    total[i]! += now * symbol + late * before;
    before = symbol;
  }
}

function addNoise(total: Float64Array, deviation: number, noise: Source): void {
  for (let i = 0; i < total.length; i += 1) total[i]! += normal(noise, 0, deviation);
}

/** Time on the air of an update, however many clients send it at once: one real number per symbol, T = D / B. */
export const airSeconds = (elements: number, bandwidth: Hertz): Seconds => elements / bandwidth;
