import { assert } from '../assert.ts';
import { sharedDoubles } from '../math/shared.ts';
import { multiply31, P31, product31, reduce31, transpose } from './mersenne31.ts';
import type { PolynomialNetwork } from './polynomial-network.ts';

interface Layer {
  readonly kernel: Float64Array;
  readonly bias: Float64Array;
}

function layersOf({ widths }: PolynomialNetwork, parameters: Float64Array): Layer[] {
  let from = 0;
  return widths.slice(1).map((units, layer) => {
    const size = widths[layer]! * units;
    const found = {
      kernel: parameters.subarray(from, from + size),
      bias: parameters.subarray(from + size, from + size + units),
    };
    from += size + units;
    return found;
  });
}

/** Sum of the rows, [columns]. */
function columnSums(a: Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (let i = 0; i < a.length; i += columns) {
    for (let j = 0; j < columns; j += 1) sums[j] = reduce31(sums[j]! + a[i + j]!);
  }
  return sums;
}

/**
 * `polynomialGradient` over the field of order 2³¹ − 1, whole batches at a time: the same elements, some eight times as fast
 * as one by one, and some twenty times as fast as on big integers.
 *
 * @param parameters elements, [d_w]   @param features [rows × n_0]   @param labels [rows × n_{L+1}]
 * @returns elements, [d_w], in shared memory
 */
export function gradient31(
  network: PolynomialNetwork,
  parameters: Float64Array,
  { features, labels }: { readonly features: Float64Array; readonly labels: Float64Array },
): Float64Array {
  const layers = layersOf(network, parameters);
  const rows = features.length / network.widths[0]!;
  assert(
    Number.isInteger(rows) && labels.length === rows * network.widths.at(-1)!,
    'rows of a network have its widths',
  );
  const activations = [features];
  const sums = layers.map(({ kernel, bias }, at) => {
    const z = product31(activations[at]!, kernel, rows);
    for (let i = 0; i < z.length; i += 1) z[i] = reduce31(z[i]! + bias[i % bias.length]!);
    activations.push(z.map((value) => multiply31(value, value)));
    return z;
  });
  const gradient = sharedDoubles(parameters.length);
  let delta = sums.at(-1)!.map((value, i) => reduce31(2 * (value - labels[i]! + P31)));
  let end = parameters.length;
  for (let at = layers.length - 1; at >= 0; at -= 1) {
    const { kernel, bias } = layers[at]!;
    const input = activations[at]!;
    end -= kernel.length + bias.length;
    gradient.set(product31(transpose(input, rows), delta, input.length / rows), end);
    gradient.set(columnSums(delta, bias.length), end + kernel.length);
    if (at === 0) break;
    const z = sums[at - 1]!;
    const back = product31(delta, transpose(kernel, kernel.length / bias.length), rows);
    delta = back.map((value, i) => multiply31(reduce31(2 * z[i]!), value));
  }
  return gradient;
}
