import { sharedDoubles } from '../math/shared.ts';
import type { Source } from '../math/streams.ts';

/** p = 2³¹ − 1, the largest Mersenne prime whose products doubles can hold in two halves. */
export const P31 = 2 ** 31 - 1;

const HALF_WORD = 2 ** 16;
/** So many products of 16 by 31 bits, and a rest below 2³², stay below 2⁵³. */
const TERMS_MAX = 31;

/** x mod p for whole 0 ≤ x < 2⁵³: 2³¹ counts as 1, so the upper bits are added to the lower ones. */
export function reduce31(x: number): number {
  const rest = x - Math.floor(x / 2 ** 31) * P31;
  return rest >= P31 ? rest - P31 : rest;
}

/** a · b mod p in halves, so that no product reaches 2⁵³. */
export function multiply31(a: number, b: number): number {
  const high = Math.floor(a / HALF_WORD);
  return reduce31(reduce31(high * b) * HALF_WORD + (a - high * HALF_WORD) * b);
}

/** v mod p for a whole |v| < 2⁵³. */
export const of31 = (v: number): number => {
  const rest = reduce31(Math.abs(v));
  return v < 0 && rest > 0 ? P31 - rest : rest;
};

/** ψ: the signed representative, z where z < (p − 1)/2, else z − p. */
export const lift31 = (z: number): number => (z < (P31 - 1) / 2 ? z : z - P31);

/** A uniform element, by rejection. */
export function draw31(source: Source): number {
  for (;;) {
    const value = Math.floor(source() * 2 ** 31);
    if (value < P31) return value;
  }
}

/** Two running sums per entry, of products by upper and by lower halves. */
interface Sums {
  readonly high: Float64Array;
  readonly low: Float64Array;
  terms: number;
}

const sumsOf = (length: number): Sums => ({
  high: new Float64Array(length),
  low: new Float64Array(length),
  terms: 0,
});

/** sums += a · v[from …] */
function accumulate(sums: Sums, a: number, v: Float64Array, from: number): void {
  const { high, low } = sums;
  if (sums.terms === TERMS_MAX) {
    for (let j = 0; j < high.length; j += 1) {
      high[j] = reduce31(high[j]!);
      low[j] = reduce31(low[j]!);
    }
    sums.terms = 0;
  }
  const upper = Math.floor(a / HALF_WORD);
  const lower = a - upper * HALF_WORD;
  for (let j = 0; j < high.length; j += 1) {
    const value = v[from + j]!;
    high[j]! += upper * value;
    low[j]! += lower * value;
  }
  sums.terms += 1;
}

/** Writes the sums, and clears them. */
function settle(sums: Sums, into: Float64Array, at: number): void {
  const { high, low } = sums;
  for (let j = 0; j < high.length; j += 1) {
    into[at + j] = reduce31(reduce31(high[j]!) * HALF_WORD + reduce31(low[j]!));
  }
  high.fill(0);
  low.fill(0);
  sums.terms = 0;
}

/** Σ_k a_k v_k mod p. @param vectors of one length, [terms][entries] */
export function combine31(coefficients: readonly number[], vectors: readonly Float64Array[]): Float64Array {
  const length = vectors[0]?.length ?? 0;
  const sums = sumsOf(length);
  vectors.forEach((vector, k) => {
    accumulate(sums, coefficients[k]!, vector, 0);
  });
  const result = sharedDoubles(length);
  settle(sums, result, 0);
  return result;
}

/** A B mod p. @param a [rows × inner] @param b [inner × columns] @returns [rows × columns] */
export function product31(a: Float64Array, b: Float64Array, rows: number): Float64Array {
  const inner = a.length / rows;
  const columns = b.length / inner;
  const result = new Float64Array(rows * columns);
  const sums = sumsOf(columns);
  for (let row = 0; row < rows; row += 1) {
    for (let k = 0; k < inner; k += 1) {
      const factor = a[row * inner + k]!;
      if (factor !== 0) accumulate(sums, factor, b, k * columns);
    }
    settle(sums, result, row * columns);
  }
  return result;
}

/** Aᵀ of [rows × columns]. */
export function transpose(a: Float64Array, rows: number): Float64Array {
  const columns = a.length / rows;
  const result = new Float64Array(a.length);
  for (let i = 0; i < rows; i += 1) for (let j = 0; j < columns; j += 1) result[j * rows + i] = a[i * columns + j]!;
  return result;
}
