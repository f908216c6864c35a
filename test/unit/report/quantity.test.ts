import { describe, expect, it } from 'vitest';
import { count, plural, quantity, score, span } from '../../../src/report/quantity.ts';

describe('quantity', () => {
  it.each([
    [251_000_000, 'bit', '251 Mbit'],
    [7.849, 'J', '7.85 J'],
    [0.00152, 'J', '1.52 mJ'],
    [999.96, 'J', '1.00 kJ'],
    [999_600, 'bit', '1.00 Mbit'],
    [12, 'J', '12 J'],
    [0, 'bit', '0 bit'],
    [-1500, 'J', '−1.50 kJ'],
    [2e-6, 's', '2.00 µs'],
    [1e-20, 'J', '0.0000100 fJ'],
  ])('says %d %s as %s', (value, unit, text) => {
    expect(quantity(value, unit)).toBe(text);
  });
});

describe('span', () => {
  it.each([
    [0, '0 s'],
    [0.25, '250 ms'],
    [1.7, '1.70 s'],
    [119.4, '119 s'],
    [723, '12 m 3 s'],
    [119.9, '2 m'],
    [3599.6, '1 h'],
    [7199, '2 h'],
    [7500, '2 h 5 m'],
    [90_000, '1 d 1 h'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('says %d s as %s', (seconds, text) => {
    expect(span(seconds)).toBe(text);
  });
});

describe('numbers', () => {
  it('groups thousands', () => {
    expect([count(0), count(999), count(1000), count(1_234_567)]).toEqual(['0', '999', '1,000', '1,234,567']);
  });

  it('puts a word in the number that fits', () => {
    expect([plural(1, 'round'), plural(0, 'round'), plural(2000, 'round')]).toEqual([
      '1 round',
      '0 rounds',
      '2,000 rounds',
    ]);
  });

  it('shows a dash where nothing was scored', () => {
    expect([score(0.91239), score(null), score(Number.NaN)]).toEqual(['0.9124', '–', '–']);
  });
});
