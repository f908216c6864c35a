/**
 * Covers: the task behind `fadelab claims scfl` (the small profile of the dossier of the papers): 4,000 samples of ten
 * classes as 200 random features, linear regression on one-hot labels, thirty clients with sorted shards.
 * Scenario: clocks fall geometrically, as in CodedFedL; uploads at 216 kbit/s are lost with probability 0.1 and sent again.
 * The claims replace algorithm, deadline and options of the code.
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
  channel: fixedRates({ uplink: kbps(216), clientToCloud: kbps(216), erasure: retransmission({ probability: 0.1 }) }),
  devices: { clock: geometric() },
  task: leastSquares({
    dataset: randomFeatures({
      of: gaussianBlobs({ classes: 10, features: 20, meanSpread: 0.7, trainPerClass: 400, testPerClass: 100 }),
      features: 200,
      width: 5,
    }),
    split: shards({ shardsPerClient: 1 }),
    batchSize: 64,
    optimizer: sgd({ learningRate: 3 }),
  }),
  algorithm: scfl({ codedRows: 1500, codedBatch: 256 }),
  schedule: everyone({ closeAfter: 4 }),
  until: { time: 3000 },
  evaluate: { everySeconds: 20 },
});

/** As smallProfile, without a deadline. */
export const waiting = scenario({ ...smallProfile.options, name: 'scfl-waiting', schedule: everyone() });
