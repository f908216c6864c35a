import { assert } from '../assert.ts';
import { power } from '../math/power.ts';
import type { Ring } from './field.ts';

/**
 * A polynomial integer neural network: affine layers with integer parameters, squares between them, squared error.
 * Its gradient is a polynomial in the data, so Lagrange codes carry it.
 */
export interface PolynomialNetwork {
  /** n_0 … n_{L+1}: inputs, hidden units, outputs. */
  readonly widths: readonly number[];
}

/** Hidden layers L. */
const depth = ({ widths }: PolynomialNetwork): number => widths.length - 2;

/** deg(g) = 2^{L+1}, total degree of the gradient in inputs and labels. */
export const gradientDegree = (network: PolynomialNetwork): number => power(2, depth(network) + 1);

/** d_w, with a bias of each unit: by layers, kernel [inputs × units] first, as in a model's flat vector. */
export const parameterCount = ({ widths }: PolynomialNetwork): number =>
  widths.slice(1).reduce((sum, units, layer) => sum + ((widths[layer] as number) + 1) * units, 0);

interface Layer<Element> {
  readonly kernel: readonly Element[];
  readonly bias: readonly Element[];
  readonly from: number;
}

function layersOf<Element>({ widths }: PolynomialNetwork, parameters: readonly Element[]): Layer<Element>[] {
  let from = 0;
  return widths.slice(1).map((units, layer) => {
    const size = (widths[layer] as number) * units;
    const found = {
      kernel: parameters.slice(from, from + size),
      bias: parameters.slice(from + size, from + size + units),
      from,
    };
    from += size + units;
    return found;
  });
}

/** z = a W + b for one row. */
function affine<Element>(ring: Ring<Element>, { kernel, bias }: Layer<Element>, input: readonly Element[]): Element[] {
  const units = bias.length;
  return bias.map((own, unit) =>
    input.reduce((sum, value, i) => ring.add(sum, ring.multiply(value, kernel[i * units + unit] as Element)), own),
  );
}

/** W δ for one row. */
function backwards<Element>(
  ring: Ring<Element>,
  { kernel, bias }: Layer<Element>,
  inputs: number,
  delta: readonly Element[],
) {
  const units = bias.length;
  return Array.from({ length: inputs }, (_, i) =>
    delta.reduce(
      (sum, value, unit) => ring.add(sum, ring.multiply(value, kernel[i * units + unit] as Element)),
      ring.zero,
    ),
  );
}

export interface Rows<Element> {
  /** [rows × n_0] */
  readonly features: readonly Element[];
  /** [rows × n_{L+1}] */
  readonly labels: readonly Element[];
}

/**
 * g(X, Y; w) = ∇_w Σ_rows ‖y − f(x; w)‖², in whatever ring the numbers are of.
 *
 *   δ_out = 2 (f − y),   δ_k = 2 z_k ⊙ W_{k+1} δ_{k+1},   ∇W_k = a_{k−1} δ_kᵀ,   ∇b_k = δ_k
 *
 * @param parameters [d_w]   @returns [d_w]
 * Source: Shao et al., DReS-FL, NeurIPS 2022.
 */
export function polynomialGradient<Element>(
  ring: Ring<Element>,
  network: PolynomialNetwork,
  parameters: readonly Element[],
  { features, labels }: Rows<Element>,
): Element[] {
  const { widths } = network;
  const [inputs, outputs] = [widths[0] as number, widths.at(-1) as number];
  const count = features.length / inputs;
  assert(Number.isInteger(count) && labels.length === count * outputs, 'rows of a network have its widths');
  const layers = layersOf(network, parameters);
  const gradient = new Array<Element>(parameters.length).fill(ring.zero);
  for (let row = 0; row < count; row += 1) {
    addRow(ring, layers, gradient, {
      features: features.slice(row * inputs, (row + 1) * inputs),
      labels: labels.slice(row * outputs, (row + 1) * outputs),
    });
  }
  return gradient;
}

function addRow<Element>(
  ring: Ring<Element>,
  layers: readonly Layer<Element>[],
  gradient: Element[],
  { features, labels }: Rows<Element>,
): void {
  const double = (value: Element): Element => ring.add(value, value);
  const activations = [features];
  const sums: Element[][] = [];
  layers.forEach((layer, at) => {
    const z = affine(ring, layer, activations[at] as readonly Element[]);
    sums.push(z);
    activations.push(at === layers.length - 1 ? z : z.map((value) => ring.multiply(value, value)));
  });
  const output = activations.at(-1) as readonly Element[];
  let delta = output.map((value, unit) => double(ring.subtract(value, labels[unit] as Element)));
  for (let at = layers.length - 1; at >= 0; at -= 1) {
    const layer = layers[at] as Layer<Element>;
    const input = activations[at] as readonly Element[];
    input.forEach((value, i) => {
      delta.forEach((each, unit) => {
        const j = layer.from + i * delta.length + unit;
        gradient[j] = ring.add(gradient[j] as Element, ring.multiply(value, each));
      });
    });
    delta.forEach((each, unit) => {
      const j = layer.from + input.length * delta.length + unit;
      gradient[j] = ring.add(gradient[j] as Element, each);
    });
    if (at === 0) return;
    const below = sums[at - 1] as Element[];
    delta = backwards(ring, layer, input.length, delta).map((value, i) =>
      ring.multiply(double(below[i] as Element), value),
    );
  }
}

export interface Bounds {
  /** l_x: inputs are at most 2^{l_x}. */
  readonly inputBits: number;
  /** B, the largest absolute parameter. */
  readonly parameterBound: number;
  /** b, rows of a gradient. */
  readonly batch: number;
}

/**
 * Bits of the smallest prime in which no gradient wraps around, in the worst case:
 *
 *   a_0 = 2^{l_x},  z_k = n_{k−1} B a_{k−1},  a_k = z_k²;   δ_out = 4 z_out,  δ_k = n_{k+1} B δ_{k+1} 2 z_k;
 *   |gradient of layer k| ≤ b δ_k a_{k−1},   p > 2 max + 1
 *
 * Wrap-around is silent in the algorithm, so this is what keeps it exact.
 *
 * Limits: without biases, labels no larger than outputs.
 * Source: reconstructed.
 */
export function requiredBits({ widths }: PolynomialNetwork, { inputBits, parameterBound, batch }: Bounds): number {
  const bound = BigInt(parameterBound);
  const activations = [1n << BigInt(inputBits)];
  const sums: bigint[] = [];
  for (let layer = 0; layer + 1 < widths.length; layer += 1) {
    const z = BigInt(widths[layer] as number) * bound * (activations[layer] as bigint);
    sums.push(z);
    activations.push(z * z);
  }
  let delta = 4n * (sums.at(-1) as bigint);
  let most = 0n;
  for (let layer = sums.length - 1; layer >= 0; layer -= 1) {
    const largest = BigInt(batch) * delta * (activations[layer] as bigint);
    if (largest > most) most = largest;
    if (layer > 0) delta = BigInt(widths[layer + 1] as number) * bound * delta * 2n * (sums[layer - 1] as bigint);
  }
  return (2n * most + 1n).toString(2).length;
}
