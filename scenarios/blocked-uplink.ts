/**
 * Covers: scripts, crash and restart, a blocked radio link, a slowed client, a severed link between edge servers.
 * Scenario: twenty clients in four cells. One crashes and comes back, a bus stops in front of another, a third overheats,
 * and an excavator finds the fibre between two edge servers.
 */
import { MHz, scenario, sdFeel, seconds } from 'fadelab';
import { federation, ring } from 'fadelab/actors';
import { logDistance, ofdma, radio, rayleigh } from 'fadelab/channels';
import { shiftedExponential } from 'fadelab/devices';
import { classesPerClient, classify, gaussianBlobs, sgd, softmax } from 'fadelab/learning';

export const blockedUplink = scenario({
  name: 'blocked-uplink',
  seed: 7,
  topology: federation({ clients: 20, edgeServers: 4, graph: ring() }),
  channel: radio({
    pathLoss: logDistance({ exponent: 3.2 }),
    fading: rayleigh({ coherence: 0.05 }),
    access: ofdma({ bandwidth: MHz(1) }),
  }),
  devices: { straggler: shiftedExponential({ scale: 0.3 }) },
  task: classify({
    dataset: gaussianBlobs({ trainPerClass: 240, testPerClass: 100 }),
    split: classesPerClient({ classes: 2 }),
    model: softmax(),
    batchSize: 10,
    optimizer: sgd({ learningRate: 0.1 }),
    modelBits: 698_880,
    macsPerSample: 487_540,
  }),
  algorithm: sdFeel({ localSteps: 5, edgeRounds: 2, exchanges: 1 }),
  until: { rounds: 30 },
  targets: [0.3, 0.4, 0.5],
  *script(world) {
    yield world.closed(3);
    world.crash('client-3');
    yield world.closed(6);
    world.restart('client-3');
    world.block('client-5', { attenuationDb: 25, lasting: seconds(2) });
    yield world.closed(12);
    world.slow('client-8', { factor: 20, lasting: seconds(3) });
    yield world.after(seconds(1));
    world.cut('edge-0', 'edge-1');
    yield world.after(seconds(2));
    world.mend('edge-0', 'edge-1');
  },
});
