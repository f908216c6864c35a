/**
 * Covers: the reference task behind `fadelab claims po-fl` (§4 of the PO-FL dossier): ten Gaussian classes, two of them at each
 * client, softmax regression of 650 parameters.
 * Scenario: thirty clients on a disc around one base station, path loss of exponent 3, a new Rayleigh channel in every round;
 * ten are scheduled. The claims replace schedule, SNR and numbers; `onMnist` is the same with real digits, `far` with labels
 * that go by distance: three clients for each class, and a ring around the base station for each class. `inSeconds` charges for
 * time.
 */
import { feel, kHz, MHz, poFl, scenario } from 'fadelab';
import { federation } from 'fadelab/actors';
import { logDistance, ofdma, radio, rayleigh } from 'fadelab/channels';
import { classesPerClient, classify, gaussianBlobs, mnist, sgd, softmax } from 'fadelab/learning';
import { everyone, poFlScheduling } from 'fadelab/policies';

const CLIENTS = 30;
const SCHEDULED = 10;

const cell = federation({ clients: CLIENTS, edgeServers: 1 });

/** A sum of 650 symbols takes 0.65 ms, so a block lasts less than a round. */
const air = (rings = 1) =>
  radio({
    pathLoss: logDistance({ exponent: 3 }),
    fading: rayleigh({ coherence: 0.0005 }),
    cellRadius: 100,
    rings,
    clientPower: 20,
    overTheAir: { bandwidth: MHz(1), snrDb: 10 },
  });

const settings = {
  split: classesPerClient({ classes: 2 }),
  model: softmax(),
  batchSize: 32,
  optimizer: sgd({ learningRate: 0.3 }),
};

const CLASSES = 10;
const blobs = gaussianBlobs({ classes: CLASSES, features: 64, meanSpread: 0.33 });

export const reference = scenario({
  name: 'po-fl-reference',
  topology: cell,
  channel: air(),
  task: classify({ ...settings, dataset: blobs }),
  algorithm: poFl(),
  schedule: poFlScheduling({ cohort: SCHEDULED, alpha: 0.1 }),
  until: { rounds: 150 },
  evaluate: { everyRounds: 15 },
});

export const onMnist = scenario({
  ...reference.options,
  name: 'po-fl-mnist',
  task: classify({ ...settings, dataset: mnist() }),
});

export const far = scenario({
  ...reference.options,
  name: 'po-fl-far',
  channel: air(CLASSES),
  task: classify({ ...settings, dataset: blobs, split: classesPerClient({ classes: 1 }) }),
});

/** FedAvg over the air, and as bits over OFDMA, in seconds: 650 numbers of 32 bits, 1 MHz for both. */
export const inSeconds = scenario({
  ...reference.options,
  name: 'po-fl-in-seconds',
  channel: radio({
    pathLoss: logDistance({ exponent: 3 }),
    fading: rayleigh({ coherence: 0.005 }),
    access: ofdma({ bandwidth: MHz(1) }),
    bandwidth: MHz(1),
    frequency: kHz(3_500_000),
    cellRadius: 100,
    clientPower: 20,
  }),
  algorithm: feel({ localSteps: 1 }),
  schedule: everyone(),
});
