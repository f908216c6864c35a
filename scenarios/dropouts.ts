/**
 * Covers: Markov on/off availability, dropout at any instant, a deadline, choosing the fastest clients, shared backhaul.
 * Scenario: forty clients under one cloud come and go. Each round invites the sixteen that promise to be fastest and
 * closes after two seconds, whoever is missing.
 */
import { fedAvg, MHz, scenario, seconds } from 'fadelab';
import { federation } from 'fadelab/actors';
import { logNormal, radio, rician, tdma, umiStreet } from 'fadelab/channels';
import { heterogeneous, markovOnOff, shiftedExponential } from 'fadelab/devices';
import { classify, dirichlet, gaussianBlobs, sgd, softmax } from 'fadelab/learning';
import { fastest } from 'fadelab/policies';

export const dropouts = scenario({
  name: 'dropouts',
  seed: 3,
  topology: federation({ clients: 40, edgeServers: 4 }),
  channel: radio({
    pathLoss: umiStreet(),
    shadowing: logNormal(),
    fading: rician({ kFactor: 3, coherence: 0.02 }),
    access: tdma({ bandwidth: MHz(5) }),
  }),
  devices: {
    clock: heterogeneous({ gap: 8 }),
    straggler: shiftedExponential({ scale: 0.5 }),
    availability: markovOnOff({ meanOnline: seconds(6), meanOffline: seconds(2) }),
  },
  task: classify({
    dataset: gaussianBlobs({ trainPerClass: 400, testPerClass: 100 }),
    split: dirichlet({ alpha: 0.5 }),
    model: softmax(),
    batchSize: 10,
    optimizer: sgd({ learningRate: 0.1 }),
    modelBits: 698_880,
    macsPerSample: 487_540,
  }),
  algorithm: fedAvg({ localSteps: 5 }),
  schedule: fastest({ cohort: 16, closeAfter: seconds(2) }),
  until: { rounds: 40 },
  targets: [0.3, 0.4, 0.5],
});
