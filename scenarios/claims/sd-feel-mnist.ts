/**
 * Covers: the MNIST study behind `fadelab claims sd-feel-mnist`: the SD-FEEL papers' network of 21,840 parameters, trained
 * in full, two digits per client.
 * Scenario: fifty clients in ten random cells on a ring. `inSeconds` has equal clients; in `unequal` a local step of the
 * fastest takes a fifth of an upload, and the slowest takes ten times as long.
 */
import { asyncSdFeel, scenario, sdFeel } from 'fadelab';
import { federation, ring } from 'fadelab/actors';
import { hierLike } from 'fadelab/channels';
import { heterogeneous, homogeneous } from 'fadelab/devices';
import { classesPerClient, classify, cnnMnist, mnist, sgd } from 'fadelab/learning';
import { randomClusters } from 'fadelab/policies';

export const inSeconds = scenario({
  name: 'sd-feel-mnist-in-seconds',
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
  until: { rounds: 400 },
  evaluate: { everyRounds: 5 },
});

export const unequal = scenario({
  ...inSeconds.options,
  name: 'sd-feel-mnist-unequal',
  devices: { clock: heterogeneous({ gap: 10, macsPerSecond: 200e6 }) },
  algorithm: asyncSdFeel({ minimumSteps: 5, maximumSteps: 50 }),
  until: { time: 600 },
  evaluate: { everySeconds: 2 },
});
