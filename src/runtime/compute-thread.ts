import type { Step } from '../step.ts';
import { runStep } from './steps.ts';

/** How one step of a group ended. */
export type Outcome = { readonly output: unknown } | { readonly failure: string };

/** What a compute thread does: runs the steps of a group in order. A step that throws doesn't hurt the others. */
export async function runGroup(steps: readonly Step[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const step of steps) {
    try {
      outcomes.push({ output: await runStep(step) });
    } catch (error) {
      outcomes.push({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
  return outcomes;
}
