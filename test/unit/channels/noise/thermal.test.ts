import { expect, test } from 'vitest';
import { thermal } from '../../../../channels/noise/thermal.ts';
import { realise } from '../../../../src/part.ts';
import { wattsToDbm } from '../../../../src/units.ts';

test.each([
  [1, 0, -174],
  [1e6, 0, -114],
  [10e6, 5, -99],
  [180e3, 9, -112.44727],
])('thermal noise in %d Hz with a figure of %d dB is %d dBm', (bandwidth, noiseFigureDb, expected) => {
  expect(wattsToDbm(realise(thermal({ noiseFigureDb })).powerW(bandwidth))).toBeCloseTo(expected, 5);
});

test('the density is that of 290 K within its rounding', () => {
  // k T = 1.380649e-23 J/K · 290 K = 4.003882e-21 W/Hz = −173.975 dBm/Hz.
  const watts = realise(thermal({ noiseFigureDb: 0 })).powerW(1);
  expect(Math.abs(wattsToDbm(watts) - wattsToDbm(1.380649e-23 * 290))).toBeLessThan(0.03);
});

test('another density takes its place', () => {
  const { powerW } = realise(thermal({ densityDbmPerHz: -170, noiseFigureDb: 0 }));
  expect(wattsToDbm(powerW(1e6))).toBeCloseTo(-110, 10);
});
