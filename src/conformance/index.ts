/** Suites that a policy of one's own goes through in one's own tests, with whatever runs them. */
export { type AccessThoroughness, conformsToAccess, conformsToAllocation } from './access.ts';
export type { Thoroughness } from './check.ts';
export { conformsToMixing } from './mixing.ts';
export { conformsToPowerControl } from './power-control.ts';
export { conformsToAggregation, conformsToAssociation, conformsToPacing, conformsToStaleness } from './rounds.ts';
export { conformsToScheduling } from './scheduling.ts';
