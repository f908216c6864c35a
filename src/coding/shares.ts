import type { Source } from '../math/streams.ts';
import { digitsOf, pack, unpack } from './digits.ts';
import { combine, field31, mersenneField } from './field.ts';
import { gradient31 } from './gradient31.ts';
import { decodingRows, encode, encodingRows, lagrangeCode } from './lagrange.ts';
import { combine31, draw31, lift31, of31 } from './mersenne31.ts';
import { type PolynomialNetwork, polynomialGradient } from './polynomial-network.ts';

/** K, T and N of a code. */
export interface SharingSetting {
  readonly shards: number;
  readonly privacy: number;
  readonly clients: number;
}

/** Elements of F_p as packed vectors of doubles: what is shared, computed on shares, and decoded. */
export interface SharingArithmetic {
  /** Doubles of one element. */
  readonly digits: number;
  /**
   * A share for each client of whole numbers in K shards of one length.
   *
   * @param masks draws of the T masks, one after the other   @returns packed, [clients][entries]
   */
  share(setting: SharingSetting, shards: readonly Float64Array[], masks: Source): Float64Array[];
  /** g on packed rows, at whole parameters. @returns packed, [d_w] */
  gradient(
    network: PolynomialNetwork,
    parameters: Float64Array,
    rows: { readonly features: Float64Array; readonly labels: Float64Array },
  ): Float64Array;
  /** The signed results on each shard from those of enough clients: exact as integers, then rounded to doubles, [K][d_w]. */
  decode(setting: SharingSetting, clients: readonly number[], results: readonly Float64Array[]): Float64Array[];
}

/** 2³¹ − 1: whole vectors of plain numbers. */
const small: SharingArithmetic = {
  digits: 1,
  share(setting, shards, source) {
    const length = shards[0]?.length ?? 0;
    const values = shards.map((shard) => shard.map(of31));
    for (let t = 0; t < setting.privacy; t += 1) values.push(new Float64Array(length).map(() => draw31(source)));
    return encodingRows(lagrangeCode({ field: field31, ...setting })).map((row) => combine31(row, values));
  },
  gradient: (network, parameters, rows) => gradient31(network, parameters.map(of31), rows),
  decode(setting, clients, results) {
    const rows = decodingRows(lagrangeCode({ field: field31, ...setting }), clients);
    return rows.map((row) => combine31(row, results).map(lift31));
  },
};

/** Any Mersenne prime: one big integer after the other. */
function large(exponent: number): SharingArithmetic {
  const field = mersenneField(exponent);
  const of = (values: Float64Array) => Array.from(values, (value) => field.of(BigInt(value)));
  return {
    digits: digitsOf(field.bits),
    share(setting, shards, source) {
      const code = lagrangeCode({ field, ...setting });
      const masks = Array.from({ length: setting.privacy }, () =>
        Array.from(shards[0] ?? [], () => field.draw(source)),
      );
      return encode(code, shards.map(of), masks).map((share) => pack(share, field.bits));
    },
    gradient(network, parameters, { features, labels }) {
      const rows = { features: unpack(features, field.bits), labels: unpack(labels, field.bits) };
      return pack(polynomialGradient(field, network, of(parameters), rows), field.bits);
    },
    decode(setting, clients, results) {
      const rows = decodingRows(lagrangeCode({ field, ...setting }), clients);
      const vectors = results.map((vector) => unpack(vector, field.bits));
      return rows.map((row) => Float64Array.from(combine(field, row, vectors), (each) => Number(field.lift(each))));
    },
  };
}

/** Arithmetic in the field of order 2^exponent − 1. @param exponent one of `MERSENNE_EXPONENTS` */
export const sharingArithmetic = (exponent: number): SharingArithmetic => (exponent === 31 ? small : large(exponent));
