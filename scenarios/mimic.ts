/**
 * Covers: MimiC and the availability of its paper; also FedAvg, MIFA and FedVARP with --set algorithm=….
 * Scenario: thirty clients with two digits each under one cloud. Clients with some digits drop out of most rounds, before
 * they compute, while they do or while they transmit; the learning rate falls from round to round.
 */
import { mimic, scenario } from 'fadelab';
import { federation } from 'fadelab/actors';
import { hierLike } from 'fadelab/channels';
import { homogeneous, staticLevels } from 'fadelab/devices';
import { classesPerClient, classify, mnist, sgd, softmax } from 'fadelab/learning';

export const mimicMnist = scenario({
  name: 'mimic',
  seed: 1,
  topology: federation({ clients: 30, edgeServers: 1 }),
  ...hierLike(),
  devices: {
    clock: homogeneous({ macsPerSecond: 10e9 }),
    availability: staticLevels({ least: 0.2, place: 'anywhere' }),
  },
  task: classify({
    dataset: mnist(),
    split: classesPerClient({ classes: 2 }),
    model: softmax(),
    batchSize: 64,
    optimizer: sgd({ learningRate: 0.1, decay: 0.98, floor: 1e-5 }),
    modelBits: 1_421_632,
    macsPerSample: 281_640,
  }),
  algorithm: mimic({ localSteps: 5 }),
  until: { rounds: 100 },
  evaluate: { everyRounds: 5 },
  targets: [0.7, 0.8, 0.85],
});
