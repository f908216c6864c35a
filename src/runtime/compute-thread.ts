import type { Seconds } from '../units.ts';
import { type Parcel, unpacking } from './parcel.ts';
import { begin, type Progress } from './progress.ts';
import { runStep } from './steps.ts';
import { stopwatch } from './stopwatch.ts';

/** Steps that travel to a thread together. */
export interface StepGroup extends Parcel {
  /** Which of them have been begun, or taken back. */
  readonly progress: Progress;
}

/** How one step of a group ended; undefined where it was taken back. */
export type Outcome =
  | { readonly output: unknown }
  | { readonly failure: string; readonly isOutOfMemory: boolean }
  | undefined;

/** How the steps of a group ended, in order, and how long they took together. */
export interface GroupEnd {
  readonly outcomes: readonly Outcome[];
  readonly seconds: Seconds;
}

let before: Promise<unknown> = Promise.resolve();

const unpack = unpacking();

/**
 * What a compute thread does: runs the steps of a group in order, one group after the other, so that of all that wait here
 * only one step is ever begun and not done. A step that throws doesn't hurt the others. Without what the steps have in
 * common none is begun, and nothing comes back: they are to be sent again with all of it.
 */
export function runGroup(group: StepGroup): Promise<GroupEnd | undefined> {
  const outcomes = before.then(() => runSteps(group));
  before = outcomes;
  return outcomes;
}

async function runSteps({ progress, ...parcel }: StepGroup): Promise<GroupEnd | undefined> {
  const steps = unpack(parcel);
  if (steps === undefined) return undefined;
  const elapsed = stopwatch();
  const outcomes: Outcome[] = [];
  for (const [index, step] of steps.entries()) {
    if (!begin(progress, index)) {
      outcomes.push(undefined);
      continue;
    }
    try {
      outcomes.push({ output: await runStep(step) });
    } catch (error) {
      const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
      outcomes.push({ failure, isOutOfMemory: isOutOfMemory(error) });
    }
  }
  return { outcomes, seconds: elapsed() };
}

/** What V8 throws where there is no memory for an array or for WebAssembly; without room for objects, the thread dies. */
const isOutOfMemory = (error: unknown): boolean =>
  error instanceof RangeError && /allocation failed|memory/i.test(error.message);
