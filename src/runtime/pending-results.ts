import type { Pending } from './plan.ts';
import type { ResultId } from './results.ts';

const NO_RESULTS: readonly ResultId[] = [];

/** The steps that a pending event waits for, where it isn't one of an actor: that waits for one at most. */
export const resultsOf = (pending: Pending): readonly ResultId[] =>
  pending.to === 'evaluation' || pending.to === 'exchange' ? pending.results : NO_RESULTS;
