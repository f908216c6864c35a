import { describe, expect, it } from 'vitest';
import { integers } from '../../../src/coding/field.ts';
import {
  integerParameters,
  layerScales,
  parameterShifts,
  realGradient,
  stepsOf,
} from '../../../src/coding/fixed-point.ts';
import { parameterCount, polynomialGradient } from '../../../src/coding/polynomial-network.ts';

const network = { widths: [3, 2, 2, 1] };
const fixed = { featureBits: 4, parameterBits: 12 };

describe('real numbers as whole ones', () => {
  it('have the scales of the dossier: 4 l_x + 7 l_w for the labels of two hidden layers', () => {
    expect(layerScales(network, fixed)).toEqual([16, 44, 100]);
    expect(layerScales({ widths: [784, 10] }, fixed)).toEqual([16]);
    expect(Array.from(parameterShifts(network, fixed))).toEqual([
      ...[0, 0, 0, 0, 0, 0, 4, 4],
      ...[0, 0, 0, 0, 32, 32],
      ...[0, 0, 88],
    ]);
    expect(stepsOf(-0.3, { ...fixed, parameterBits: 4 })).toBe(-5);
  });

  it('give the gradient of the real network, which is that of the integer one at its scale', () => {
    const small = { featureBits: 1, parameterBits: 2 };
    const parameters = Float64Array.from({ length: parameterCount(network) }, (_, j) => ((j * 5) % 7) / 4 - 0.75);
    const [x, y] = [[0.5, -1, 1.5], 0.5];
    const scale = 2 ** (layerScales(network, small).at(-1) as number);
    const whole = polynomialGradient(
      integers,
      network,
      Array.from(integerParameters(network, small, parameters), BigInt),
      { features: x.map((each) => BigInt(2 * each)), labels: [BigInt(y * scale)] },
    );
    const found = realGradient(network, small, Float64Array.from(whole, Number));
    const loss = (w: Float64Array) => {
      const layer = (input: readonly number[], from: number, units: number) =>
        Array.from({ length: units }, (_, u) =>
          input.reduce((sum, value, i) => sum + value * w[from + i * units + u]!, w[from + input.length * units + u]!),
        );
      const square = (values: number[]) => values.map((value) => value ** 2);
      const [out] = layer(square(layer(square(layer(x, 0, 2)), 8, 2)), 14, 1) as [number];
      return (out - y) ** 2;
    };
    parameters.forEach((_, j) => {
      const at = (step: number) => loss(parameters.map((each, k) => (k === j ? each + step : each)));
      const slope = (8 * (at(1e-3) - at(-1e-3)) - (at(2e-3) - at(-2e-3))) / 12e-3;
      expect(found[j]).toBeCloseTo(slope, 4);
    });
  });
});
