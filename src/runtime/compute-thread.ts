import type { Step } from '../step.ts';
import { runStep } from './steps.ts';
import type { Progress } from './watchdog.ts';

/** Steps that travel to a thread together. */
export interface StepGroup {
  readonly steps: readonly Step[];
  /** How many of them have been begun. */
  readonly progress: Progress;
}

/** How one step of a group ended. */
export type Outcome = { readonly output: unknown } | { readonly failure: string; readonly isOutOfMemory: boolean };

let before: Promise<unknown> = Promise.resolve();

/**
 * What a compute thread does: runs the steps of a group in order, one group after the other, so that of all that wait here
 * only one step is ever begun and not done. A step that throws doesn't hurt the others.
 */
export function runGroup(group: StepGroup): Promise<Outcome[]> {
  const outcomes = before.then(() => runSteps(group));
  before = outcomes;
  return outcomes;
}

async function runSteps({ steps, progress }: StepGroup): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const step of steps) {
    Atomics.add(progress, 0, 1);
    try {
      outcomes.push({ output: await runStep(step) });
    } catch (error) {
      const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
      outcomes.push({ failure, isOutOfMemory: isOutOfMemory(error) });
    }
  }
  return outcomes;
}

/** What V8 throws where there is no memory for an array or for WebAssembly; without room for objects, the thread dies. */
const isOutOfMemory = (error: unknown): boolean =>
  error instanceof RangeError && /allocation failed|memory/i.test(error.message);
