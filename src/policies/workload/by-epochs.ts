import type { Workload } from '../policy.ts';

/** A quotient that is whole but for rounding counts as whole. */
const ROUNDING = 1e-9;

/** ⌈E n / B⌉, the steps of E passes over n samples in batches of B; at least one. */
export const stepsOfEpochs = (epochs: number, samples: number, batch: number): number =>
  Math.max(1, Math.ceil((epochs * samples) / batch - ROUNDING));

/** As many local steps as E passes over a client's own samples take, in batches of B. */
export const byEpochs =
  (epochs: number, batch: number): Workload =>
  (invited) =>
    invited.map(({ samples }) => stepsOfEpochs(epochs, samples, batch));
