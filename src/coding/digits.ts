import { sharedDoubles } from '../math/shared.ts';

/** Bits of a field element that one double of a vector holds. */
const DIGIT_BITS = 48;
const DIGIT = 1n << BigInt(DIGIT_BITS);

/** Doubles that one element takes. */
export const digitsOf = (bits: number): number => Math.ceil(bits / DIGIT_BITS);

/** Elements as one vector in shared memory, each as digits to the base 2⁴⁸, the lowest first. */
export function pack(elements: readonly bigint[], bits: number): Float64Array {
  const digits = digitsOf(bits);
  const vector = sharedDoubles(digits * elements.length);
  elements.forEach((element, i) => {
    let rest = element;
    for (let digit = 0; digit < digits; digit += 1) {
      vector[i * digits + digit] = Number(rest % DIGIT);
      rest /= DIGIT;
    }
  });
  return vector;
}

/** The elements of a packed vector. */
export function unpack(vector: Float64Array, bits: number): bigint[] {
  const digits = digitsOf(bits);
  return Array.from({ length: vector.length / digits }, (_, i) => {
    let element = 0n;
    for (let digit = digits - 1; digit >= 0; digit -= 1) {
      element = element * DIGIT + BigInt(vector[i * digits + digit]!);
    }
    return element;
  });
}
