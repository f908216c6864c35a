import type { Layer, Shape } from '../../src/learning/contract.ts';

/** Layers of the reference network that take one sample at a time. */
export interface Values {
  readonly shape: Shape;
  readonly numbers: number[];
}

export interface Cursor {
  at: number;
}

export type Back = (gradient: number[]) => number[];

export const at = ([, width, channels]: Shape, y: number, x: number, c: number) => (y * width + x) * channels + c;
export const zeros = (count: number): number[] => new Array<number>(count).fill(0);

export function activate(values: Values, activation: string): [Values, Back] {
  const f: Record<string, [(x: number) => number, (x: number) => number]> = {
    linear: [(x) => x, () => 1],
    relu: [(x) => Math.max(0, x), (x) => (x > 0 ? 1 : 0)],
    tanh: [Math.tanh, (x) => 1 / Math.cosh(x) ** 2],
    square: [(x) => x ** 2, (x) => 2 * x],
    sigmoid: [(x) => 1 / (1 + Math.exp(-x)), (x) => Math.exp(-x) / (1 + Math.exp(-x)) ** 2],
  };
  const [value, slope] = f[activation]!;
  const numbers = values.numbers.map(value);
  return [{ shape: values.shape, numbers }, (g) => g.map((each, j) => each * slope(values.numbers[j]!))];
}

export function dense(input: Values, units: number, w: Float64Array, g: Float64Array, cursor: Cursor): [Values, Back] {
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

export function conv(
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

export function pool(input: Values, size: number): [Values, Back] {
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

export function averagePool(input: Values, size: number): [Values, Back] {
  const [height, width, channels] = input.shape;
  const shape: Shape = [Math.floor(height / size), Math.floor(width / size), channels];
  const placesOf = (o: number) => {
    const [y, x, c] = [Math.floor(o / channels / shape[1]), Math.floor(o / channels) % shape[1], o % channels];
    return zeros(size ** 2).map((_, k) => at(input.shape, y * size + Math.floor(k / size), x * size + (k % size), c));
  };
  const numbers = zeros(shape[0] * shape[1] * channels).map((_, o) =>
    placesOf(o).reduce((sum, place) => sum + input.numbers[place]! / size ** 2, 0),
  );
  const back: Back = (out) => {
    const inward = zeros(input.numbers.length);
    out.forEach((d, o) => {
      for (const place of placesOf(o)) inward[place]! += d / size ** 2;
    });
    return inward;
  };
  return [{ shape, numbers }, back];
}

/** Group normalization of one sample, each group's Jacobian written out. */
export function normalizeGroups(
  input: Values,
  { groups, epsilon = 1e-3 }: Extract<Layer, { layer: 'groupNormalization' }>,
  w: Float64Array,
  g: Float64Array,
  cursor: Cursor,
): [Values, Back] {
  const channels = input.shape[2];
  const [gamma, beta] = [cursor.at, cursor.at + channels];
  cursor.at += 2 * channels;
  const groupOf = (j: number) => Math.floor((j % channels) / (channels / groups));
  const members = zeros(groups).map((_, group) =>
    [...input.numbers.keys()].filter((place) => groupOf(place) === group),
  );
  const normal = zeros(input.numbers.length);
  const deviations = members.map((places) => {
    const mean = places.reduce((sum, place) => sum + input.numbers[place]!, 0) / places.length;
    const variance = places.reduce((sum, place) => sum + (input.numbers[place]! - mean) ** 2, 0) / places.length;
    for (const place of places) normal[place] = (input.numbers[place]! - mean) / Math.sqrt(variance + epsilon);
    return Math.sqrt(variance + epsilon);
  });
  const numbers = normal.map((x, j) => w[gamma + (j % channels)]! * x + w[beta + (j % channels)]!);
  const back: Back = (out) => {
    out.forEach((d, j) => {
      g[gamma + (j % channels)]! += d * normal[j]!;
      g[beta + (j % channels)]! += d;
    });
    return out.map((_, k) => {
      const places = members[groupOf(k)]!;
      return places.reduce((sum, i) => {
        const slope = (i === k ? 1 : 0) - (1 + normal[i]! * normal[k]!) / places.length;
        return sum + (out[i]! * w[gamma + (i % channels)]! * slope) / deviations[groupOf(k)]!;
      }, 0);
    });
  };
  return [{ shape: input.shape, numbers }, back];
}
