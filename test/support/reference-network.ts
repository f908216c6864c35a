import type { Layer, Model, Shape } from '../../src/learning/contract.ts';

/**
 * A network in 64 bits, one sample at a time but for batch normalization, written from the definitions and sharing nothing with the engine: what
 * the back ends are checked against. Dropout is left out.
 */
interface Values {
  readonly shape: Shape;
  readonly numbers: number[];
}

interface Cursor {
  at: number;
}

type Back = (gradient: number[]) => number[];
type BatchBack = (gradients: number[][]) => number[][];

const at = ([, width, channels]: Shape, y: number, x: number, c: number) => (y * width + x) * channels + c;
const zeros = (count: number): number[] => new Array<number>(count).fill(0);

function activate(values: Values, activation: string): [Values, Back] {
  const f: Record<string, [(x: number) => number, (x: number) => number]> = {
    linear: [(x) => x, () => 1],
    relu: [(x) => Math.max(0, x), (x) => (x > 0 ? 1 : 0)],
    tanh: [Math.tanh, (x) => 1 / Math.cosh(x) ** 2],
    sigmoid: [(x) => 1 / (1 + Math.exp(-x)), (x) => Math.exp(-x) / (1 + Math.exp(-x)) ** 2],
  };
  const [value, slope] = f[activation]!;
  const numbers = values.numbers.map(value);
  return [{ shape: values.shape, numbers }, (g) => g.map((each, j) => each * slope(values.numbers[j]!))];
}

function dense(input: Values, units: number, w: Float64Array, g: Float64Array, cursor: Cursor): [Values, Back] {
  const inputs = input.numbers.length;
  const kernel = cursor.at;
  const bias = kernel + inputs * units;
  cursor.at = bias + units;
  const numbers = zeros(units).map((_, u) =>
    input.numbers.reduce((sum, x, i) => sum + x * w[kernel + i * units + u]!, w[bias + u]!),
  );
  const back: Back = (out) => {
    out.forEach((d, u) => {
      g[bias + u]! += d;
      for (const [i, x] of input.numbers.entries()) g[kernel + i * units + u]! += d * x;
    });
    return input.numbers.map((_, i) => out.reduce((sum, d, u) => sum + d * w[kernel + i * units + u]!, 0));
  };
  return [{ shape: [1, 1, units], numbers }, back];
}

function conv(
  input: Values,
  layer: Extract<Layer, { layer: 'conv2d' }>,
  w: Float64Array,
  g: Float64Array,
  cursor: Cursor,
): [Values, Back] {
  const { filters, kernelSize: k, strides: s = 1, padding = 'valid' } = layer;
  const [height, width, channels] = input.shape;
  const lengthOf = (n: number) => (padding === 'same' ? Math.ceil(n / s) : Math.floor((n - k) / s) + 1);
  const [rows, columns] = [lengthOf(height), lengthOf(width)];
  const before = (n: number, o: number) => (padding === 'same' ? Math.floor(Math.max(0, (o - 1) * s + k - n) / 2) : 0);
  const [top, left] = [before(height, rows), before(width, columns)];
  const kernel = cursor.at;
  const bias = kernel + k * k * channels * filters;
  cursor.at = bias + filters;
  const shape: Shape = [rows, columns, filters];
  const visit = (each: (o: number, f: number, i: number, weight: number) => void) => {
    for (let y = 0; y < rows; y += 1)
      for (let x = 0; x < columns; x += 1)
        for (let dy = 0; dy < k; dy += 1)
          for (let dx = 0; dx < k; dx += 1) {
            const [iy, ix] = [y * s + dy - top, x * s + dx - left];
            if (iy < 0 || ix < 0 || iy >= height || ix >= width) continue;
            for (let c = 0; c < channels; c += 1)
              for (let f = 0; f < filters; f += 1)
                each(
                  at(shape, y, x, f),
                  f,
                  at(input.shape, iy, ix, c),
                  kernel + ((dy * k + dx) * channels + c) * filters + f,
                );
          }
  };
  const numbers = zeros(rows * columns * filters).map((_, o) => w[bias + (o % filters)]!);
  visit((o, _, i, weight) => {
    numbers[o]! += input.numbers[i]! * w[weight]!;
  });
  const back: Back = (out) => {
    const inward = zeros(input.numbers.length);
    out.forEach((d, o) => {
      g[bias + (o % filters)]! += d;
    });
    visit((o, _, i, weight) => {
      g[weight]! += out[o]! * input.numbers[i]!;
      inward[i]! += out[o]! * w[weight]!;
    });
    return inward;
  };
  return [{ shape, numbers }, back];
}

function pool(input: Values, size: number): [Values, Back] {
  const [height, width, channels] = input.shape;
  const shape: Shape = [Math.floor(height / size), Math.floor(width / size), channels];
  const winners: number[] = [];
  for (let y = 0; y < shape[0]; y += 1)
    for (let x = 0; x < shape[1]; x += 1)
      for (let c = 0; c < channels; c += 1) {
        const places: number[] = [];
        for (let dy = 0; dy < size; dy += 1)
          for (let dx = 0; dx < size; dx += 1) places.push(at(input.shape, y * size + dy, x * size + dx, c));
        const largest = Math.max(...places.map((place) => input.numbers[place]!));
        winners.push(places.find((place) => input.numbers[place] === largest)!);
      }
  const back: Back = (out) => {
    const inward = zeros(input.numbers.length);
    winners.forEach((place, o) => {
      inward[place]! += out[o]!;
    });
    return inward;
  };
  return [{ shape, numbers: winners.map((place) => input.numbers[place]!) }, back];
}

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
    case 'activation':
      return activate(values, layer.activation);
    case 'flatten':
      return [{ shape: [1, 1, values.numbers.length], numbers: values.numbers }, (out) => out];
    case 'dropout':
    case 'spatialDropout2d':
      return [values, (out) => out];
    case 'batchNormalization':
      throw new TypeError('a batch normalization takes the whole batch');
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

/** Softmax cross-entropy of one sample over the size of its batch, and its gradient. */
function crossEntropy(logits: number[], label: number, batch: number) {
  const top = Math.max(...logits);
  const powers = logits.map((z) => Math.exp(z - top));
  const total = powers.reduce((sum, each) => sum + each, 0);
  return {
    loss: (Math.log(total) + top - logits[label]!) / batch,
    gradient: powers.map((each, j) => (each / total - (j === label ? 1 : 0)) / batch),
  };
}

/** Mean cross-entropy of a batch, its gradient, and the moments that its batch normalizations saw, in their order. */
export function referenceGradient(
  model: Model,
  parameters: ArrayLike<number>,
  batch: readonly { readonly features: readonly number[]; readonly label: number }[],
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
  const losses = values.map(({ numbers }, i) => crossEntropy(numbers, batch[i]!.label, batch.length));
  let out = losses.map((each) => each.gradient);
  for (const back of backs.toReversed()) out = back(out);
  return { loss: losses.reduce((sum, each) => sum + each.loss, 0), gradient, moments };
}
