/**
 * Covers: secret shares that clients exchange before the first round, gradients on shares, decoding from any nine clients.
 * Scenario: each of twenty clients holds one stretch of the sorted digits. Eleven of them are nearly always there, the others
 * hardly ever; a network of squares learns from everyone's digits all the same.
 */
import { dresFl, Mbps, scenario } from 'fadelab';
import { federation } from 'fadelab/actors';
import { fixedRates } from 'fadelab/channels';
import { homogeneous, reliableOrRare } from 'fadelab/devices';
import { classify, mlp, mnist, scaled, sgd, shards } from 'fadelab/learning';

export const dresFlMnist = scenario({
  name: 'dres-fl',
  seed: 1,
  topology: federation({ clients: 20, edgeServers: 1 }),
  channel: fixedRates({ uplink: Mbps(100), clientToCloud: Mbps(100) }),
  devices: {
    clock: homogeneous({ macsPerSecond: 10e9 }),
    availability: reliableOrRare({ place: 'before', reliable: 11 }),
  },
  task: classify({
    dataset: scaled({ of: mnist(), factor: 0.3 }),
    split: shards({ shardsPerClient: 1 }),
    model: mlp({ hidden: [64, 64], activation: 'square' }),
    loss: 'meanSquaredError',
    batchSize: 64,
    optimizer: sgd({ learningRate: 2 }),
  }),
  algorithm: dresFl(),
  until: { rounds: 1000 },
  evaluate: { everyRounds: 50 },
  targets: [0.7, 0.8, 0.85],
});
