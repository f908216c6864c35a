/**
 * Covers: PO-FL: over-the-air aggregation with probabilistic scheduling, by channel and gradient importance.
 * Scenario: thirty phones with two digits each around one base station; ten are drawn in each round and send at once, at a
 * mean SNR of 10 dB per symbol. `--set schedule=uniform-sampling` and the like are the baselines.
 */
import { MHz, poFl, scenario } from 'fadelab';
import { federation } from 'fadelab/actors';
import { logDistance, radio, rayleigh } from 'fadelab/channels';
import { classesPerClient, classify, mnist, sgd, softmax } from 'fadelab/learning';
import { poFlScheduling } from 'fadelab/policies';

export const poFlMnist = scenario({
  name: 'po-fl',
  topology: federation({ clients: 30, edgeServers: 1 }),
  channel: radio({
    pathLoss: logDistance({ exponent: 3 }),
    fading: rayleigh({ coherence: 0.005 }),
    clientPower: 20,
    cellRadius: 100,
    overTheAir: { bandwidth: MHz(1), snrDb: 10 },
  }),
  task: classify({
    dataset: mnist(),
    split: classesPerClient({ classes: 2 }),
    model: softmax(),
    batchSize: 32,
    optimizer: sgd({ learningRate: 0.3 }),
  }),
  algorithm: poFl(),
  schedule: poFlScheduling({ cohort: 10, alpha: 0.1 }),
  until: { rounds: 150 },
  evaluate: { everyRounds: 10 },
});
