import { PolicyError } from '../../src/errors.ts';
import { normal } from '../../src/math/distributions.ts';
import { square } from '../../src/math/power.ts';
import type { Source, Stream } from '../../src/math/streams.ts';
import type { AirBlock, AirControl, AirLuck, AirSender, PowerControl } from '../../src/network/contract.ts';
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

export interface AirSetting {
  readonly powerControl: PowerControl;
  /** σ² per real symbol at the receiver. */
  readonly noiseW: Watts;
  readonly misalignment: Misalignment;
}

/**
 * Draws what luck does to one sender. It knows ĥ = h (1 + √ε w), w ~ CN(0, 1), and turns its symbol back by the angle of ĥ:
 *
 *   believed = |1 + √ε w|²,   phase = φ − arg(1 + √ε w),   φ ~ N(0, phaseDeviation²),   δ ~ U[0, timingSpread)
 */
export function drawLuck(source: Source, { phaseDeviation, timingSpread, estimationError }: Misalignment): AirLuck {
  const deviation = Math.sqrt(estimationError / 2);
  const [re, im] = [1 + normal(source, 0, deviation), normal(source, 0, deviation)];
  return {
    believed: re * re + im * im,
    phase: normal(source, 0, phaseDeviation) - Math.atan2(im, re),
    delay: timingSpread * source(),
  };
}

/**
 * How senders arrive. The power control goes by the gains |ĥ_k|² that senders believe in; the receiver takes the real part:
 *
 *   c_k = √g_k b_k cos(phase_k) / √η
 *
 * @param senders with their true gains, in id order
 */
export function arrive(
  senders: readonly AirSender[],
  luck: readonly AirLuck[],
  { powerControl, noiseW }: Pick<AirSetting, 'powerControl' | 'noiseW'>,
): AirBlock {
  const believed = senders.map((sender, k) => ({ ...sender, gain: sender.gain * luck[k]!.believed }));
  const control = controlled(powerControl, believed, noiseW);
  const scale = 1 / Math.sqrt(control.denoisingFactor);
  return {
    control,
    weights: senders.map(({ weight }) => weight),
    coefficients: senders.map(
      ({ gain }, k) => Math.sqrt(gain) * control.amplitudes[k]! * Math.cos(luck[k]!.phase) * scale,
    ),
    delays: luck.map(({ delay }) => delay),
    noiseDeviation: Math.sqrt(noiseW) * scale,
  };
}

/** Rounding of an amplitude that takes all of a power. */
const TOLERANCE = 1e-6;

/** What a power control says, checked. */
function controlled(powerControl: PowerControl, senders: readonly AirSender[], noiseW: Watts): AirControl {
  let control: AirControl;
  try {
    control = powerControl.control(senders, noiseW);
  } catch (cause) {
    throw invalid(`it threw: ${cause instanceof Error ? cause.message : String(cause)}`, powerControl, cause);
  }
  const { amplitudes, denoisingFactor } = control ?? {};
  if (!Array.isArray(amplitudes) || amplitudes.length !== senders.length) {
    throw invalid(`${senders.length} amplitudes expected, got ${amplitudes?.length ?? control}`, powerControl);
  }
  const wrong = amplitudes.findIndex((each, k) => !(each >= 0 && square(each) <= senders[k]!.power * (1 + TOLERANCE)));
  if (wrong >= 0) {
    const most = Math.sqrt(senders[wrong]!.power);
    throw invalid(`amplitude ${wrong} is ${amplitudes[wrong]}, of at most ${most} (√power)`, powerControl);
  }
  if (denoisingFactor > 0 && Number.isFinite(denoisingFactor)) return control;
  throw invalid(`the denoising factor is ${denoisingFactor}; it is positive and finite`, powerControl);
}

const invalid = (what: string, { control }: PowerControl, cause?: unknown) =>
  new PolicyError(
    {
      what: `invalid power control: ${what}`,
      remedy:
        'return { amplitudes, denoisingFactor, meanSquaredError }: one amplitude for each sender, within its power',
    },
    control,
    { cause },
  );

/** Draws one aggregation. @param senders in id order; sender k takes the k-th draws of `stream.at(index)` */
export function drawAir(stream: Stream, index: number, senders: readonly AirSender[], setting: AirSetting): AirBlock {
  const source = stream.at(index);
  const luck = senders.map(() => drawLuck(source, setting.misalignment));
  return arrive(senders, luck, setting);
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
    return sum + square(c * (1 - delay) - weight) + square(c * delay);
  }, square(noiseDeviation));
}

/** Time on the air of an update, however many clients send it at once: one real number per symbol, T = D / B. */
export const airSeconds = (elements: number, bandwidth: Hertz): Seconds => elements / bandwidth;
