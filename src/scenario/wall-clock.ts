import type { Seconds } from '../units.ts';

/** Wall time since some instant of the past: for summaries and progress, never for the world. */
export const wallClock = (): Seconds => performance.now() / 1e3;
