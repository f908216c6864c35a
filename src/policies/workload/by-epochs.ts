import type { InEpochs } from '../algorithm.ts';
import type { Workload } from '../policy.ts';

/** A quotient that is whole but for rounding counts as whole. */
const ROUNDING = 1e-9;

/**
 * Steps of E passes over n samples in batches of B, each pass ending with what is left over; at least one.
 *
 *   ⌊E⌋ ⌈n / B⌉ + ⌈(E − ⌊E⌋) n / B⌉,   B no more than n
 */
export function stepsOfEpochs(epochs: number, samples: number, batch: number): number {
  const whole = Math.floor(epochs + ROUNDING);
  const size = Math.max(1, Math.min(batch, samples));
  const rest = Math.max(0, Math.ceil(((epochs - whole) * samples) / size - ROUNDING));
  return Math.max(1, whole * Math.ceil(samples / size) + rest);
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
