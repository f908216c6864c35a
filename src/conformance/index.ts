/** Suites that a policy of one's own goes through in one's own tests, with whatever runs them. */
export type { Thoroughness } from './check.ts';
export { conformsToAllocation, conformsToPowerControl } from './radio.ts';
export { conformsToAggregation, conformsToAssociation, conformsToPacing, conformsToStaleness } from './rounds.ts';
export { conformsToScheduling } from './scheduling.ts';
