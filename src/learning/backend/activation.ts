import type { Activation } from '../contract.ts';

type Elementwise = (x: number) => number;

const ACTIVATIONS: Record<Activation, Elementwise> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  square: (x) => x * x,
};

/** Derivatives in terms of the output y, but for a square, whose derivative its output doesn't tell. */
const SLOPES: Record<Exclude<Activation, 'square'>, Elementwise> = {
  linear: () => 1,
  relu: (y) => (y > 0 ? 1 : 0),
  tanh: (y) => 1 - y * y,
  sigmoid: (y) => y * (1 - y),
};

/** activation(values), number by number. */
export function activated(values: Float32Array, activation: Activation): Float32Array {
  const change = ACTIVATIONS[activation];
  const changed = new Float32Array(values.length);
  for (let j = 0; j < values.length; j += 1) changed[j] = change(values[j]!);
  return changed;
}

/** gradient ⊙ slope, of output = activation(input). */
export function activationGradient(
  gradient: Float32Array,
  { input, output }: { readonly input: () => Float32Array; readonly output: Float32Array },
  activation: Activation,
): Float32Array {
  const scaled = new Float32Array(gradient.length);
  if (activation === 'relu') {
    for (let j = 0; j < scaled.length; j += 1) scaled[j] = output[j]! > 0 ? gradient[j]! : 0;
    return scaled;
  }
  if (activation === 'square') {
    const x = input();
    for (let j = 0; j < scaled.length; j += 1) scaled[j] = gradient[j]! * 2 * x[j]!;
    return scaled;
  }
  const slope = SLOPES[activation];
  for (let j = 0; j < scaled.length; j += 1) scaled[j] = gradient[j]! * slope(output[j]!);
  return scaled;
}
