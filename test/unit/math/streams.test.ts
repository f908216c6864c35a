import { sampleCorrelation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../src/errors.ts';
import { philox } from '../../../src/math/philox.ts';
import { streams } from '../../../src/math/streams.ts';

const SAMPLES = 100_000;
/** Five standard deviations: a sound generator fails one check in 1.7 million. */
const SIGMAS = 5;
const firsts = (name: string, seed = 7): number[] => {
  const stream = streams(seed)(name);
  return Array.from({ length: SAMPLES }, (_, index) => stream.at(index)());
};

describe('a stream', () => {
  test('gives the same numbers to whoever asks, how often and in which order', () => {
    const take = (index: number): number[] => {
      const source = streams(7)('client-3/fading').at(index);
      return [source(), source(), source(), source(), source()];
    };
    const [late, early] = [take(9), take(2)];
    expect(take(2)).toEqual(early);
    expect(take(9)).toEqual(late);
  });

  test('lets two sources be asked in turns without disturbing each other', () => {
    const stream = streams(7)('turns');
    const [alone, other, between] = [stream.at(1), stream.at(2), stream.at(1)];
    const expected = [alone(), alone(), alone(), alone()];
    const taken = expected.map(() => {
      other();
      return between();
    });
    expect(taken).toEqual(expected);
  });

  test('keeps these numbers in every release', () => {
    const source = streams(42)('client-0/fading').at(3);
    expect([source(), source(), source()]).toMatchInlineSnapshot(`
      [
        0.003535466587944458,
        0.34946510259817676,
        0.511991375187219,
      ]
    `);
  });

  test('takes its blocks at the counters (index low, index high, lane, 0), two numbers of 53 bits each', () => {
    // The empty name's key is the first half of the block that holds its length, 0, and the tag of names, 1.
    const key = new Uint32Array(4);
    philox(0, 0, 0, 1, 5, 2, key);
    const index = 3 * 2 ** 32 + 17;
    const source = streams(2 * 2 ** 32 + 5)('').at(index);
    for (const lane of [0, 1]) {
      const words = new Uint32Array(4);
      philox(17, 3, lane, 0, key[0]!, key[1]!, words);
      const [a, b, c, d] = [...words].map(BigInt) as [bigint, bigint, bigint, bigint];
      expect(source() * 2 ** 53).toBe(Number(((a >> 5n) << 26n) | (b >> 6n)));
      expect(source() * 2 ** 53).toBe(Number(((c >> 5n) << 26n) | (d >> 6n)));
    }
  });

  test('has uniform draws: mean 1/2, variance 1/12', () => {
    const draws = firsts('uniform');
    const mean = draws.reduce((sum, u) => sum + u, 0) / SAMPLES;
    const variance = draws.reduce((sum, u) => sum + (u - 0.5) ** 2, 0) / SAMPLES;
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(SIGMAS * Math.sqrt(1 / 12 / SAMPLES));
    // Var[(u − ½)²] = 1/80 − 1/144 = 1/180.
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(SIGMAS * Math.sqrt(1 / 180 / SAMPLES));
  });

  test.each([
    ['a name that differs in one character', 'client-1', 'client-2'],
    ['a name that goes on', 'client-1', 'client-1\0'],
    ['a name that differs after sixteen bytes', 'edge-server-0001/a', 'edge-server-0001/b'],
    [
      'a name whose blocks come in another order',
      'aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb',
      'bbbbbbbbbbbbbbbbaaaaaaaaaaaaaaaa',
    ],
  ])('is uncorrelated with that of %s', (_, one, other) => {
    expect(Math.abs(sampleCorrelation(firsts(one), firsts(other)))).toBeLessThan(SIGMAS / Math.sqrt(SAMPLES));
  });

  test.each([
    [0, 1],
    [1, 1 + 2 ** 32],
    [2 ** 32, 2 ** 33],
  ])('under seed %d is uncorrelated with the same name under seed %d', (one, other) => {
    const correlation = sampleCorrelation(firsts('same', one), firsts('same', other));
    expect(Math.abs(correlation)).toBeLessThan(SIGMAS / Math.sqrt(SAMPLES));
  });

  test.each([-1, 0.5, 2 ** 53, Number.NaN])('refuses %d as seed and as index', (number) => {
    expect(() => streams(number)).toThrow(InvariantError);
    expect(() => streams(1)('name').at(number)).toThrow(InvariantError);
  });
});
