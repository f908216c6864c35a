/**
 * Covers: the tasks behind `fadelab claims dres-fl`: twenty clients with one stretch each of samples sorted by label, a
 * network with two hidden layers, one step of descent a round.
 * Scenario: eleven clients, whoever they are, are nearly always there, the others hardly ever. The claims replace algorithm,
 * network, split and availability.
 */
import { dresFl, Mbps, scenario } from 'fadelab';
import { federation } from 'fadelab/actors';
import { fixedRates } from 'fadelab/channels';
import { homogeneous, reliableOrRare } from 'fadelab/devices';
import { classify, gaussianBlobs, mlp, mnist, scaled, sgd, shards } from 'fadelab/learning';

/** Ten Gaussian classes in twenty dimensions. */
export const gaussian = scenario({
  name: 'dres-fl-gaussian',
  topology: federation({ clients: 20, edgeServers: 1 }),
  channel: fixedRates({ uplink: Mbps(100), clientToCloud: Mbps(100) }),
  devices: {
    clock: homogeneous({ macsPerSecond: 10e9 }),
    availability: reliableOrRare({ place: 'before', reliable: 11 }),
  },
  task: classify({
    dataset: scaled({
      of: gaussianBlobs({ classes: 10, features: 20, meanSpread: 0.62, trainPerClass: 600, testPerClass: 200 }),
    }),
    split: shards({ shardsPerClient: 1 }),
    model: mlp({ hidden: [32, 32], activation: 'square' }),
    loss: 'meanSquaredError',
    batchSize: 64,
    optimizer: sgd({ learningRate: 2 }),
  }),
  algorithm: dresFl(),
  until: { rounds: 1000 },
  evaluate: { everyRounds: 25 },
});

/** The real digits. */
export const digits = scenario({
  ...gaussian.options,
  name: 'dres-fl-digits',
  task: classify({
    dataset: scaled({ of: mnist({ testLimit: 2000 }), factor: 0.3 }),
    split: shards({ shardsPerClient: 1 }),
    model: mlp({ hidden: [64, 64], activation: 'square' }),
    loss: 'meanSquaredError',
    batchSize: 64,
    optimizer: sgd({ learningRate: 2 }),
  }),
});
