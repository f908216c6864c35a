import type { Setting } from '../claim.ts';
import { across, type Curve, mean, secondsTo, secondsToAccuracy } from '../curve.ts';

/** A run of the study with options replaced. */
export type On = (set: Setting['set'], scenario?: string) => Setting;

/** Mean over the last scores, which mini-batches make noisy. */
const LAST = 5;
export const finalAccuracy = across(({ points }) => mean(points.slice(-LAST).map(({ accuracy }) => accuracy)));
export const finalLoss = across(({ points }) => mean(points.slice(-LAST).map(({ loss }) => loss)));

/** Accuracy of the dossier's times, and the first score that has it: every tenth round is scored. */
export const TARGET = 0.6;
export const toTarget = secondsToAccuracy(TARGET);

/** A loss that takes longer than the first score. */
export const LOW_LOSS = 0.32;
export const toLowLoss = secondsTo(LOW_LOSS);

/** Virtual time at which round 1 opens, where all rounds last alike: codes have come up by then. */
export const opening = across(({ points }: Curve) => 2 * (points[1]?.at ?? Number.NaN) - (points[2]?.at ?? Number.NaN));
