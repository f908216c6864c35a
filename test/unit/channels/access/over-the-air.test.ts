import { mean, sampleStandardDeviation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { normalisation } from '../../../../channels/access/normalisation.ts';
import {
  airError,
  airSeconds,
  drawAir,
  type Misalignment,
  perfectAlignment,
} from '../../../../channels/access/over-the-air.ts';
import { superpose } from '../../../../channels/access/superposition.ts';
import { inversion } from '../../../../channels/power-control/inversion.ts';
import { optimal } from '../../../../channels/power-control/optimal.ts';
import { normal } from '../../../../src/math/distributions.ts';
import { streams } from '../../../../src/math/streams.ts';
import type { AirBlock } from '../../../../src/network/contract.ts';
import { realise } from '../../../../src/part.ts';

const SIGMAS = 5;
const named = streams(14);
const stream = named('air');
const silence = named('noise').at(0);
const senders = [0.3, 0.6, 0.9].map((gain, k) => ({ gain, power: 1, weight: 0.5 + k / 4 }));
const setting = (misalignment: Partial<Misalignment> = {}, noiseW = 0.1) => ({
  powerControl: realise(inversion()),
  noiseW,
  misalignment: { ...perfectAlignment, ...misalignment },
});

/** Updates of independent standard normal entries. */
const updatesOf = (count: number, length: number): Float32Array[] =>
  Array.from({ length: count }, (_, k) => {
    const source = named(`client-${k}/update`).at(0);
    return Float32Array.from({ length }, () => normal(source));
  });

describe('an aligned sum', () => {
  // The golden instance of PO-FL's dossier: four clients, the first and third scheduled, ζ = √η.
  const updates = [
    [1, 2, 2],
    [0, 1, 0],
    [2, -1, 2],
    [0.5, 0.5, -0.5],
  ].map((each) => Float32Array.from(each));
  const scale = normalisation(updates, [0.1, 0.2, 0.3, 0.4]);
  const scheduled = [
    { gain: 0.2 ** 2, power: 1, weight: 0.288380301 },
    { gain: 1, power: 1, weight: 0.2927002112 },
  ];
  const block = drawAir(stream, 0, scheduled, setting({}, 0.05));

  test('normalises by weighted means of means and variances', () => {
    expect(scale.mean).toBeCloseTo(0.6, 9);
    expect(scale.deviation ** 2).toBeCloseTo(0.7555555556, 9);
  });

  test('is scaled so that the weakest weighted link transmits at full power', () => {
    expect(Math.sqrt(block.control.denoisingFactor)).toBeCloseTo(0.6935286472, 9);
    expect(block.control.amplitudes[0]).toBeCloseTo(1, 12);
    expect(block.control.amplitudes[1]).toBeCloseTo(0.2029959815, 9);
    expect((scale.deviation * block.noiseDeviation) ** 2).toBeCloseTo(0.0785430203, 9);
  });

  test('is the weighted sum to the last digit of the entries where there is no noise', () => {
    const heard = [updates[0]!, updates[2]!];
    const estimate = superpose(heard, { ...block, noiseDeviation: 0 }, silence, scale);
    [0.8737807234, 0.2840603908, 1.1621610244].forEach((expected, i) => expect(estimate[i]).toBeCloseTo(expected, 6));
  });

  test('does not depend on what it is normalised by', () => {
    const heard = [updates[0]!, updates[2]!];
    const quiet = { ...block, noiseDeviation: 0 };
    const others = superpose(heard, quiet, silence, { mean: -3, deviation: 9 });
    superpose(heard, quiet, silence).forEach((entry, i) => expect(others[i]).toBeCloseTo(entry, 5));
  });

  test('of equal constants needs no symbols at all', () => {
    const same = [new Float32Array(4).fill(2), new Float32Array(4).fill(2)];
    const weights = scheduled.reduce((sum, { weight }) => sum + weight, 0);
    superpose(same, block, silence).forEach((entry) => expect(entry).toBeCloseTo(2 * weights, 6));
  });

  test('takes D / B however many send', () => {
    expect(airSeconds(7850, 1e6)).toBeCloseTo(7.85e-3, 15);
  });
});

/** Mean over elements of the squared error of an estimate of Σ ω g, and its standard error. */
function measured(updates: readonly Float32Array[], block: AirBlock) {
  const scale = { mean: 0, deviation: 1 };
  const estimate = superpose(updates, block, named('noise').at(1), scale);
  const squares = [...estimate].map((entry, i) => {
    const wanted = updates.reduce((sum, update, k) => sum + block.weights[k]! * update[i]!, 0);
    return (entry - wanted) ** 2;
  });
  return { error: mean(squares), deviation: sampleStandardDeviation(squares) / Math.sqrt(squares.length) };
}

// Goal: the closed form of the error. Method: symbols that are independent and of unit power, so each element is a trial;
// neighbours share a late symbol, which at most doubles the variance of the mean.
test.each([
  ['perfect alignment', {}],
  ['phase errors', { phaseDeviation: 0.4 }],
  ['late senders', { timingSpread: 0.5 }],
  ['imperfect channel knowledge', { estimationError: 0.1 }],
  ['all at once', { phaseDeviation: 0.3, timingSpread: 0.3, estimationError: 0.05 }],
])('under %s the mean squared error of real vectors is the closed form’s', (_, misalignment) => {
  const updates = updatesOf(senders.length, 40_000);
  const block = drawAir(stream, 3, senders, setting(misalignment));
  const { error, deviation } = measured(updates, block);
  expect(Math.abs(error - airError(block))).toBeLessThan(SIGMAS * Math.SQRT2 * deviation);
  if (Object.keys(misalignment).length === 0) expect(airError(block)).toBeCloseTo(block.control.meanSquaredError, 12);
  else expect(airError(block)).toBeGreaterThan(block.control.meanSquaredError);
});

test('the error averaged over Gaussian phases is Σ ω² ((1 + e^(−2s²)) / 2 − 2 e^(−s²/2) + 1) + σ² / η', () => {
  const [BLOCKS, s] = [20_000, 0.5];
  const errors = Array.from({ length: BLOCKS }, (_, index) =>
    airError(drawAir(stream, index, senders, setting({ phaseDeviation: s }))),
  );
  const { denoisingFactor } = drawAir(stream, 0, senders, setting()).control;
  const weights = senders.reduce((sum, { weight }) => sum + weight ** 2, 0);
  const bias = (1 + Math.exp(-2 * s * s)) / 2 - 2 * Math.exp((-s * s) / 2) + 1;
  const expected = weights * bias + 0.1 / denoisingFactor;
  const tolerance = (SIGMAS * sampleStandardDeviation(errors)) / Math.sqrt(BLOCKS);
  expect(Math.abs(mean(errors) - expected)).toBeLessThan(tolerance);
});

test('the error averaged over uniform delays is Σ ω² (2/3) d² + σ² / η', () => {
  // c = ω: (ω(1 − δ) − ω)² + (ω δ)² = 2 ω² δ², and E δ² = d² / 3.
  const [BLOCKS, d] = [20_000, 0.6];
  const errors = Array.from({ length: BLOCKS }, (_, index) =>
    airError(drawAir(stream, index, senders, setting({ timingSpread: d }))),
  );
  const { denoisingFactor } = drawAir(stream, 0, senders, setting()).control;
  const weights = senders.reduce((sum, { weight }) => sum + weight ** 2, 0);
  const expected = (weights * 2 * d * d) / 3 + 0.1 / denoisingFactor;
  const tolerance = (SIGMAS * sampleStandardDeviation(errors)) / Math.sqrt(BLOCKS);
  expect(Math.abs(mean(errors) - expected)).toBeLessThan(tolerance);
});

test('power limits hold whatever a sender believes, and noise and draws are functions of their streams', () => {
  const rough = { ...setting({ estimationError: 0.5, phaseDeviation: 1 }), powerControl: realise(optimal()) };
  for (let index = 0; index < 200; index += 1) {
    const block = drawAir(stream, index, senders, rough);
    block.control.amplitudes.forEach((amplitude, k) => {
      expect(amplitude).toBeLessThanOrEqual(Math.sqrt(senders[k]!.power) + 1e-12);
    });
    expect(drawAir(stream, index, senders, rough)).toEqual(block);
  }
  const updates = updatesOf(3, 50);
  const block = drawAir(stream, 1, senders, setting());
  expect(superpose(updates, block, named('noise').at(7))).toEqual(superpose(updates, block, named('noise').at(7)));
});
