/**
 * Covers: an incentive mechanism: a menu of leak budgets and rewards from which every client picks what suits its type.
 * Scenario: as `scfl`, but clients cover their codes with noise, the more the less they have sold of their privacy. Swap the
 * mechanism with --set algorithm.privacy=uniform-price, complete-information, reward-pool, equal-budget or equal-noise.
 */
import { kbps, scenario, scfl } from 'fadelab';
import { federation } from 'fadelab/actors';
import { fixedRates, retransmission } from 'fadelab/channels';
import { geometric } from 'fadelab/devices';
import { leastSquares, mnist, randomFeatures, sgd, shards } from 'fadelab/learning';
import { contract, everyone } from 'fadelab/policies';

export const scflContract = scenario({
  name: 'scfl-contract',
  seed: 1,
  topology: federation({ clients: 30, edgeServers: 1 }),
  channel: fixedRates({ uplink: kbps(216), clientToCloud: kbps(216), erasure: retransmission({ probability: 0.1 }) }),
  devices: { clock: geometric({ macsPerSecond: 3.072e6, ratio: 0.8 }) },
  task: leastSquares({
    dataset: randomFeatures({ of: mnist(), features: 200, train: 4000, test: 2000 }),
    split: shards({ shardsPerClient: 1 }),
    batchSize: 64,
    optimizer: sgd({ learningRate: 3 }),
  }),
  algorithm: scfl({ codedRows: 1500, codedBatch: 256, privacy: contract({ types: [4, 2, 1], accuracyValue: 1e-3 }) }),
  schedule: everyone({ closeAfter: 4 }),
  until: { time: 600 },
  evaluate: { everyRounds: 10 },
  targets: [0.5, 0.6, 0.7],
});
