/**
 * Covers: the MNIST study of the SD-FEEL papers with their network of 21,840 parameters, trained in full.
 * Scenario: fifty clients with two digits each in ten random cells on a ring, links of the papers' rates. Swap the
 * algorithm (hier-favg, fed-avg, feel) or the graph with --set; accuracy 0.9 ends the run.
 */
import { scenario, sdFeel } from 'fadelab';
import { federation, ring } from 'fadelab/actors';
import { hierLike } from 'fadelab/channels';
import { homogeneous } from 'fadelab/devices';
import { classesPerClient, classify, cnnMnist, mnist, sgd } from 'fadelab/learning';
import { randomClusters } from 'fadelab/policies';

export const sdFeelMnistCnn = scenario({
  name: 'sd-feel-mnist-cnn',
  topology: federation({ clients: 50, edgeServers: 10, graph: ring(), association: randomClusters() }),
  ...hierLike(),
  devices: { clock: homogeneous({ macsPerSecond: 10e9 }) },
  task: classify({
    dataset: mnist(),
    split: classesPerClient({ classes: 2 }),
    model: cnnMnist(),
    batchSize: 10,
    optimizer: sgd({ learningRate: 0.05 }),
    macsPerSample: 487_540,
  }),
  algorithm: sdFeel({ localSteps: 5, edgeRounds: 5, exchanges: 1 }),
  until: { rounds: 600, accuracy: 0.9 },
  evaluate: { everyRounds: 5 },
  targets: [0.5, 0.7, 0.8, 0.9],
});
