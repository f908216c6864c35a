/**
 * Covers: the task behind `fadelab claims scfl` (the small profile of the dossier of the papers): 4,000 samples of ten
 * classes as 200 random features, linear regression on one-hot labels, thirty clients with sorted shards.
 * Scenario: clocks fall geometrically, as in CodedFedL; rates fall by 5 % from client to client in a random order, from 216 kbit/s
 * on; uploads are a tenth longer than their numbers, lost with probability 0.1, and sent again.
 * The spread of the classes is such that FedAvg that waits for all comes to an accuracy of 0.70 in 54 rounds, which take it
 * 2,950 s, as in the dossier's own run. The claims replace algorithm, deadline and options of the code.
 */
import { kbps, scenario, scfl } from 'fadelab';
import { federation } from 'fadelab/actors';
import { fixedRates, retransmission } from 'fadelab/channels';
import { geometric } from 'fadelab/devices';
import { gaussianBlobs, leastSquares, randomFeatures, sgd, shards } from 'fadelab/learning';
import { everyone } from 'fadelab/policies';

export const smallProfile = scenario({
  name: 'scfl-small-profile',
  topology: federation({ clients: 30, edgeServers: 1 }),
  channel: fixedRates({
    ...{ uplink: kbps(216), clientToCloud: kbps(216), ratio: 0.95 },
    erasure: retransmission({ probability: 0.1 }),
  }),
  devices: { clock: geometric() },
  task: leastSquares({
    dataset: randomFeatures({
      of: gaussianBlobs({ classes: 10, features: 20, meanSpread: 0.53, trainPerClass: 400, testPerClass: 100 }),
      features: 200,
      width: 5,
    }),
    split: shards({ shardsPerClient: 1 }),
    batchSize: 64,
    optimizer: sgd({ learningRate: 3 }),
    modelBits: 70_400,
  }),
  algorithm: scfl({ codedRows: 1500, codedBatch: 256 }),
  schedule: everyone({ closeAfter: 4 }),
  until: { time: 3350 },
  evaluate: { everyRounds: 10 },
});

/** As smallProfile, without a deadline. */
export const waiting = scenario({ ...smallProfile.options, name: 'scfl-waiting', schedule: everyone() });
