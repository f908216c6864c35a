import { power } from '../math/power.ts';
import { type PolynomialNetwork, parameterCount } from './polynomial-network.ts';

/** How real numbers stand for whole ones in a polynomial network. */
export interface FixedPoint {
  /** l_x: features are multiples of 2^(−l_x). */
  readonly featureBits: number;
  /** l_w: parameters are multiples of 2^(−l_w). */
  readonly parameterBits: number;
}

/**
 * Exponents of the scales of all pre-activations; labels have the last one.
 *
 *   s_1 = l_x + l_w,   s_{k+1} = 2 s_k + l_w
 *
 * Source: reconstructed; two hidden layers give s_out = 4 l_x + 7 l_w.
 */
export function layerScales({ widths }: PolynomialNetwork, { featureBits, parameterBits }: FixedPoint): number[] {
  const scales = [featureBits + parameterBits];
  for (let layer = 2; layer < widths.length; layer += 1) scales.push(2 * (scales.at(-1) as number) + parameterBits);
  return scales;
}

/** The whole number of steps of 2^(−l_w) that a parameter is nearest to. */
export const stepsOf = (parameter: number, { parameterBits }: FixedPoint): number =>
  Math.round(parameter * power(2, parameterBits));

/**
 * What each parameter's steps are multiplied by on their way into the integer network, log₂: 0 for kernels; s_k − l_w for
 * biases, which are as fine as kernels but stand beside pre-activations.
 *
 * @returns [d_w]
 */
export function parameterShifts(network: PolynomialNetwork, fixed: FixedPoint): Float64Array {
  const shifts = new Float64Array(parameterCount(network));
  const scales = layerScales(network, fixed);
  let from = 0;
  network.widths.slice(1).forEach((units, layer) => {
    from += (network.widths[layer] as number) * units;
    shifts.fill((scales[layer] as number) - fixed.parameterBits, from, from + units);
    from += units;
  });
  return shifts;
}

/** Real parameters as those of the integer network: steps · 2^shift, whole. @returns [d_w] */
export function integerParameters(
  network: PolynomialNetwork,
  fixed: FixedPoint,
  parameters: Float32Array | Float64Array,
): Float64Array {
  const shifts = parameterShifts(network, fixed);
  return Float64Array.from(parameters, (each, j) => stepsOf(each, fixed) * power(2, shifts[j] as number));
}

/**
 * Gradients of the integer network's Σ_rows ‖y − f‖² as those of the real one: ∂F/∂w = 2^(l_w + shift − 2 s_out) ∂F̄/∂w̄.
 *
 * @param gradient of the integer network, [d_w]   @returns [d_w]
 */
export function realGradient(network: PolynomialNetwork, fixed: FixedPoint, gradient: Float64Array): Float64Array {
  const shifts = parameterShifts(network, fixed);
  const out = layerScales(network, fixed).at(-1) as number;
  return gradient.map((each, j) => each * power(2, fixed.parameterBits + (shifts[j] as number) - 2 * out));
}
