import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivalVariance, coverageOf, optimalCodeWeight } from '../../../src/coding/arrivals.ts';
import { columnLeakage, exposureOf, leakage, noiseFor } from '../../../src/coding/privacy.ts';
import { stochasticRound } from '../../../src/coding/quantise.ts';
import {
  codedGradient,
  codedGradientError,
  codeRows,
  type RegressionRows,
  residualGradient,
  sumCodes,
} from '../../../src/coding/random-code.ts';
import { normal } from '../../../src/math/distributions.ts';
import { streams } from '../../../src/math/streams.ts';

const draws = (name: string, count: number) => {
  const source = streams(3)(name).at(0);
  return Float64Array.from({ length: count }, () => normal(source));
};
const [D, O, ROWS] = [3, 2, 4];
const rows: RegressionRows = { count: ROWS, features: draws('X', ROWS * D), labels: draws('Y', ROWS * O) };
const weights = draws('W', D * O);
const exact = residualGradient(rows, weights);

/** Mean and standard error of each entry, and the mean squared error, over fresh codes. */
function overCodes(times: number, deviation: number, makeUp: boolean) {
  const [sums, squares] = [new Float64Array(D * O), new Float64Array(D * O)];
  let error = 0;
  const stream = streams(8)(`code/${deviation}`);
  for (let turn = 0; turn < times; turn += 1) {
    const code = codeRows({ rows, count: 1, deviation, source: stream.at(turn) });
    const gradient = codedGradient({ code, weights, noiseVariance: makeUp ? deviation ** 2 : 0 });
    gradient.forEach((value, k) => {
      sums[k]! += value;
      squares[k]! += value * value;
      error += (value - exact[k]!) ** 2;
    });
  }
  const mean = sums.map((sum) => sum / times);
  const standardError = squares.map((square, k) => Math.sqrt((square / times - mean[k]! ** 2) / times));
  return { mean, standardError, error: error / times };
}

describe('a coded gradient', () => {
  // Goal: over fresh codes the gradient is right in the mean, and as far off as the formula says. Method: one coded row
  // a draw, 200,000 draws, four standard errors.
  it('is unbiased with its make-up term, and has the mean squared error of the closed form', () => {
    const { mean, standardError, error } = overCodes(200_000, 0.6, true);
    for (const [k, value] of mean.entries()) expect(Math.abs(value - exact[k]!)).toBeLessThan(4 * standardError[k]!);
    const closed = codedGradientError(rows, weights, 0.36, 1);
    expect(Math.abs(error / closed - 1)).toBeLessThan(0.02);
  });

  it('is off by σ² W without it', () => {
    const { mean, standardError } = overCodes(100_000, 0.6, false);
    for (const [k, value] of mean.entries()) {
      expect(Math.abs(value - exact[k]! - 0.36 * weights[k]!)).toBeLessThan(4 * standardError[k]!);
    }
  });

  it('has an error that falls as 1/c and rises with the noise', () => {
    expect(codedGradientError(rows, weights, 0.2, 40)).toBeCloseTo(codedGradientError(rows, weights, 0.2, 10) / 4, 10);
    const errors = [0, 0.1, 1, 10].map((variance) => codedGradientError(rows, weights, variance, 1));
    expect(errors).toEqual(errors.toSorted((a, b) => a - b));
  });

  it('is exact where GᵀG = c I: the gradient of orthogonally mixed rows is that of the rows', () => {
    const scale = Math.sqrt(ROWS);
    const hadamard = [
      [1, 1, 1, 1],
      [1, -1, 1, -1],
      [1, 1, -1, -1],
      [1, -1, -1, 1],
    ];
    const mix = (values: Float64Array | Float32Array, width: number) =>
      Float64Array.from({ length: ROWS * width }, (_, at) => {
        const [row, k] = [Math.floor(at / width), at % width];
        return hadamard[row]!.reduce((sum, sign, sample) => sum + (sign / 2) * scale * values[sample * width + k]!, 0);
      });
    const code = { count: ROWS, features: mix(rows.features, D), labels: mix(rows.labels, O) };
    const gradient = codedGradient({ code, weights, noiseVariance: 0 });
    gradient.forEach((value, k) => {
      expect(value).toBeCloseTo(exact[k]!, 10);
    });
  });

  it('of a sum of clients’ codes is that of one code of all their rows', () => {
    const half = (from: number): RegressionRows => ({
      count: 2,
      features: (rows.features as Float64Array).slice(from * D, (from + 2) * D),
      labels: (rows.labels as Float64Array).slice(from * O, (from + 2) * O),
    });
    const parts = [half(0), half(2)].map((part, i) =>
      codeRows({ rows: part, count: 5, deviation: 0, source: streams(2)(`client-${i}`).at(0) }),
    );
    const sum = sumCodes(parts, [1, 1]);
    const weighted = sumCodes(parts, [1, 0.25]);
    for (const k of sum.features.keys()) {
      expect(sum.features[k]).toBeCloseTo(parts[0]!.features[k]! + parts[1]!.features[k]!, 12);
      expect(weighted.features[k]).toBeCloseTo(parts[0]!.features[k]! + 0.5 * parts[1]!.features[k]!, 12);
    }
  });

  it('uses only the rows of its mini-batch', () => {
    const code = codeRows({ rows, count: 6, deviation: 0.1, source: streams(2)('batch').at(0) });
    const alone: RegressionRows = {
      count: 1,
      features: code.features.slice(2 * D, 3 * D),
      labels: code.labels.slice(2 * O, 3 * O),
    };
    expect([...codedGradient({ code, weights, noiseVariance: 0.01, chosen: Uint32Array.of(2) })]).toEqual([
      ...codedGradient({ code: alone, weights, noiseVariance: 0.01 }),
    ]);
  });
});

