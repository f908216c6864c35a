import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digitsOf, pack, unpack } from '../../../src/coding/digits.ts';
import { bigField, field31, mersenneField } from '../../../src/coding/field.ts';
import { gradient31 } from '../../../src/coding/gradient31.ts';
import {
  combine31,
  draw31,
  lift31,
  multiply31,
  of31,
  P31,
  product31,
  reduce31,
} from '../../../src/coding/mersenne31.ts';
import { parameterCount, polynomialGradient } from '../../../src/coding/polynomial-network.ts';
import { sharingArithmetic } from '../../../src/coding/shares.ts';
import { streams } from '../../../src/math/streams.ts';

const element = fc.integer({ min: 0, max: P31 - 1 });
const elements = (count: number, name: string) => {
  const source = streams(3)(name).at(0);
  return Float64Array.from({ length: count }, () => draw31(source));
};

describe('vectors of the field of order 2³¹ − 1', () => {
  it('reduce, multiply and lift as big integers do, up to the largest doubles that are exact', () => {
    const reference = bigField(BigInt(P31));
    fc.assert(
      fc.property(element, element, fc.maxSafeInteger(), (a, b, v) => {
        expect(BigInt(multiply31(a, b))).toBe(reference.multiply(BigInt(a), BigInt(b)));
        expect(BigInt(reduce31(Math.abs(v)))).toBe(reference.of(BigInt(Math.abs(v))));
        expect(BigInt(of31(v))).toBe(reference.of(BigInt(v)));
        expect(BigInt(lift31(a))).toBe(reference.lift(BigInt(a)));
      }),
    );
    for (const edge of [0, 1, P31 - 1, P31, P31 + 1, 2 ** 53 - 1]) expect(reduce31(edge)).toBe(edge % P31);
    expect([of31(-P31), of31(-1)]).toEqual([0, P31 - 1]);
  });

  it('sum more products of the largest elements than doubles hold at once', () => {
    const many = 1000;
    const most = new Float64Array(many).fill(P31 - 1);
    const square = Number((BigInt(P31 - 1) * BigInt(P31 - 1) * BigInt(many)) % BigInt(P31));
    expect(
      combine31(
        Array.from(most),
        Array.from(most, () => Float64Array.of(P31 - 1)),
      )[0],
    ).toBe(square);
    expect(product31(most, most, 1)[0]).toBe(square);
  });

  it.each([
    [[3, 2], 4],
    [[40, 5, 3], 3],
    [[7, 6, 5, 2], 2],
  ])('have the gradient that elements have one by one, widths %j', (widths, rows) => {
    const network = { widths };
    const parameters = elements(parameterCount(network), 'parameters');
    const batch = {
      features: elements(rows * (widths[0] as number), 'features'),
      labels: elements(rows * (widths.at(-1) as number), 'labels'),
    };
    const one = polynomialGradient(field31, network, Array.from(parameters), {
      features: Array.from(batch.features),
      labels: Array.from(batch.labels),
    });
    expect(Array.from(gradient31(network, parameters, batch))).toEqual(one);
  });
});

describe('packed elements', () => {
  it.each([31, 61, 127, 521])('of %i bits come back as they were', (bits) => {
    const field = mersenneField(bits);
    const values = [
      0n,
      1n,
      field.order - 1n,
      ...Array.from({ length: 20 }, (_, i) => field.draw(streams(1)('e').at(i))),
    ];
    const packed = pack(values, bits);
    expect(packed).toHaveLength(values.length * digitsOf(bits));
    expect(packed.every((digit) => Number.isSafeInteger(digit) && digit >= 0 && digit < 2 ** 48)).toBe(true);
    expect(unpack(packed, bits)).toEqual(values);
  });

  it('are shared, computed on and decoded alike by plain numbers and by big integers, up to the masks', () => {
    const network = { widths: [3, 2] };
    const setting = { shards: 2, privacy: 1, clients: 6 };
    const source = streams(9)('rows').at(0);
    const whole = (count: number, most: number) =>
      Float64Array.from({ length: count }, () => Math.floor(source() * (2 * most + 1)) - most);
    // Two rows a shard: features, then labels.
    const shards = [0, 1].map(() => Float64Array.of(...whole(6, 15), ...whole(4, 100)));
    const parameters = whole(parameterCount(network), 50);
    const decoded = [31, 61].map((exponent) => {
      const arithmetic = sharingArithmetic(exponent);
      const { digits } = arithmetic;
      const shares = arithmetic.share(setting, shards, streams(9)('masks').at(0));
      const results = shares.map((share) =>
        arithmetic.gradient(network, parameters, {
          features: share.subarray(0, 6 * digits),
          labels: share.subarray(6 * digits),
        }),
      );
      const clients = [5, 0, 2, 1, 4];
      const found = arithmetic.decode(
        setting,
        clients,
        clients.map((client) => results[client] as Float64Array),
      );
      return found.map((shard) => Array.from(shard));
    });
    expect(decoded[0]).toEqual(decoded[1]);
    // 2 Xᵀ (X W + b − Y) of each shard.
    const [x, y] = [shards[0]?.subarray(0, 6) as Float64Array, shards[0]?.subarray(6) as Float64Array];
    const residual = (row: number, unit: number) =>
      [0, 1, 2].reduce(
        (sum, k) => sum + x[row * 3 + k]! * parameters[k * 2 + unit]!,
        parameters[6 + unit]! - y[row * 2 + unit]!,
      );
    for (const k of [0, 1, 2]) {
      for (const unit of [0, 1]) {
        const slope = 2 * (x[k]! * residual(0, unit) + x[3 + k]! * residual(1, unit));
        expect(decoded[0]?.[0]?.[k * 2 + unit]).toBe(slope);
      }
    }
  });
});
