import { createRequire } from 'node:module';
import type * as Library from 'ml-matrix';

/** Required rather than imported: before an import Node reads all of its 150 kB for names, some 35 ms on each thread. */
const { EigenvalueDecomposition, Matrix, SingularValueDecomposition } = createRequire(import.meta.url)(
  'ml-matrix',
) as typeof Library;

/** A dense matrix by rows, `[row][column]`. */
export type Rows = readonly (readonly number[])[];

const toMatrix = (rows: Rows): Library.Matrix => new Matrix(rows as number[][]);

/** The matrix product A B, shapes [n][k] and [k][m]. */
export const multiply = (a: Rows, b: Rows): number[][] => toMatrix(a).mmul(toMatrix(b)).to2DArray();

/** The matrix–vector product A x. */
export const apply = (a: Rows, x: readonly number[]): number[] =>
  toMatrix(a)
    .mmul(Matrix.columnVector([...x]))
    .to1DArray();

/** The transpose, [n][m] to [m][n]. */
export const transpose = (a: Rows): number[][] => toMatrix(a).transpose().to2DArray();

/** diag(left) A diag(right): row i times left[i], column j times right[j]. */
export const scale = (a: Rows, left: readonly number[], right: readonly number[]): number[][] =>
  a.map((row, i) => row.map((entry, j) => left[i]! * entry * right[j]!));

/** The identity matrix, [n][n]. */
export const identity = (n: number): number[][] => Matrix.eye(n).to2DArray();

/** The power Aᵉ of a square matrix, by repeated squaring. @param exponent e, an integer ≥ 0; A⁰ = I */
export function power(a: Rows, exponent: number): number[][] {
  let result = Matrix.eye(a.length);
  let square = toMatrix(a);
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result.mmul(square);
    if (rest > 1) square = square.mmul(square);
  }
  return result.to2DArray();
}

/** The eigenvalues of a symmetric matrix, largest first. */
export const symmetricEigenvalues = (a: Rows): number[] =>
  new EigenvalueDecomposition(toMatrix(a), { assumeSymmetric: true }).realEigenvalues.toSorted((x, y) => y - x);

/** The spectral norm ‖A‖₂, its largest singular value: how much A can stretch a vector. */
export const spectralNorm = (a: Rows): number => new SingularValueDecomposition(toMatrix(a)).norm2;
