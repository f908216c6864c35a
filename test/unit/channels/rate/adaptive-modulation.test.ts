import { expect, test } from 'vitest';
import { adaptiveModulation, qualityIndex } from '../../../../channels/rate/adaptive-modulation.ts';
import { channelQuality, efficiency } from '../../../../channels/tables/channel-quality.ts';
import { realise } from '../../../../src/part.ts';
import { dbToLinear } from '../../../../src/units.ts';

/** Efficiencies as TS 36.213, Table 7.2.3-1, prints them, rounded to four decimals. */
const PRINTED = [
  0.1523, 0.2344, 0.377, 0.6016, 0.877, 1.1758, 1.4766, 1.9141, 2.4063, 2.7305, 3.3223, 3.9023, 4.5234, 5.1152, 5.5547,
];
const HALF_UNIT = 0.5e-4;

test('the table has the efficiencies that the standard prints, in ascending order of SNR and rate', () => {
  expect(channelQuality.map(({ index }) => index)).toEqual(PRINTED.map((_, i) => i + 1));
  channelQuality.forEach((row, i) => {
    expect(Math.abs(efficiency(row) - PRINTED[i]!)).toBeLessThan(HALF_UNIT + 1e-9);
    if (i > 0) expect(row.thresholdDb).toBeGreaterThan(channelQuality[i - 1]!.thresholdDb);
  });
});

test('no row promises more than capacity at its threshold', () => {
  for (const row of channelQuality) {
    expect(efficiency(row)).toBeLessThan(Math.log2(1 + dbToLinear(row.thresholdDb)));
  }
});

test('a row is in use from its threshold up to the next', () => {
  const { rate } = realise(adaptiveModulation());
  channelQuality.forEach((row, i) => {
    expect(qualityIndex(row.thresholdDb)).toBe(row.index);
    expect(qualityIndex(row.thresholdDb - 1e-9)).toBe(row.index - 1);
    const expected = PRINTED[i]! * 1e6;
    expect(Math.abs(rate(dbToLinear(row.thresholdDb + 1e-6), 1e6) - expected)).toBeLessThan(HALF_UNIT * 1e6 + 1e-3);
  });
  expect(rate(dbToLinear(-6.701), 1e6)).toBe(0);
  expect(rate(0, 1e6)).toBe(0);
  expect(rate(Number.POSITIVE_INFINITY, 1e6) / 1e6).toBeCloseTo((6 * 948) / 1024, 12);
});

test('a margin moves the thresholds, and overhead takes its share', () => {
  const { rate } = realise(adaptiveModulation({ marginDb: 3, overhead: 0.25 }));
  expect(rate(dbToLinear(3.1), 1e6)).toBeCloseTo(0.75 * ((2 * 193) / 1024) * 1e6, 6);
  expect(rate(dbToLinear(3.3), 1e6)).toBeCloseTo(0.75 * ((2 * 308) / 1024) * 1e6, 6);
  expect(adaptiveModulation.schema.safeParse({ overhead: 1 }).success).toBe(false);
});
