import { present } from '../assert.ts';
import type { AirErrors } from '../lab/air-errors.ts';
import type { Seconds } from '../units.ts';

/** The test loss of one run over its rounds and over virtual time. */
export interface Curve {
  readonly rounds: number;
  /** Virtual time of the whole run [s]. */
  readonly seconds: Seconds;
  /** In order of time; the first is the initial model's, in round 0. */
  readonly points: readonly CurvePoint[];
  /** Where updates add up in the air. */
  readonly air?: AirErrors | undefined;
  /** Rounds in which a server rule could make something of the updates that came. */
  readonly integrated?: number;
}

export interface CurvePoint {
  readonly round: number;
  readonly at: Seconds;
  readonly loss: number;
  readonly accuracy: number;
}

export const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

/** A measure of single curves, as its mean over the seeds. */
export const across =
  (measure: (curve: Curve) => number) =>
  (curves: readonly Curve[]): number =>
    mean(curves.map(measure));

/**
 * Mean loss over the rounds up to a last one, which is per local step where rounds have equally many,
 *
 *   (1/R) ∫₀ᴿ L(r) dr,
 *
 * by the trapezoidal rule over the rounds that were scored, the initial model included.
 */
export const meanLossToRound = (last: number) =>
  across(({ points }) =>
    trapezoid(points.filter(({ round }) => round <= last).map(({ round, loss }) => [round, loss])),
  );

/** The same over the whole run. */
export const meanLossByRound = meanLossToRound(Number.POSITIVE_INFINITY);

/** Mean loss up to a virtual time [s]. A model stands until the next is scored, so losses hold in steps. */
export const meanLossUntil = (until: Seconds) =>
  across(({ points }) => {
    const inTime = points.filter(({ at }) => at <= until);
    const ends = [...inTime.slice(1).map(({ at }) => at), until];
    return inTime.reduce((sum, { at, loss }, index) => sum + loss * ((ends[index] as number) - at), 0) / until;
  });

export const finalLoss = across(({ points }) => present(points.at(-1), 'score').loss);

/** Loss of the model that stands at a virtual time [s]. */
export const lossAt = (time: Seconds) =>
  across(({ points }) => present(points.findLast(({ at }) => at <= time) ?? points[0], 'score').loss);

/** Virtual time at which the loss first is as low as a target, on straight lines between scores; Infinity if it never is. */
export const secondsTo = (target: number) => across((curve) => secondsToLoss(curve, target));

export function secondsToLoss({ points }: Curve, target: number): Seconds {
  const index = points.findIndex(({ loss }) => loss <= target);
  if (index < 0) return Number.POSITIVE_INFINITY;
  const after = points[index] as CurvePoint;
  const before = points[index - 1];
  if (before === undefined) return after.at;
  const share = (before.loss - target) / (before.loss - after.loss);
  return before.at + share * (after.at - before.at);
}

/** Virtual time of the first score that is as accurate as a target; Infinity if none is. */
export const secondsToAccuracy = (target: number) =>
  across(({ points }) => points.find(({ accuracy }) => accuracy >= target)?.at ?? Number.POSITIVE_INFINITY);

/** Virtual seconds of one local step, uploads and exchanges included. */
export const secondsPerStep = (localSteps: number) => across(({ rounds, seconds }) => seconds / (rounds * localSteps));

function trapezoid(points: readonly (readonly [x: number, y: number])[]): number {
  const [from, to] = [present(points[0], 'score'), present(points.at(-1), 'score')];
  const area = points.slice(1).reduce((sum, [x, y], index) => {
    const [before, height] = points[index] as readonly [number, number];
    return sum + (x - before) * 0.5 * (height + y);
  }, 0);
  return to[0] === from[0] ? from[1] : area / (to[0] - from[0]);
}

/** Whether each value exceeds the one before it by more than `−slack`. */
export const isAscending = (values: readonly number[], slack = 0): boolean =>
  values.every((value, index) => index === 0 || value > (values[index - 1] as number) - slack);
