import { square } from '../../math/power.ts';
import type { Objective } from '../contract.ts';

/** Losses of a batch, and hits: samples whose largest output is that of their label. */
export interface BatchLoss {
  readonly lossSum: number;
  readonly correct: number;
}

/** Outputs of one sample and what they should be; `gradient` takes that of the loss over `divisor`. */
interface SampleLoss {
  readonly z: Float32Array;
  readonly wanted: ArrayLike<number>;
  readonly gradient: Float32Array | undefined;
  readonly divisor: number;
  readonly temperature: number;
}

/** −T² Σ_j t_j ln softmax(z / T)_j; its gradient is T (p Σ t − t). */
function crossEntropy({ z, wanted, gradient, divisor, temperature }: SampleLoss): number {
  const top = z.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
  const powers = Array.from(z, (each) => Math.exp((each - top) / temperature));
  const total = powers.reduce((sum, each) => sum + each, 0);
  let [mass, loss] = [0, 0];
  for (let j = 0; j < z.length; j += 1) {
    mass += wanted[j]!;
    if (wanted[j] !== 0) loss += wanted[j]! * (Math.log(total) + (top - z[j]!) / temperature);
  }
  if (gradient) {
    for (let j = 0; j < z.length; j += 1) {
      gradient[j] = (temperature * ((powers[j]! / total) * mass - wanted[j]!)) / divisor;
    }
  }
  return loss * square(temperature);
}

/** Σ_j (z_j − t_j)² / classes */
function squaredError({ z, wanted, gradient, divisor }: SampleLoss): number {
  let sum = 0;
  for (let j = 0; j < z.length; j += 1) {
    const away = z[j]! - wanted[j]!;
    sum += square(away);
    if (gradient) gradient[j] = (2 * away) / (z.length * divisor);
  }
  return sum / z.length;
}

/** What a batch is scored by. */
export interface Aim {
  /** Labels of the batch, and wanted outputs where there are any, [batch × classes]. */
  readonly labels: Uint8Array;
  readonly targets: Float32Array | undefined;
  readonly objective: Objective | undefined;
}

/**
 * Losses of a batch's outputs, in 64 bits: see `Objective`.
 *
 * @param logits   z, [batch × classes]
 * @param gradient takes the gradient of the sum of losses over `divisor`, [batch × classes]; left out in evaluation
 */
export function scoreBatch(
  logits: Float32Array,
  { labels, targets, objective = {} }: Aim,
  divisor = 1,
  gradient?: Float32Array,
): BatchLoss {
  const { loss = 'crossEntropy', temperature = 1 } = objective;
  const classes = logits.length / labels.length;
  const charge = loss === 'crossEntropy' ? crossEntropy : squaredError;
  let [lossSum, correct] = [0, 0];
  for (const [row, label] of labels.entries()) {
    const own = (values: Float32Array) => values.subarray(row * classes, (row + 1) * classes);
    const z = own(logits);
    const wanted = targets ? own(targets) : Float32Array.from(z, (_, j) => (j === label ? 1 : 0));
    const charged = charge({ z, wanted, gradient: gradient && own(gradient), divisor, temperature });
    lossSum += charged;
    // Outputs that are no numbers name no class.
    const best = z.reduce((most, each, j) => (each > z[most]! ? j : most), 0);
    if (best === label && Number.isFinite(charged)) correct += 1;
  }
  return { lossSum, correct };
}
