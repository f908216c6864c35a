import { describe, expect, test } from 'vitest';
import {
  apply,
  identity,
  multiply,
  power,
  scale,
  spectralNorm,
  symmetricEigenvalues,
  transpose,
} from '../../../src/math/linear.ts';

describe('small dense algebra', () => {
  test('multiplies matrices of fitting shapes', () => {
    expect(multiply([[1, 2, 3]], [[4], [5], [6]])).toEqual([[32]]);
    expect(
      apply(
        [
          [1, 2],
          [3, 4],
        ],
        [5, 6],
      ),
    ).toEqual([17, 39]);
  });

  test('transposes, and scales rows and columns', () => {
    expect(transpose([[1, 2, 3]])).toEqual([[1], [2], [3]]);
    expect(
      scale(
        [
          [1, 2],
          [3, 4],
        ],
        [10, 100],
        [1, 5],
      ),
    ).toEqual([
      [10, 100],
      [300, 2000],
    ]);
  });

  test('takes powers: Fibonacci numbers by repeated squaring', () => {
    const step = [
      [1, 1],
      [1, 0],
    ];
    expect(power(step, 0)).toEqual(identity(2));
    expect(power(step, 1)).toEqual(step);
    expect(power(step, 30)).toEqual([
      [1346269, 832040],
      [832040, 514229],
    ]);
  });

  test('finds the eigenvalues 4 sin²(kπ / n) of a ring’s Laplacian, largest first', () => {
    const n = 8;
    const ring = identity(n).map((row, i) =>
      row.map((_, j) => (i === j ? 2 : Math.abs(i - j) === 1 || Math.abs(i - j) === n - 1 ? -1 : 0)),
    );
    const expected = Array.from({ length: n }, (_, k) => 4 * Math.sin((k * Math.PI) / n) ** 2).toSorted(
      (a, b) => b - a,
    );
    symmetricEigenvalues(ring).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 12);
    });
  });

  test('measures a matrix by its largest singular value', () => {
    expect(
      spectralNorm([
        [0.3, 0],
        [0, -0.4],
      ]),
    ).toBeCloseTo(0.4, 15);
    // A shear's norm is the golden ratio, though both of its eigenvalues are 1.
    expect(
      spectralNorm([
        [1, 1],
        [0, 1],
      ]),
    ).toBeCloseTo((1 + Math.sqrt(5)) / 2, 14);
    expect(
      spectralNorm([
        [0, 0],
        [0, 0],
      ]),
    ).toBe(0);
  });
});