describe('weights of gradients that may not arrive', () => {
  const gradients = [3, -1, 4];
  const probabilities = [0.9, 0.5, 0.2];
  const sum = gradients.reduce((total, each) => total + each, 0);
  /** Over all 2³ sets of arrivals. */
  const expected = (own: (client: number) => number) => {
    let mean = 0;
    for (let set = 0; set < 8; set += 1) {
      const here = gradients.map((_, i) => (set >> i) % 2 === 1);
      const chance = here.reduce((product, is, i) => product * (is ? probabilities[i]! : 1 - probabilities[i]!), 1);
      mean += chance * gradients.reduce((total, value, i) => total + (here[i] ? own(i) * value : 0), 0);
    }
    return mean;
  };

  it.each([0, 0.3, 0.5, 1])('are unbiased for a code of weight %d', (codeWeight) => {
    const coverage = probabilities.map((p) => coverageOf(p, { rule: 'unbiased', codeWeight, leastProbability: 0.05 }));
    const coded = coverage.reduce((total, { coded }, i) => total + coded * gradients[i]!, 0);
    expect(expected((i) => coverage[i]!.own) + coded).toBeCloseTo(sum, 12);
  });

  it('are unbiased in the complementary form of CFL, without a division', () => {
    const coverage = probabilities.map((p) =>
      coverageOf(p, { rule: 'complementary', codeWeight: 0.5, leastProbability: 0 }),
    );
    expect(coverage.map(({ own }) => own)).toEqual([1, 1, 1]);
    const coded = coverage.reduce((total, { coded }, i) => total + coded * gradients[i]!, 0);
    expect(expected(() => 1) + coded).toBeCloseTo(sum, 12);
  });

  it('leave a client that is hardly ever in time to the code', () => {
    expect(coverageOf(0.01, { rule: 'unbiased', codeWeight: 0.5, leastProbability: 0.05 })).toEqual({
      coded: 1,
      own: 0,
    });
  });

  it('have the least variance at V_C / (V_C + V_S)', () => {
    const clients = probabilities.map((probability, i) => ({ probability, squaredNorm: gradients[i]! ** 2 }));
    const variance = arrivalVariance(clients);
    expect(variance).toBeCloseTo((0.1 / 0.9) * 9 + 1 + 4 * 16, 12);
    const total = (weight: number) => (1 - weight) ** 2 * variance + weight ** 2 * 20;
    const best = optimalCodeWeight(variance, 20);
    for (const other of [0, 0.1, best - 0.01, best + 0.01, 1]) expect(total(best)).toBeLessThanOrEqual(total(other));
  });
});

