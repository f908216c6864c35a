/**
 * Covers: an incentive mechanism: a menu of leak budgets and rewards from which every client picks what suits its type.
 * Scenario: as `scfl`, but clients cover their codes with noise, the more the less they have sold of their privacy. Swap the
 * mechanism with --set algorithm.privacy=uniform-price, complete-information, reward-pool, equal-budget or equal-noise.
 */
import { scenario, scfl } from 'fadelab';
import { contract } from 'fadelab/policies';
import { scflMnist } from './scfl.ts';

export const scflContract = scenario({
  ...scflMnist.options,
  name: 'scfl-contract',
  algorithm: scfl({ codedRows: 1500, codedBatch: 256, privacy: contract({ types: [4, 2, 1], accuracyValue: 1e-3 }) }),
  until: { time: 600 },
});
