import { describe, expect, test } from 'vitest';
import { inversion } from '../../../../channels/power-control/inversion.ts';
import { meanSquaredError } from '../../../../channels/power-control/mean-squared-error.ts';
import { optimal } from '../../../../channels/power-control/optimal.ts';
import { truncatedInversion } from '../../../../channels/power-control/truncated-inversion.ts';
import { exponential } from '../../../../src/math/distributions.ts';
import { streams } from '../../../../src/math/streams.ts';
import type { AirSender, PowerControl } from '../../../../src/network/contract.ts';
import { type Part, realise } from '../../../../src/part.ts';

const equal = (...gains: number[]): AirSender[] => gains.map((gain) => ({ gain, power: 1, weight: 1 }));
const three = equal(0.3, 0.6, 0.9);
const stream = streams(15)('senders');

/** Rayleigh channels with unequal powers and weights. */
function drawn(index: number): AirSender[] {
  const source = stream.at(index);
  return Array.from({ length: 1 + (index % 7) }, () => ({
    gain: exponential(source),
    power: 0.2 + source(),
    weight: 0.1 + source(),
  }));
}

describe('channel inversion', () => {
  test('aligns all with η = min P g and an error of σ² / η', () => {
    const { denoisingFactor, amplitudes, meanSquaredError: error } = realise(inversion()).control(three, 0.1);
    expect(denoisingFactor).toBeCloseTo(0.3, 12);
    [1, Math.SQRT1_2, Math.sqrt(1 / 3)].forEach((expected, k) => expect(amplitudes[k]).toBeCloseTo(expected, 12));
    expect(error).toBeCloseTo(1 / 3, 12);
  });

  test('delivers the weights within all power limits, and the weakest weighted link needs all it has', () => {
    for (let index = 0; index < 100; index += 1) {
      const senders = drawn(index);
      const { denoisingFactor, amplitudes } = realise(inversion()).control(senders, 1);
      senders.forEach(({ gain, weight, power }, k) => {
        expect(Math.sqrt(gain / denoisingFactor) * amplitudes[k]!).toBeCloseTo(weight, 9);
        expect(amplitudes[k]! ** 2).toBeLessThanOrEqual(power * (1 + 1e-12));
      });
      const used = senders.map(({ power }, k) => amplitudes[k]! ** 2 / power);
      expect(Math.max(...used)).toBeCloseTo(1, 12);
    }
  });
});

describe('truncated inversion', () => {
  test('silences clients below the threshold, at the price of their symbols', () => {
    const control = realise(truncatedInversion({ threshold: 0.5 })).control(three, 0.1);
    expect(control.amplitudes[0]).toBe(0);
    expect(control.denoisingFactor).toBeCloseTo(0.6, 12);
    expect(control.meanSquaredError).toBeCloseTo(1 + 0.1 / 0.6, 12);
  });

  test('without a threshold takes the one of least error', () => {
    const { control } = realise(truncatedInversion());
    expect(control(three, 0.1).meanSquaredError).toBeCloseTo(1 / 3, 12);
    // With σ² = 1 a client at 0.01 costs 100 when aligned and 1 when silent.
    expect(control(equal(0.01, 0.6, 0.9), 1).meanSquaredError).toBeCloseTo(1 + 1 / 0.6, 12);
    for (const threshold of [0, 0.01, 0.6, 0.9]) {
      const given = realise(truncatedInversion({ threshold })).control(equal(0.01, 0.6, 0.9), 1);
      expect(given.meanSquaredError).toBeGreaterThanOrEqual(1 + 1 / 0.6 - 1e-12);
    }
  });

  test('leaves the strongest alone where nobody reaches the threshold', () => {
    expect(realise(truncatedInversion({ threshold: 5 })).control(three, 0.1).amplitudes).toEqual([0, 0, 1]);
  });
});

