import { federation } from '../../actors/index.ts';
import { fixedRates, retransmission } from '../../channels/index.ts';
import { scfl } from '../../src/algorithms/index.ts';
import { geometric } from '../../src/devices/index.ts';
import { classesPerClient, gaussianBlobs, leastSquares, randomFeatures, sgd } from '../../src/learning/index.ts';
import { everyone } from '../../src/policies/index.ts';
import { type ScenarioOptions, scenario } from '../../src/scenario/scenario.ts';

export const [CLIENTS, FEATURES, ROWS] = [6, 12, 40];

/** A small regression on Gaussian classes, whose clients' clocks fall steeply: coded, under a deadline. */
export const codedStudy = (options: Partial<ScenarioOptions> = {}) =>
  scenario({
    name: 'coded',
    topology: federation({ clients: CLIENTS, edgeServers: 1 }),
    channel: fixedRates({ uplink: 1e5, clientToCloud: 1e5, erasure: retransmission({ probability: 0.1 }) }),
    devices: { clock: geometric({ macsPerSecond: 1e5, ratio: 0.3 }) },
    task: leastSquares({
      dataset: randomFeatures({
        of: gaussianBlobs({ classes: 10, features: 8, meanSpread: 1, trainPerClass: 30, testPerClass: 20 }),
        features: FEATURES,
        width: 3,
      }),
      split: classesPerClient({ classes: 2 }),
      batchSize: 10,
      optimizer: sgd({ learningRate: 1 }),
    }),
    algorithm: scfl({ codedRows: ROWS, codedBatch: ROWS }),
    schedule: everyone({ closeAfter: 1 }),
    until: { rounds: 20 },
    ...options,
  });
