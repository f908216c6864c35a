/**
 * Covers: movement, handover between edge servers in mid-transfer, interference between cells, a failing backhaul.
 * Scenario: sixteen robots cross a site with four cells. They take their uploads along when they are handed over, cells on
 * one frequency disturb each other, and now and then a link between two edge servers fails.
 */
import { Mbps, MHz, scenario, sdFeel, seconds } from 'fadelab';
import { exponentialFailures, federation, ring } from 'fadelab/actors';
import { coChannel, hexagonal, logDistance, ofdma, radio, randomWaypoint, rayleigh } from 'fadelab/channels';
import { classify, dirichlet, gaussianBlobs, sgd, softmax } from 'fadelab/learning';
import { strongest } from 'fadelab/policies';

export const movingClients = scenario({
  name: 'moving-clients',
  seed: 3,
  topology: federation({
    ...{ clients: 16, edgeServers: 4, graph: ring() },
    handover: strongest({ period: seconds(0.5), timeToTrigger: seconds(0.5), hysteresisDb: 2 }),
  }),
  channel: radio({
    pathLoss: logDistance({ exponent: 3.5 }),
    fading: rayleigh({ coherence: 0.05 }),
    layout: hexagonal({ spacing: 120 }),
    mobility: randomWaypoint({ radius: 130, slowest: 2, fastest: 8, step: seconds(0.5) }),
    interference: coChannel(),
    access: ofdma({ bandwidth: MHz(2) }),
    bandwidth: MHz(2),
    cellRadius: 60,
  }),
  backhaul: {
    edge: { rate: Mbps(20) },
    ...{ routes: 'shortest', whenCut: 'reroute' },
    failures: exponentialFailures({ meanUp: seconds(15), meanDown: seconds(2) }),
  },
  task: classify({
    dataset: gaussianBlobs({ trainPerClass: 200, testPerClass: 100 }),
    split: dirichlet({ alpha: 0.5 }),
    model: softmax(),
    batchSize: 10,
    optimizer: sgd({ learningRate: 0.1 }),
    modelBits: 698_880,
    macsPerSample: 487_540,
  }),
  algorithm: sdFeel({ localSteps: 5, edgeRounds: 2, exchanges: 1 }),
  until: { rounds: 30 },
  targets: [0.3, 0.4, 0.5],
});
