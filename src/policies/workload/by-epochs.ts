import type { InEpochs } from '../algorithm.ts';
import type { Workload } from '../policy.ts';

/**
 * Steps of E passes over n samples in batches of B, each pass ending with what is left over; at least one.
 *
 *   ⌊E⌋ ⌈n / B⌉ + ⌈(⌊E n⌉ − ⌊E⌋ n) / B⌉,   B no more than n
 */
export function stepsOfEpochs(epochs: number, samples: number, batch: number): number {
  if (samples === 0) return 1;
  const drawn = Math.max(1, Math.round(epochs * samples));
  const size = Math.max(1, Math.min(batch, samples));
  return Math.floor(drawn / samples) * Math.ceil(samples / size) + Math.ceil((drawn % samples) / size);
}

/** As many local steps as E passes over a client's own samples take, in batches of B. */
export const byEpochs =
  (epochs: number, batch: number): Workload =>
  (invited) =>
    invited.map(({ samples }) => stepsOfEpochs(epochs, samples, batch));

/** Every client makes E passes in each local update. */
export const inEpochs = (epochs: number): InEpochs => ({
  most: epochs,
  workload: (batch) => byEpochs(epochs, batch),
  passes: () => epochs,
});
