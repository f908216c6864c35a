import { present } from '../../assert.ts';
import { largest, smallest } from '../../math/extremes.ts';
import { square } from '../../math/power.ts';
import type { Setting } from '../claim.ts';
import { type Curve, mean } from '../curve.ts';

export interface Form {
  readonly rounds: number;
  readonly mnistRounds: number;
}

/** As the dossier has it. */
export const FULL: Form = { rounds: 150, mnistRounds: 150 };
export const FAST: Form = { rounds: 60, mnistRounds: 30 };

export const SNRS = [0, 10, 20, 30] as const;
export type Snr = (typeof SNRS)[number];
/** As good as no noise. */
const NOISELESS_DB = 300;

/** `po-fl-exact` is PO-FL with α = 1, the weighting of the exact mean squared error; `po-fl` has the α of the study, 0.1. */
export type Policy =
  | 'po-fl'
  | 'po-fl-exact'
  | 'channel-aware'
  | 'importance-aware'
  | 'uniform-sampling'
  | 'best-channel'
  | 'largest-update'
  | 'everyone';

export const UNBIASED = ['po-fl', 'channel-aware', 'importance-aware', 'uniform-sampling'] as const;

interface ScheduledOptions {
  readonly cohort?: number;
  readonly onMnist?: boolean;
  /** Whether labels go by distance. */
  readonly isFar?: boolean;
}

/** A run on the reference task, or on MNIST. */
export function scheduled(
  form: Form,
  policy: Policy,
  snr: Snr | 'noiseless',
  { cohort = 10, onMnist = false, isFar = false }: ScheduledOptions = {},
): Setting {
  return {
    scenario: isFar ? 'far' : onMnist ? 'onMnist' : 'reference',
    set: {
      ...(policy === 'po-fl-exact' ? { schedule: 'po-fl', 'schedule.alpha': 1 } : { schedule: policy }),
      ...(policy === 'everyone' ? {} : { 'schedule.cohort': cohort }),
      'channel.overTheAir.snrDb': snr === 'noiseless' ? NOISELESS_DB : snr,
      'until.rounds': onMnist ? form.mnistRounds : form.rounds,
    },
  };
}

/** Under Rayleigh fading one deep fade rules a run's error: with fewer seeds, luck is as large as some effects. */
export const SEEDS = 10;

/** Learning rate: updates are gradients times this. */
const RATE = 0.3;

/** The middle of the values over the seeds: mean squared errors under Rayleigh fading have no expectation. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}

const errorsOf = ({ air }: Curve) => present(air, 'over-the-air sum');

/** ‖ŷ − g‖², averaged over time, in units of gradients; of each seed. */
export const squaredErrors = (curves: readonly Curve[]): number[] =>
  curves.map((curve) => errorsOf(curve).total / square(RATE));
export const squaredError = (curves: readonly Curve[]): number => median(squaredErrors(curves));
export const noiseError = (curves: readonly Curve[]): number =>
  median(curves.map((curve) => errorsOf(curve).noise / square(RATE)));
export const samplingError = (curves: readonly Curve[]): number =>
  median(curves.map((curve) => errorsOf(curve).sampling / square(RATE)));
export const firstExpectedNoise = (curves: readonly Curve[]): number =>
  median(curves.map((curve) => errorsOf(curve).firstExpectedNoise));

export const finalAccuracies = (curves: readonly Curve[]): number[] =>
  curves.map(({ points }) => present(points.at(-1), 'score').accuracy);
export const finalAccuracy = (curves: readonly Curve[]): number => mean(finalAccuracies(curves));

/** A place of a picture: the middle of the seeds, and what they span. */
export const spanned = (x: number, values: readonly number[], middle: (values: readonly number[]) => number) => ({
  ...{ x, y: middle(values), low: smallest(values), high: largest(values) },
});
