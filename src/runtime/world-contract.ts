import type { Recorder } from '../kernel/recorder.ts';
import type { Instant } from '../units.ts';
import type { WorldPlan } from './plan.ts';
import type { PolicyFailure } from './policy-guard.ts';
import type { ScriptFunction } from './script.ts';
import type { StepPool } from './steps.ts';
import type { Transcript } from './transcript.ts';

/** What a world shows while it runs, and the one thing that others may tell it: to stop. */
export interface Dashboard {
  show(now: Instant, events: number, round: number, accuracy: number): void;
  readonly stop: boolean;
}

/** Stops of a run on its way: at each, all facts so far are on the record. */
export interface Stops {
  isDue(now: Instant, round: number): boolean;
  visit(): void;
}

export interface WorldOptions {
  readonly plan: WorldPlan;
  readonly pool: StepPool;
  readonly recorder: Recorder;
  readonly policyFailure: PolicyFailure;
  readonly script?: ScriptFunction | undefined;
  readonly dashboard?: Dashboard | undefined;
  /** The record of this run, where it is made again. */
  readonly transcript?: Transcript | undefined;
  /** The run pauses for good before the first event after this instant. */
  readonly pauseAt?: Instant | undefined;
  /** Stops between two instants, when everything that takes no time is over. */
  readonly stops?: Stops | undefined;
}
