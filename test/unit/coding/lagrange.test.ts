import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bigField, field31, MERSENNE_EXPONENTS, mersenneField } from '../../../src/coding/field.ts';
import {
  decode,
  decodingRows,
  encode,
  encodingRows,
  lagrangeBasis,
  lagrangeCode,
  recoveryThreshold,
} from '../../../src/coding/lagrange.ts';
import { streams } from '../../../src/math/streams.ts';

const big = (...values: number[]) => values.map(BigInt);
const subsets = (n: number, k: number): number[][] =>
  k === 0 ? [[]] : n < k ? [] : [...subsets(n - 1, k), ...subsets(n - 1, k - 1).map((each) => [...each, n - 1])];

/** p = 1009, K = 2, T = 1, N = 6, β = 1, 2, 3, α = 4 … 9; x shards (5, 10) with mask 50, y shards (3, 7) with mask 20. */
const code = lagrangeCode({ field: bigField(1009n), shards: 2, privacy: 1, clients: 6 });

describe('the golden code over F_1009', () => {
  const shares = encode(code, [big(5), big(10)], [big(50)]).flat();
  const labels = encode(code, [big(3), big(7)], [big(20)]).flat();
  const gradient = (w: bigint) =>
    shares.map((x, j) => (((2n * x * (w * x - (labels[j] as bigint))) % 1009n) + 1009n) % 1009n);
  const decoded = (w: bigint, clients: number[]) =>
    decode(
      code,
      2,
      clients.map((client) => ({ client, vector: [gradient(w)[client] as bigint] })),
    )?.flat();

  it('encodes with rows that each sum to 1', () => {
    expect(encodingRows(code)).toEqual(
      [
        [1, 1006, 3],
        [3, 1001, 6],
        [6, 994, 10],
        [10, 985, 15],
        [15, 974, 21],
        [21, 961, 28],
      ].map((row) => big(...row)),
    );
  });

  it('hands out the shares of the dossier', () => {
    expect(shares).toEqual(big(125, 235, 380, 560, 775, 16));
    expect(labels).toEqual(big(42, 73, 113, 162, 220, 287));
  });

  it('decodes the gradients of both shards from any five of six clients', () => {
    expect(gradient(2n)).toEqual(big(541, 934, 337, 393, 113, 921));
    expect(recoveryThreshold(2, code)).toBe(5);
    for (const clients of subsets(6, 5)) expect(decoded(2n, clients)).toEqual(big(70, 260));
    expect(decodingRows(code, [0, 1, 2, 3, 4])).toEqual([big(35, 904, 126, 939, 15), big(15, 969, 45, 985, 5)]);
  });

  it('decodes nothing from four, whose interpolation would be wrong', () => {
    expect(decoded(2n, [0, 1, 2, 3])).toBeUndefined();
    const rows = decodingRows(code, [0, 1, 2, 3]);
    const wrong = rows.map((row) =>
      row.reduce((sum, weight, j) => (sum + weight * (gradient(2n)[j] as bigint)) % 1009n, 0n),
    );
    expect(wrong).toEqual(big(199, 303));
  });

  it('lifts to signed integers', () => {
    expect(decoded(0n, [0, 1, 2, 3, 4])).toEqual(big(979, 869));
    expect(big(979, 869).map(code.field.lift)).toEqual(big(-30, -140));
  });
});

describe('prime fields', () => {
  it.each([
    ['F_1009', bigField(1009n)],
    ['F_{2^61 − 1}', mersenneField(61)],
    ['F_{2^127 − 1}', mersenneField(127)],
  ])('lift what they have taken in, over their whole signed range (%s)', (_name, field) => {
    const p = field.order;
    for (const v of [-(p + 1n) / 2n, -1n, 0n, 1n, (p - 3n) / 2n]) expect(field.lift(field.of(v))).toBe(v);
    expect(field.lift(field.of((p - 1n) / 2n))).toBe(-(p + 1n) / 2n);
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: p - 1n }), (x) => field.multiply(x, field.invert(x)) === 1n),
      { numRuns: 50 },
    );
  });

  it('agree on numbers and on big integers for 2³¹ − 1', () => {
    const reference = mersenneField(31);
    const element = fc.integer({ min: 0, max: 2 ** 31 - 2 });
    fc.assert(
      fc.property(element, element, (a, b) => {
        const [x, y] = [BigInt(a), BigInt(b)];
        expect(BigInt(field31.add(a, b))).toBe(reference.add(x, y));
        expect(BigInt(field31.subtract(a, b))).toBe(reference.subtract(x, y));
        expect(BigInt(field31.multiply(a, b))).toBe(reference.multiply(x, y));
        expect(field31.lift(a)).toBe(reference.lift(x));
        if (a > 0) expect(field31.multiply(a, field31.invert(a))).toBe(1);
      }),
    );
  });

  it('know the Mersenne primes, and refuse a number that is no prime', () => {
    expect(MERSENNE_EXPONENTS.map((exponent) => mersenneField(exponent).bits)).toEqual([...MERSENNE_EXPONENTS]);
    expect(() => bigField(1001n)).toThrow(/prime/);
    expect(() => mersenneField(61).invert(0n)).toThrow(/inverse/);
  });

  it('draw every element alike', () => {
    const field = bigField(11n);
    const counts = new Array<number>(11).fill(0);
    for (let i = 0; i < 11_000; i += 1) counts[Number(field.draw(streams(1)('element').at(i)))]! += 1;
    const deviation = Math.sqrt(11_000 * (1 / 11) * (10 / 11));
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * deviation);
  });
});

