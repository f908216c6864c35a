import { mean, sampleKurtosis, sampleStandardDeviation, sampleVariance } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { correlated, drawField, fieldAt } from '../../../../channels/shadowing/correlated.ts';
import { logNormal } from '../../../../channels/shadowing/log-normal.ts';
import { streams } from '../../../../src/math/streams.ts';
import { realise } from '../../../../src/part.ts';

const SIGMAS = 5;
const named = streams(16);
const link = named('client-0/shadowing');

describe('correlated shadowing', () => {
  const [FIELDS, WAVES, D] = [8000, 40, 20];
  const fields = Array.from({ length: FIELDS }, (_, server) => drawField(named(`edge-${server}/shadowing`), WAVES, D));

  test.each([
    [0, 0],
    [2, 0],
    [0, 10],
    [12, 16],
    [-60, 0],
  ])('between places (%d, %d) m apart is correlated by e^(−d / D)', (x, y) => {
    const products = fields.map((field) => fieldAt(field, { x: 3, y: -7 }) * fieldAt(field, { x: 3 + x, y: -7 + y }));
    const error = sampleStandardDeviation(products) / Math.sqrt(FIELDS);
    expect(Math.abs(mean(products) - Math.exp(-Math.hypot(x, y) / D))).toBeLessThan(SIGMAS * error);
  });

  test('is normal but for 1.5 / N of its kurtosis', () => {
    const values = fields.map((field) => fieldAt(field, { x: 100, y: 50 }));
    expect(Math.abs(mean(values))).toBeLessThan(SIGMAS / Math.sqrt(FIELDS));
    expect(Math.abs(sampleVariance(values) - 1)).toBeLessThan(SIGMAS * Math.sqrt(2 / FIELDS));
    expect(Math.abs(sampleKurtosis(values) + 1.5 / WAVES)).toBeLessThan(SIGMAS * Math.sqrt(24 / FIELDS));
    const below = values.filter((value) => value < -1).length / FIELDS;
    expect(Math.abs(below - 0.158655)).toBeLessThan(SIGMAS * Math.sqrt((0.158655 * 0.841345) / FIELDS));
  });

  test('is one field for all links of a server, another for each server, and changes little within centimetres', () => {
    const { shadowingDb } = realise(correlated());
    const [here, there] = [named('edge-0/shadowing'), named('edge-1/shadowing')];
    const place = { x: 5, y: 5 };
    const value = shadowingDb(link, { place, surroundings: here });
    expect(shadowingDb(named('client-9/shadowing'), { place, surroundings: here })).toBe(value);
    expect(shadowingDb(link, { place, surroundings: there })).not.toBe(value);
    expect(realise(correlated()).shadowingDb(link, { place, surroundings: named('edge-0/shadowing') })).toBe(value);
    expect(Math.abs(shadowingDb(link, { place: { x: 5.001, y: 5 }, surroundings: here }) - value)).toBeLessThan(0.5);
  });

  test('of a link whose place is not known is its own', () => {
    const { shadowingDb } = realise(correlated());
    const other = named('client-1/shadowing');
    expect(shadowingDb(link)).toBe(shadowingDb(link));
    expect(shadowingDb(link)).not.toBe(shadowingDb(other));
    expect(shadowingDb(link, { surroundings: other })).toBe(shadowingDb(link));
  });
});

test.each([
  ['log-normal', logNormal],
  ['correlated', correlated],
] as const)('%s shadowing has one deviation with line of sight and one without', (_, build) => {
  const { shadowingDb } = realise(build({ deviationDb: 8, clearDeviationDb: 4 }));
  const unknown = shadowingDb(link);
  expect(shadowingDb(link, { hasSight: false })).toBe(unknown);
  expect(shadowingDb(link, { hasSight: true })).toBeCloseTo(unknown / 2, 12);
  expect(realise(build({ deviationDb: 8 })).shadowingDb(link, { hasSight: true })).toBe(unknown);
});
