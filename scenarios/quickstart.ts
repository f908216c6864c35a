/**
 * Covers: SD-FEEL, label-skewed data, an emulated radio, a ring of edge servers.
 * Scenario: fifty phones with two digits each train softmax regression on MNIST. Ten edge servers average the five
 * phones in their cells and mix with their two neighbours; no cloud is involved.
 */
import { MHz, scenario, sdFeel } from 'fadelab';
import { federation, ring } from 'fadelab/actors';
import { logDistance, ofdma, radio, rayleigh } from 'fadelab/channels';
import { heterogeneous, shiftedExponential } from 'fadelab/devices';
import { classesPerClient, classify, mnist, sgd, softmax } from 'fadelab/learning';

export const quickstart = scenario({
  name: 'quickstart',
  seed: 1,
  topology: federation({ clients: 50, edgeServers: 10, graph: ring() }),
  channel: radio({
    pathLoss: logDistance({ exponent: 3.2 }),
    fading: rayleigh({ coherence: 0.05 }),
    access: ofdma({ bandwidth: MHz(10) }),
  }),
  devices: { clock: heterogeneous({ gap: 4 }), straggler: shiftedExponential({ scale: 0.2 }) },
  task: classify({
    dataset: mnist(),
    split: classesPerClient({ classes: 2 }),
    model: softmax(),
    batchSize: 20,
    optimizer: sgd({ learningRate: 0.1 }),
  }),
  algorithm: sdFeel({ localSteps: 5, edgeRounds: 1, exchanges: 2 }),
  until: { rounds: 200 },
  evaluate: { everyRounds: 10 },
});
