/**
 * Covers: the MNIST study behind `fadelab claims sd-feel-mnist`, in the setting of the scenario sd-feel-mnist-cnn: the
 * SD-FEEL papers' network of 21,840 parameters, trained in full, two digits per client.
 * Scenario: fifty clients in ten random cells on a ring. `inSeconds` has equal clients; in `unequal` a local step of the
 * fastest takes a fifth of an upload, and the slowest takes ten times as long.
 */
import { asyncSdFeel, scenario } from 'fadelab';
import { heterogeneous } from 'fadelab/devices';
import { sdFeelMnistCnn } from '../sd-feel-mnist-cnn.ts';

export const inSeconds = scenario({
  ...sdFeelMnistCnn.options,
  name: 'sd-feel-mnist-in-seconds',
  until: { rounds: 400 },
});

export const unequal = scenario({
  ...inSeconds.options,
  name: 'sd-feel-mnist-unequal',
  devices: { clock: heterogeneous({ gap: 10, macsPerSecond: 200e6 }) },
  algorithm: asyncSdFeel({ minimumSteps: 5, maximumSteps: 50 }),
  until: { time: 600 },
  evaluate: { everySeconds: 2 },
});
