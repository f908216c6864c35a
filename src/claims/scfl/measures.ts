import type { Setting } from '../claim.ts';
import { across, mean, secondsTo } from '../curve.ts';

/** A run of the study with options replaced. */
export type On = (set: Setting['set'], scenario?: string) => Setting;

/** Mean over the last scores, which mini-batches make noisy. */
const LAST = 5;
export const finalAccuracy = across(({ points }) => mean(points.slice(-LAST).map(({ accuracy }) => accuracy)));
export const finalLoss = across(({ points }) => mean(points.slice(-LAST).map(({ loss }) => loss)));

/** Loss that both a coded and a patient run come below: F of 0 is 0.5. */
export const TARGET = 0.38;
export const toTarget = secondsTo(TARGET);
