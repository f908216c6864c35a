/**
 * Covers: coded federated learning under a deadline, a set-up before the first round, erased uploads that are sent again.
 * Scenario: thirty clients with sorted digits fit a linear model on random features of MNIST. Their clocks fall
 * geometrically, so that twelve of them never meet the deadline of four seconds; the server's coded gradient stands in.
 */
import { kbps, scenario, scfl } from 'fadelab';
import { federation } from 'fadelab/actors';
import { fixedRates, retransmission } from 'fadelab/channels';
import { geometric } from 'fadelab/devices';
import { leastSquares, mnist, randomFeatures, sgd, shards } from 'fadelab/learning';
import { everyone } from 'fadelab/policies';

export const scflMnist = scenario({
  name: 'scfl',
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
  algorithm: scfl({ codedRows: 1500, codedBatch: 256 }),
  schedule: everyone({ closeAfter: 4 }),
  until: { time: 1200 },
  evaluate: { everyRounds: 10 },
  targets: [0.5, 0.6, 0.7],
});
