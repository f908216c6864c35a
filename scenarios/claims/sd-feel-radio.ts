/**
 * Covers: the reference task behind `fadelab claims sd-feel-radio`: that of `claims sd-feel`, over an emulated radio and
 * backhaul in place of fixed rates. Uploads of a cell share its spectrum, fade, and are lost and sent again; transfers
 * between servers share wires that have a delay; local steps straggle.
 * Scenario: fifty clients in ten cells, in random clusters or sorted by their first class. `inSeconds` charges for the
 * papers' MNIST network; in `inUnits` a local step of the fastest client takes 1 s and an upload about 5 s.
 */
import { asyncSdFeel, Mbps, MHz, milliseconds, scenario, sdFeel } from 'fadelab';
import { federation, ring } from 'fadelab/actors';
import { logDistance, logNormal, ofdma, radio, rayleigh, transferErasure } from 'fadelab/channels';
import { heterogeneous, homogeneous, shiftedExponential } from 'fadelab/devices';
import { classesPerClient, classify, gaussianBlobs, sgd, softmax } from 'fadelab/learning';
import { randomClusters, sortedByClass } from 'fadelab/policies';

const inClusters = (association: ReturnType<typeof randomClusters>) =>
  federation({ clients: 50, edgeServers: 10, graph: ring(), association });

const channel = radio({
  pathLoss: logDistance({ exponent: 3.2 }),
  shadowing: logNormal(),
  fading: rayleigh({ coherence: milliseconds(50) }),
  access: ofdma({ bandwidth: MHz(5) }),
  loss: transferErasure({ probability: 0.05 }),
});

const benchmark = (learningRate: number, charges: { readonly modelBits: number; readonly macsPerSample: number }) =>
  classify({
    dataset: gaussianBlobs({ classes: 10, features: 20, meanSpread: 0.5, trainPerClass: 1200, testPerClass: 200 }),
    split: classesPerClient({ classes: 2, samplesPerClass: 60 }),
    model: softmax(),
    batchSize: 10,
    batches: 'with-replacement',
    optimizer: sgd({ learningRate }),
    ...charges,
  });

export const inSeconds = scenario({
  name: 'sd-feel-radio-in-seconds',
  topology: inClusters(randomClusters()),
  channel,
  backhaul: {
    edge: { rate: Mbps(50), latency: milliseconds(2) },
    cloud: { rate: Mbps(5), latency: milliseconds(20) },
  },
  devices: { clock: homogeneous({ macsPerSecond: 10e9 }), straggler: shiftedExponential({ scale: 0.5 }) },
  task: benchmark(0.05, { modelBits: 698_880, macsPerSample: 487_540 }),
  algorithm: sdFeel({ localSteps: 5, edgeRounds: 5, exchanges: 1 }),
  until: { rounds: 120 },
});

export const inSecondsSorted = scenario({ ...inSeconds.options, topology: inClusters(sortedByClass()) });

/** Takes an upload about 5 s on a fifth of the spectrum. */
const UNIT_BITS = 30e6;

export const inUnits = scenario({
  name: 'sd-feel-radio-in-units',
  topology: inClusters(randomClusters()),
  channel,
  backhaul: {
    edge: { rate: UNIT_BITS / 0.5, latency: milliseconds(2) },
    cloud: { rate: UNIT_BITS / 5, latency: milliseconds(20) },
  },
  devices: {
    clock: heterogeneous({ gap: 4, macsPerSecond: 10 }),
    straggler: shiftedExponential({ scale: 0.5 }),
  },
  task: benchmark(0.3, { modelBits: UNIT_BITS, macsPerSample: 1 }),
  algorithm: asyncSdFeel({ minimumSteps: 5, maximumSteps: 50 }),
  until: { time: 1600 },
  evaluate: { everySeconds: 5 },
});

export const inUnitsSorted = scenario({ ...inUnits.options, topology: inClusters(sortedByClass()) });
