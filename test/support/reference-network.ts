import type { Layer, Model, Objective } from '../../src/learning/contract.ts';
import {
  activate,
  averagePool,
  type Back,
  type Cursor,
  conv,
  dense,
  normalizeGroups,
  pool,
  type Values,
  zeros,
} from './reference-layers.ts';

/**
 * A network in 64 bits, one sample at a time but for batch normalization, written from the definitions and sharing nothing with the engine: what
 * the back ends are checked against. Dropout is left out.
 */
type BatchBack = (gradients: number[][]) => number[][];

/** Of each channel of a batch: mean, and variance divided by the count less one. */
export interface ReferenceMoments {
  readonly mean: number[];
  readonly variance: number[];
}

/** Batch normalization written as a function of one channel's list of numbers, with its full Jacobian. */
function normalize(
  inputs: Values[],
  epsilon: number,
  w: Float64Array,
  g: Float64Array,
  cursor: Cursor,
): [Values[], BatchBack, ReferenceMoments] {
  const channels = inputs[0]!.shape[2];
  const [gamma, beta] = [cursor.at, cursor.at + channels];
  cursor.at += 2 * channels;
  const own = (rows: number[][], c: number) => rows.flatMap((row) => row.filter((_, j) => j % channels === c));
  const spread = (columns: number[][], rows: number[][]) => {
    const next = columns.map((column) => column.values());
    return rows.map((row) => row.map((_, j) => next[j % channels]!.next().value!));
  };
  const numbers = inputs.map((each) => each.numbers);
  const columns = zeros(channels).map((_, c) => own(numbers, c));
  const mean = columns.map((x) => x.reduce((sum, each) => sum + each, 0) / x.length);
  const squares = columns.map((x, c) => x.reduce((sum, each) => sum + (each - mean[c]!) ** 2, 0));
  const deviation = columns.map((x, c) => Math.sqrt(squares[c]! / x.length + epsilon));
  const normal = columns.map((x, c) => x.map((each) => (each - mean[c]!) / deviation[c]!));
  const outputs = normal.map((x, c) => x.map((each) => w[gamma + c]! * each + w[beta + c]!));
  const back: BatchBack = (rows) => {
    const inward = normal.map((x, c) => {
      const out = own(rows, c);
      out.forEach((d, i) => {
        g[gamma + c]! += d * x[i]!;
        g[beta + c]! += d;
      });
      // ∂y_i/∂x_k = γ/σ (δ_ik − 1/n − x̂_i x̂_k / n)
      return x.map((_, k) =>
        out.reduce((sum, d, i) => {
          const slope = (i === k ? 1 : 0) - (1 + x[i]! * x[k]!) / x.length;
          return sum + (d * slope * w[gamma + c]!) / deviation[c]!;
        }, 0),
      );
    });
    return spread(inward, rows);
  };
  const made = spread(outputs, numbers).map((row, i) => ({ shape: inputs[i]!.shape, numbers: row }));
  return [made, back, { mean, variance: squares.map((sum, c) => sum / (columns[c]!.length - 1)) }];
}

function step(layer: Layer, values: Values, w: Float64Array, g: Float64Array, cursor: Cursor): [Values, Back] {
  switch (layer.layer) {
    case 'dense':
      return dense(values, layer.units, w, g, cursor);
    case 'conv2d':
      return conv(values, layer, w, g, cursor);
    case 'maxPooling2d':
      return pool(values, layer.poolSize);
    case 'averagePooling2d':
      return averagePool(values, layer.poolSize);
    case 'groupNormalization':
      return normalizeGroups(values, layer, w, g, cursor);
    case 'activation':
      return activate(values, layer.activation);
    case 'flatten':
      return [{ shape: [1, 1, values.numbers.length], numbers: values.numbers }, (out) => out];
    case 'dropout':
    case 'spatialDropout2d':
      return [values, (out) => out];
    case 'batchNormalization':
      throw new TypeError('a batch normalization takes the whole batch');
    case 'foreign':
      throw new Error('a tf.LayersModel has no reference');
  }
}

/** Takes one layer over a batch, sample by sample, all with the parameters that start at the cursor. */
function sampleBySample(layer: Layer, inputs: Values[], w: Float64Array, g: Float64Array, cursor: Cursor) {
  const start = cursor.at;
  const steps = inputs.map((input) => {
    cursor.at = start;
    const [made, back] = step(layer, input, w, g, cursor);
    if (!('activation' in layer) || !layer.activation || layer.layer === 'activation') return { made, back };
    const [active, slope] = activate(made, layer.activation);
    return { made: active, back: (out: number[]) => back(slope(out)) };
  });
  const back: BatchBack = (rows) => rows.map((row, i) => steps[i]!.back(row));
  return [steps.map((each) => each.made), back] as const;
}

/** What a sample's outputs should be: 1 at its label, unless it has targets of its own. */
interface ReferenceSample {
  readonly features: readonly number[];
  readonly label: number;
  readonly wanted?: readonly number[];
}

type Charge = Pick<Objective, 'loss' | 'temperature'>;

/** Loss of one sample over the size of its batch, and its gradient. */
function charge(z: number[], { label, wanted }: ReferenceSample, batch: number, { loss, temperature: t = 1 }: Charge) {
  const aims = wanted ?? z.map((_, j) => (j === label ? 1 : 0));
  if (loss === 'meanSquaredError') {
    const away = z.map((each, j) => each - aims[j]!);
    const scale = z.length * batch;
    return { loss: away.reduce((sum, d) => sum + d * d, 0) / scale, gradient: away.map((d) => (2 * d) / scale) };
  }
  const top = Math.max(...z);
  const powers = z.map((each) => Math.exp((each - top) / t));
  const total = powers.reduce((sum, each) => sum + each, 0);
  const mass = aims.reduce((sum, each) => sum + each, 0);
  const surprise = aims.reduce((sum, aim, j) => sum + aim * (Math.log(total) + (top - z[j]!) / t), 0);
  return {
    loss: (t * t * surprise) / batch,
    gradient: powers.map((each, j) => (t * ((each / total) * mass - aims[j]!)) / batch),
  };
}

/** Mean loss of a batch, its gradient, and the moments that its batch normalizations saw, in their order. */
export function referenceGradient(
  model: Model,
  parameters: ArrayLike<number>,
  batch: readonly ReferenceSample[],
  objective: Charge = {},
): { loss: number; gradient: Float64Array; moments: ReferenceMoments[] } {
  const w = Float64Array.from(parameters);
  const gradient = new Float64Array(w.length);
  const cursor: Cursor = { at: 0 };
  const backs: BatchBack[] = [];
  const moments: ReferenceMoments[] = [];
  let values = batch.map(({ features }): Values => ({ shape: model.inputShape, numbers: [...features] }));
  for (const layer of model.layers) {
    if (layer.layer === 'batchNormalization') {
      const [made, back, seen] = normalize(values, layer.epsilon ?? 1e-3, w, gradient, cursor);
      values = made;
      backs.push(back);
      moments.push(seen);
    } else {
      const [made, back] = sampleBySample(layer, values, w, gradient, cursor);
      values = made;
      backs.push(back);
    }
  }
  const losses = values.map(({ numbers }, i) => charge(numbers, batch[i]!, batch.length, objective));
  let out = losses.map((each) => each.gradient);
  for (const back of backs.toReversed()) out = back(out);
  return { loss: losses.reduce((sum, each) => sum + each.loss, 0), gradient, moments };
}
