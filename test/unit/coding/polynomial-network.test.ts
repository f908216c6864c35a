import { describe, expect, it } from 'vitest';
import { field31, integers, mersenneField } from '../../../src/coding/field.ts';
import { decode, decodingRows, encode, lagrangeCode } from '../../../src/coding/lagrange.ts';
import {
  gradientDegree,
  parameterCount,
  polynomialGradient,
  requiredBits,
} from '../../../src/coding/polynomial-network.ts';
import { residualGradient } from '../../../src/coding/random-code.ts';
import { streams } from '../../../src/math/streams.ts';

describe('a polynomial network under a code', () => {
  const network = { widths: [3, 4, 4, 2] };
  const draws = (name: string, count: number, from: number, to: number) => {
    const source = streams(5)(name).at(0);
    return Array.from({ length: count }, () => BigInt(from + Math.floor(source() * (to - from + 1))));
  };
  const parameters = draws('parameters', parameterCount(network), -2, 2);
  const rows = { features: draws('features', 2 * 3, 0, 7), labels: draws('labels', 2 * 2, 0, 7) };
  const exact = polynomialGradient(integers, network, parameters, rows);
  const field = mersenneField(127);
  const coded = lagrangeCode({ field, shards: 1, privacy: 1, clients: 20 });
  const masks = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => field.draw(streams(6)(name).at(i)));
  const features = encode(coded, [rows.features], [masks('x', 6)]);
  const labels = encode(coded, [rows.labels], [masks('y', 4)]);
  const results = features.map((share, client) => ({
    client,
    vector: polynomialGradient(field, network, parameters.map(field.of), {
      features: share,
      labels: labels[client] as bigint[],
    }),
  }));
  const lifted = (from: typeof results) => decode(coded, gradientDegree(network), from)?.[0]?.map(field.lift);

  it('gives exactly the integer gradient of the raw rows, whichever nine of twenty clients answer', () => {
    expect(gradientDegree(network)).toBe(8);
    expect(lifted(results.slice(0, 9))).toEqual(exact);
    expect(lifted(results.slice(11))).toEqual(exact);
    expect(lifted(results.filter((_, client) => client % 2 === 0).reverse())).toEqual(exact);
    expect(lifted(results)).toEqual(exact);
    expect(lifted(results.slice(0, 8))).toBeUndefined();
    const eight = results.slice(0, 8);
    const wrong = decodingRows(
      coded,
      eight.map(({ client }) => client),
    )[0]!;
    const first = wrong.reduce((sum, weight, j) => field.add(sum, field.multiply(weight, eight[j]!.vector[0]!)), 0n);
    expect(field.lift(first)).not.toBe(exact[0]);
  });

  it('is the slope of the squared error', () => {
    const error = (w: readonly bigint[]) => {
      let sum = 0n;
      for (let row = 0; row < 2; row += 1) {
        let a: bigint[] = rows.features.slice(row * 3, row * 3 + 3);
        let from = 0;
        network.widths.slice(1).forEach((units, layer) => {
          const z = Array.from({ length: units }, (_, u) =>
            a.reduce((total, value, i) => total + value * w[from + i * units + u]!, w[from + a.length * units + u]!),
          );
          from += (a.length + 1) * units;
          a = layer === 2 ? z : z.map((value) => value * value);
        });
        a.forEach((value, unit) => {
          sum += (value - rows.labels[row * 2 + unit]!) ** 2n;
        });
      }
      return sum;
    };
    // A polynomial of degree ≤ 8 in one parameter: central differences of all orders up to 8 give the slope exactly.
    const weights = [
      [1, 4, 5],
      [2, -1, 5],
      [3, 4, 105],
      [4, -1, 280],
    ] as const;
    for (const j of [0, 5, 17, parameters.length - 1]) {
      const at = (shift: number) => error(parameters.map((value, k) => (k === j ? value + BigInt(shift) : value)));
      const slope = weights.reduce((sum, [h, a, b]) => sum + (BigInt(a) * (at(h) - at(-h)) * 840n) / BigInt(b), 0n);
      expect(slope).toBe(840n * exact[j]!);
    }
  });

  it('decodes twice the gradient of a linear regression on all rows, which coded federated learning takes', () => {
    const linear = { widths: [3, 2] };
    const [shards, count] = [2, 4];
    const source = streams(9)('linear').at(0);
    const whole = (length: number) => Float64Array.from({ length }, () => Math.floor(source() * 9) - 4);
    const [x, y, w] = [whole(count * 3), whole(count * 2), whole(3 * 2)];
    const expected = residualGradient({ count, features: x, labels: y }, w).map((each) => 2 * each);
    const code = lagrangeCode({ field, shards, privacy: 1, clients: 6 });
    const own = (flat: Float64Array) => {
      const each = Array.from(flat, (value) => field.of(BigInt(value)));
      return [each.slice(0, each.length / shards), each.slice(each.length / shards)];
    };
    const [sharesX, sharesY] = [encode(code, own(x), [masks('lx', 6)]), encode(code, own(y), [masks('ly', 4)])];
    const weights = [...w, 0, 0].map((value) => field.of(BigInt(value)));
    const answers = sharesX.map((features, client) => ({
      client,
      vector: polynomialGradient(field, linear, weights, { features, labels: sharesY[client] as bigint[] }),
    }));
    const decoded = decode(code, gradientDegree(linear), answers.slice(1)) as bigint[][];
    const sums = Array.from(expected, (_, j) =>
      Number(decoded.reduce((sum, shard) => sum + field.lift(shard[j] as bigint), 0n)),
    );
    expect(sums).toEqual([...expected]);
  });

  it('works with 31-bit numbers where they suffice', () => {
    const linear = { widths: [3, 2] };
    const w = draws('small', parameterCount(linear), -2, 2);
    const small = lagrangeCode({ field: field31, shards: 2, privacy: 1, clients: 7 });
    const shard = (flat: readonly bigint[], k: number) =>
      flat.slice((k * flat.length) / 2, ((k + 1) * flat.length) / 2).map(field31.of);
    const mask = (count: number, at: number) => [
      Array.from({ length: count }, (_, i) => field31.draw(streams(7)('mask').at(at + i))),
    ];
    const x = encode(small, [shard(rows.features, 0), shard(rows.features, 1)], mask(3, 0));
    const y = encode(small, [shard(rows.labels, 0), shard(rows.labels, 1)], mask(2, 3));
    const found = decode(
      small,
      2,
      x.map((share, client) => ({
        client,
        vector: polynomialGradient(field31, linear, w.map(field31.of), { features: share, labels: y[client]! }),
      })),
    );
    const sum = found?.[0]?.map((value, i) => field31.lift(value) + field31.lift(found[1]![i]!));
    expect(sum).toEqual(polynomialGradient(integers, linear, w, rows));
  });

  it('needs primes of the sizes that the dossier lists', () => {
    const table = [
      [0, 1],
      [4, 1],
      [4, 16],
      [8, 128],
    ] as const;
    const bits = (...widths: number[]) =>
      table.map(([inputBits, parameterBound]) => requiredBits({ widths }, { inputBits, parameterBound, batch: 32 }));
    expect(bits(784, 10)).toEqual([18, 26, 30, 41]);
    expect(bits(784, 64, 10)).toEqual([53, 69, 89, 120]);
    expect(bits(784, 64, 64, 10)).toEqual([115, 147, 199, 270]);
    expect(bits(32, 16, 10)).toEqual([33, 49, 69, 100]);
    expect(bits(32, 16, 16, 10)).toEqual([69, 101, 153, 224]);
    expect(bits(16, 8, 10)).toEqual([28, 44, 64, 95]);
  });
});