describe('optimal control', () => {
  const { control } = realise(optimal());

  test('is √η = σ² + 1 for one client of unit gain: the estimator of least squares', () => {
    // Minimising (1/√η − 1)² + σ²/η over 1/√η gives 1 / (1 + σ²), with an error of σ² / (1 + σ²).
    const single = control(equal(1), 0.25);
    expect(single.denoisingFactor).toBeCloseTo(1.25 ** 2, 12);
    expect(single.amplitudes).toEqual([1]);
    expect(single.meanSquaredError).toBeCloseTo(0.2, 12);
  });

  test('of three clients is the least of the three candidate factors', () => {
    // a = √0.3, √0.6, √0.9; (0.1 + Σ a²) / Σ a: 0.7302967, 0.7565220, 0.8378131. The first is below a_2: only client 0 is
    // at full power.
    const { denoisingFactor, amplitudes, meanSquaredError: error } = control(three, 0.1);
    expect(Math.sqrt(denoisingFactor)).toBeCloseTo(0.4 / Math.sqrt(0.3), 12);
    expect(amplitudes[0]).toBe(1);
    expect(amplitudes[1]).toBeCloseTo(0.4 / Math.sqrt(0.3 * 0.6), 12);
    // (a / √η − 1)² + σ² / η = (0.75 − 1)² + 0.1 · 0.3 / 0.16.
    expect(error).toBeCloseTo(0.0625 + 0.1875, 12);
  });

  test('has no greater error than any other factor with full-power clipping, on a fine grid', () => {
    for (let index = 0; index < 60; index += 1) {
      const senders = drawn(index);
      const noise = 0.01 * 4 ** (index % 6);
      const best = control(senders, noise);
      for (let root = 0.01; root < 20; root *= 1.02) {
        const amplitudes = senders.map(({ gain, power, weight }) =>
          Math.min(Math.sqrt(power), (weight * root) / Math.sqrt(gain)),
        );
        const error = meanSquaredError(senders, amplitudes, root ** 2, noise);
        expect(error).toBeGreaterThanOrEqual(best.meanSquaredError - 1e-12);
      }
    }
  });

  test('splits clients by a threshold: full power below, inversion above', () => {
    for (let index = 0; index < 100; index += 1) {
      const senders = drawn(index);
      const { amplitudes, denoisingFactor } = control(senders, 0.5);
      senders.forEach(({ gain, power, weight }, k) => {
        const isWeak = (gain * power) / weight ** 2 <= denoisingFactor;
        const arrives = Math.sqrt(gain / denoisingFactor) * amplitudes[k]!;
        if (isWeak) expect(amplitudes[k]).toBeCloseTo(Math.sqrt(power), 12);
        else expect(arrives).toBeCloseTo(weight, 9);
      });
    }
  });

  test('is never worse than inversion or truncated inversion, and without noise is inversion', () => {
    for (let index = 0; index < 100; index += 1) {
      const senders = drawn(index);
      const best = control(senders, 0.3).meanSquaredError;
      for (const other of [inversion(), truncatedInversion()]) {
        expect(realise(other).control(senders, 0.3).meanSquaredError).toBeGreaterThanOrEqual(best - 1e-12);
      }
    }
    expect(control(three, 0).meanSquaredError).toBeCloseTo(0, 12);
    expect(control(three, 0).denoisingFactor).toBeCloseTo(0.3, 12);
  });
});

test('doubling all powers halves the noise of inversion, and scaling noise and power alike changes nothing', () => {
  for (let index = 0; index < 20; index += 1) {
    const senders = drawn(index);
    const strong = senders.map((sender) => ({ ...sender, power: 2 * sender.power }));
    const invert = realise(inversion());
    const controls: Part<PowerControl>[] = [inversion(), truncatedInversion(), optimal()];
    expect(invert.control(strong, 0.1).meanSquaredError).toBeCloseTo(
      invert.control(senders, 0.1).meanSquaredError / 2,
      9,
    );
    for (const each of controls) {
      const { control } = realise(each);
      expect(control(strong, 0.2).meanSquaredError).toBeCloseTo(control(senders, 0.1).meanSquaredError, 9);
    }
  }
});