describe('a Lagrange code', () => {
  it('gives back the shards at their own points, and any K + T shares give them back too', () => {
    const field = mersenneField(61);
    const wide = lagrangeCode({ field, shards: 3, privacy: 2, clients: 7 });
    const shards = [big(1, 2), big(3, 4), big(5, 6)];
    const masks = [0, 1].map((t) => [0, 1].map((k) => field.draw(streams(1)('mask').at(2 * t + k))));
    const all = encode(wide, shards, masks);
    for (const clients of subsets(7, 5)) {
      const points = clients.map((client) => wide.alphas[client] as bigint);
      wide.betas.slice(0, 3).forEach((beta, k) => {
        const row = lagrangeBasis(field, points, beta);
        const value = (at: number) =>
          row.reduce(
            (sum, weight, j) =>
              field.add(sum, field.multiply(weight, (all[clients[j] as number] as bigint[])[at] as bigint)),
            0n,
          );
        expect([value(0), value(1)]).toEqual(shards[k]);
      });
    }
  });

  it('refuses points that coincide: a client at a β would hold raw data', () => {
    const field = bigField(11n);
    expect(() => lagrangeCode({ field, shards: 1, privacy: 1, clients: 2, alphas: [2n, 3n] })).toThrow(/distinct/);
    expect(() => lagrangeCode({ field, shards: 1, privacy: 1, clients: 2, alphas: [3n, 3n] })).toThrow(/distinct/);
    // 11 + 1 is 1 in F_11.
    expect(() => lagrangeCode({ field, shards: 1, privacy: 1, clients: 2, alphas: [3n, 12n] })).toThrow(/distinct/);
  });

  it.each([
    [8, 1, 1, 9],
    [8, 2, 1, 17],
    [8, 1, 2, 17],
    [8, 2, 2, 25],
    [8, 3, 1, 25],
    [2, 1, 1, 3],
    [2, 2, 1, 5],
    [2, 2, 2, 7],
    [4, 1, 1, 5],
    [4, 2, 1, 9],
    [4, 3, 1, 13],
  ])('needs R = deg (K + T − 1) + 1 results: degree %i, K = %i, T = %i → %i', (degree, shards, privacy, threshold) => {
    expect(recoveryThreshold(degree, { shards, privacy })).toBe(threshold);
  });

  // Exhaustive over all masks in F_11: each client's view takes every value equally often, whatever the secret.
  it('tells one client nothing where T = 1', () => {
    const field = bigField(11n);
    const small = lagrangeCode({ field, shards: 1, privacy: 1, clients: 5 });
    for (let secret = 0n; secret < 11n; secret += 1n) {
      for (let client = 0; client < 5; client += 1) {
        const seen = new Set<bigint>();
        for (let mask = 0n; mask < 11n; mask += 1n) seen.add(encode(small, [[secret]], [[mask]])[client]![0] as bigint);
        expect(seen.size).toBe(11);
      }
    }
  });

  it('tells no two colluders anything where T = 2, and three everything', () => {
    const field = bigField(11n);
    const small = lagrangeCode({ field, shards: 1, privacy: 2, clients: 4 });
    const secretsOf = new Map<string, Set<bigint>>();
    for (let secret = 0n; secret < 11n; secret += 1n) {
      const views = subsets(4, 2).map(() => new Set<string>());
      for (let mask = 0; mask < 121; mask += 1) {
        const shares = encode(small, [[secret]], [[BigInt(mask % 11)], [BigInt(Math.floor(mask / 11))]]).flat();
        subsets(4, 2).forEach(([a, b], pair) => views[pair]!.add(`${shares[a!]},${shares[b!]}`));
        const three = `${shares[0]},${shares[1]},${shares[2]}`;
        secretsOf.set(three, (secretsOf.get(three) ?? new Set()).add(secret));
      }
      for (const view of views) expect(view.size).toBe(121);
    }
    expect(secretsOf.size).toBe(11 ** 3);
    for (const secrets of secretsOf.values()) expect(secrets.size).toBe(1);
  });
});
