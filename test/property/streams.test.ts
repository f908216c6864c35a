import fc from 'fast-check';
import { expect, test } from 'vitest';
import { streams } from '../../src/math/streams.ts';

const integer = fc.maxSafeNat();
const name = fc.string({ unit: 'grapheme', maxLength: 40 });

const take = (seed: number, stream: string, index: number): number[] => {
  const source = streams(seed)(stream).at(index);
  return [source(), source(), source(), source()];
};

test('a draw is a function of seed, name and index, in [0, 1)', () => {
  fc.assert(
    fc.property(integer, name, integer, (seed, stream, index) => {
      const draws = take(seed, stream, index);
      expect(take(seed, stream, index)).toEqual(draws);
      for (const draw of draws) expect(draw >= 0 && draw < 1).toBe(true);
    }),
  );
});

test('another seed, name or index gives other numbers', () => {
  // Four draws of 53 bits agree by chance with probability 2⁻²¹²; two keys with 2⁻⁶⁴.
  const place = fc.tuple(integer, name, integer);
  fc.assert(
    fc.property(place, place, (one, other) => {
      fc.pre(one.some((part, i) => part !== other[i]));
      expect(take(...one)).not.toEqual(take(...other));
    }),
  );
});
