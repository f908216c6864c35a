/**
 * Covers: the reference task behind `fadelab claims sd-feel` (Benchmark S of the dossier of the SD-FEEL papers): ten
 * Gaussian classes in twenty dimensions, two classes per client, softmax regression from zero.
 * Scenario: fifty clients in ten cells, in random clusters or sorted by their first class. The claims replace options of
 * these: `inSeconds` charges for the papers' MNIST network on links of their rates; `inUnits` counts time in local steps
 * of the fastest client.
 */
import { asyncSdFeel, scenario, sdFeel } from 'fadelab';
import { federation, ring } from 'fadelab/actors';
import { fixedRates, hierLike } from 'fadelab/channels';
import { heterogeneous, homogeneous } from 'fadelab/devices';
import { classesPerClient, classify, gaussianBlobs, sgd, softmax } from 'fadelab/learning';
import { randomClusters, sortedByClass } from 'fadelab/policies';

const CLIENTS = 50;
const SERVERS = 10;

const inClusters = (association: ReturnType<typeof randomClusters>) =>
  federation({ clients: CLIENTS, edgeServers: SERVERS, graph: ring(), association });

interface Charges {
  readonly modelBits: number;
  readonly macsPerSample: number;
}

/** 120 samples of each client; softmax regression starts from zero. */
const benchmark = (learningRate: number, charges: Charges) =>
  classify({
    dataset: gaussianBlobs({ classes: 10, features: 20, meanSpread: 0.5, trainPerClass: 1200, testPerClass: 200 }),
    split: classesPerClient({ classes: 2, samplesPerClass: 60 }),
    model: softmax(),
    batchSize: 10,
    batches: 'with-replacement',
    optimizer: sgd({ learningRate }),
    ...charges,
  });

/** Equal clients, the `hier-like` links, 600 local steps of synchronous SD-FEEL. */
export const inSeconds = scenario({
  name: 'sd-feel-in-seconds',
  topology: inClusters(randomClusters()),
  ...hierLike(),
  devices: { clock: homogeneous({ macsPerSecond: 10e9 }) },
  task: benchmark(0.05, { modelBits: 698_880, macsPerSample: 487_540 }),
  algorithm: sdFeel({ localSteps: 5, edgeRounds: 5, exchanges: 1 }),
  until: { rounds: 120 },
});

export const inSecondsSorted = scenario({ ...inSeconds.options, topology: inClusters(sortedByClass()) });

/** A link that takes a model of `UNIT_BITS` this long. */
const UNIT_BITS = 1e4;
const wire = (seconds: number) => ({ rate: UNIT_BITS / seconds, latency: 0, shared: false });

/** Unequal clients: a local step of the fastest takes 1 s, an upload 5 s, an exchange between edge servers 0.5 s. */
export const inUnits = scenario({
  name: 'sd-feel-in-units',
  topology: inClusters(randomClusters()),
  channel: fixedRates({ uplink: UNIT_BITS / 5, clientToCloud: 'relay' }),
  backhaul: { edge: wire(0.5), cloud: wire(5) },
  devices: { clock: heterogeneous({ gap: 4, macsPerSecond: 10 }) },
  task: benchmark(0.3, { modelBits: UNIT_BITS, macsPerSample: 1 }),
  algorithm: asyncSdFeel({ minimumSteps: 5, maximumSteps: 50 }),
  until: { time: 1600 },
  evaluate: { everySeconds: 5 },
});

export const inUnitsSorted = scenario({ ...inUnits.options, topology: inClusters(sortedByClass()) });