describe('the privacy budget', () => {
  const features = Float64Array.of(1, 0.5, 0.5, 1, 0, 0.5, 1, 0);
  const exposure = exposureOf(features, 4);

  it('has the golden values of the dossier', () => {
    expect(exposure).toEqual({ signal: 1, interference: 0.5 });
    const golden = [
      [0, 0.7924812504],
      [0.25, 0.6111962107],
      [1, 0.3684827971],
      [4, 0.1447533085],
      [100, 0.007142113],
    ];
    for (const [variance, budget] of golden) expect(leakage(exposure, variance!)).toBeCloseTo(budget!, 9);
  });

  it('is inverted by the noise that it needs, and falls as noise grows', () => {
    const variance = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    fc.assert(fc.property(variance, (v) => Math.abs(noiseFor(exposure, leakage(exposure, v)) / v - 1) < 1e-9));
    fc.assert(
      fc.property(variance, fc.double({ min: 1.001, max: 10, noNaN: true }), (v, factor) => {
        return leakage(exposure, v * factor) < leakage(exposure, v);
      }),
    );
    expect(noiseFor(exposure, leakage(exposure, 0) + 0.1)).toBe(0);
  });

  it('falls when rows are added, and the budget by columns is never larger', () => {
    const more = Float64Array.of(...features, 0.4, 0.4);
    expect(leakage(exposureOf(more, 5), 1)).toBeLessThan(leakage(exposure, 1));
    for (const variance of [0.01, 0.25, 4]) {
      expect(columnLeakage(features, 4, variance)).toBeLessThanOrEqual(leakage(exposure, variance) + 1e-12);
    }
  });

  // Goal: the formula really bounds what leaks. Method: one record is ±x with equal chance, all others are known; the
  // mutual information of record and coded entry through the Gaussian channel, by numerical integration.
  it('bounds the mutual information of a binary record', () => {
    for (const variance of [0.05, 0.25, 1, 4]) {
      const noise = exposure.interference + variance;
      const density = (y: number, mean: number) =>
        Math.exp(-((y - mean) ** 2) / (2 * noise)) / Math.sqrt(2 * Math.PI * noise);
      let information = 0;
      const step = 1e-3;
      for (let y = -20; y < 20; y += step) {
        const [up, down] = [density(y, 1), density(y, -1)];
        if (up > 0) information += step * up * Math.log2((2 * up) / (up + down));
      }
      expect(information).toBeGreaterThan(0);
      expect(information).toBeLessThanOrEqual(leakage(exposure, variance) + 1e-9);
    }
  });
});

describe('stochastic rounding', () => {
  it('is unbiased, off by less than 1, and leaves whole numbers alone', () => {
    const stream = streams(4)('rounding');
    for (const value of [0.3, -2.75, 7.5]) {
      let sum = 0;
      for (let i = 0; i < 100_000; i += 1) sum += stochasticRound(value, stream.at(i));
      const share = value - Math.floor(value);
      const standardError = Math.sqrt((share * (1 - share)) / 100_000);
      expect(Math.abs(sum / 100_000 - value)).toBeLessThan(4 * standardError);
    }
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.nat(1000), (value, i) => {
        expect(Math.abs(stochasticRound(value, stream.at(i)) - value)).toBeLessThan(1);
        expect(stochasticRound(Math.round(value), stream.at(i)) - Math.round(value)).toBe(0);
      }),
    );
  });
});
