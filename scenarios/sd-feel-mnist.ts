/**
 * Covers: SD-FEEL under the latency model of its papers; also FedAvg, FEEL and HierFAVG with --set algorithm=….
 * Scenario: fifty clients with two digits each in ten cells. Links have the papers' fixed rates, and clients are charged
 * for the papers' network of 21,840 parameters while they train softmax regression.
 */
import { scenario, sdFeel } from 'fadelab';
import { federation, ring } from 'fadelab/actors';
import { hierLike } from 'fadelab/channels';
import { homogeneous } from 'fadelab/devices';
import { classesPerClient, classify, mnist, sgd, softmax } from 'fadelab/learning';

export const sdFeelMnist = scenario({
  name: 'sd-feel-mnist',
  seed: 1,
  topology: federation({ clients: 50, edgeServers: 10, graph: ring() }),
  ...hierLike(),
  devices: { clock: homogeneous({ macsPerSecond: 10e9 }) },
  task: classify({
    dataset: mnist(),
    split: classesPerClient({ classes: 2 }),
    model: softmax(),
    batchSize: 10,
    optimizer: sgd({ learningRate: 0.05 }),
    modelBits: 698_880,
    macsPerSample: 487_540,
  }),
  algorithm: sdFeel({ localSteps: 5, edgeRounds: 5, exchanges: 1 }),
  until: { rounds: 60 },
  evaluate: { everyRounds: 5 },
  targets: [0.7, 0.8, 0.85],
});
