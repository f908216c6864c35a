import { assert } from '../assert.ts';
import { power } from '../math/power.ts';
import type { Source } from '../math/streams.ts';
import { draw31, multiply31, P31 } from './mersenne31.ts';

/** Sums and products of exact whole numbers: of all integers, or of a prime field. */
export interface Ring<Element> {
  readonly zero: Element;
  add(a: Element, b: Element): Element;
  subtract(a: Element, b: Element): Element;
  multiply(a: Element, b: Element): Element;
  /** The element that stands for an integer; in a field v mod p. */
  of(integer: bigint): Element;
  /** The integer that an element stands for; in a field the signed representative, −(p + 1)/2 … (p − 3)/2. */
  lift(element: Element): bigint;
}

/** A field F_p of prime order. */
export interface PrimeField<Element> extends Ring<Element> {
  readonly order: bigint;
  /** ⌈log₂ p⌉, bits of one element on the air. */
  readonly bits: number;
  /** The multiplicative inverse of an element that is not 0. */
  invert(element: Element): Element;
  /** An element drawn uniformly. */
  draw(source: Source): Element;
}

/** Exponents e of Mersenne primes 2^e − 1. */
export const MERSENNE_EXPONENTS = [13, 17, 19, 31, 61, 89, 107, 127, 521] as const;

const DRAW_BITS = 48;

const bitsOf = (order: bigint): number => (order - 1n).toString(2).length;

/** All integers, without an end: what the field's results are checked against. */
export const integers: Ring<bigint> = {
  zero: 0n,
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  of: (integer) => integer,
  lift: (element) => element,
};

const modulo = (value: bigint, order: bigint): bigint => {
  const rest = value % order;
  return rest < 0n ? rest + order : rest;
};

/** ψ: an element as a signed integer, z where z < (p − 1)/2, else z − p. */
const signed = (element: bigint, order: bigint): bigint => (element < (order - 1n) / 2n ? element : element - order);

function powerModulo(base: bigint, exponent: bigint, order: bigint): bigint {
  let result = 1n;
  let square = modulo(base, order);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % order;
    square = (square * square) % order;
  }
  return result;
}

/** A uniform integer 0 … order − 1, by rejection: no element is likelier than another. */
function drawBelow(order: bigint, source: Source): bigint {
  const bits = bitsOf(order);
  for (;;) {
    let value = 0n;
    let missing = bits;
    while (missing > 0) {
      const count = Math.min(DRAW_BITS, missing);
      value = (value << BigInt(count)) | BigInt(Math.floor(source() * power(2, count)));
      missing -= count;
    }
    if (value < order) return value;
  }
}

/**
 * The field of integers modulo a prime p of any size, exact.
 *
 * @param order p, a prime ≥ 3; Fermat's test to the bases 2 and 3 refuses most numbers that are none
 */
export function bigField(order: bigint): PrimeField<bigint> {
  const isPrime =
    order === 3n || (powerModulo(2n, order - 1n, order) === 1n && powerModulo(3n, order - 1n, order) === 1n);
  assert(order >= 3n && isPrime, 'the order of a prime field is a prime of at least 3');
  return {
    ...{ order, bits: bitsOf(order), zero: 0n },
    add: (a, b) => (a + b) % order,
    subtract: (a, b) => modulo(a - b, order),
    multiply: (a, b) => (a * b) % order,
    of: (integer) => modulo(integer, order),
    lift: (element) => signed(element, order),
    invert(element) {
      assert(element !== 0n, 'only elements that are not 0 have an inverse');
      return powerModulo(element, order - 2n, order);
    },
    draw: (source) => drawBelow(order, source),
  };
}

/** The field of order 2^e − 1. */
export const mersenneField = (exponent: number): PrimeField<bigint> => bigField((1n << BigInt(exponent)) - 1n);

/** The field of order 2³¹ − 1 on plain numbers; for whole vectors see `mersenne31.ts`. */
export const field31: PrimeField<number> = {
  ...{ order: BigInt(P31), bits: 31, zero: 0 },
  add: (a, b) => (a + b) % P31,
  subtract: (a, b) => (a - b + P31) % P31,
  multiply: multiply31,
  of: (integer) => Number(modulo(integer, BigInt(P31))),
  lift: (element) => BigInt(element < (P31 - 1) / 2 ? element : element - P31),
  invert(element) {
    assert(element !== 0, 'only elements that are not 0 have an inverse');
    return Number(powerModulo(BigInt(element), BigInt(P31 - 2), BigInt(P31)));
  },
  draw: draw31,
};

/** Σ_k a_k v_k over a ring, entry by entry. @param vectors all of one length, [terms][entries] */
export function combine<Element>(
  ring: Ring<Element>,
  coefficients: readonly Element[],
  vectors: readonly (readonly Element[])[],
): Element[] {
  assert(coefficients.length === vectors.length, 'each vector of a combination has a coefficient');
  const length = vectors[0]?.length ?? 0;
  const sums = new Array<Element>(length).fill(ring.zero);
  vectors.forEach((vector, term) => {
    const factor = coefficients[term] as Element;
    for (let i = 0; i < length; i += 1)
      sums[i] = ring.add(sums[i] as Element, ring.multiply(factor, vector[i] as Element));
  });
  return sums;
}
