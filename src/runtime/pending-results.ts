import type { Pending } from './plan.ts';
import type { ResultId } from './results.ts';

const NO_RESULTS: readonly ResultId[] = [];

/** The steps that a pending event waits for. */
export function resultsOf(pending: Pending): readonly ResultId[] {
  if (pending.to === 'actor') return pending.result === undefined ? NO_RESULTS : [pending.result];
  return pending.to === 'evaluation' || pending.to === 'exchange' ? pending.results : NO_RESULTS;
}
