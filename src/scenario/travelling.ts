import { present } from '../assert.ts';
import { type Divergence, DivergenceError, type Problem, ScenarioError, SimulationError } from '../errors.ts';

/** How work on another thread ended: errors that are the user's travel as problems, since classes don't cross threads. */
export type Ended<Value> =
  | { readonly value: Value }
  | { readonly kind: 'divergence'; readonly divergence: Divergence }
  | { readonly kind: 'scenario' | 'simulation'; readonly problems: readonly Problem[] };

/** The far side: does the work, and packs what went wrong. Our own mistakes are thrown as they are. */
export async function ended<Value>(work: () => Promise<Value>): Promise<Ended<Value>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof ScenarioError) return { kind: 'scenario', problems: error.problems };
    if (error instanceof DivergenceError) return { kind: 'divergence', divergence: error.divergence };
    if (error instanceof SimulationError) return { kind: 'simulation', problems: [error.problem] };
    throw error;
  }
}

/** The near side: the value, or the error as it was thrown. */
export function unwrapped<Value>(end: Ended<Value>): Value {
  if ('value' in end) return end.value;
  if (end.kind === 'divergence') throw new DivergenceError(end.divergence);
  if (end.kind === 'scenario') throw new ScenarioError(end.problems);
  throw new SimulationError(present(end.problems[0], 'problem'));
}
