import { assert } from '../assert.ts';
import { combine, type PrimeField } from './field.ts';

/** A Lagrange code: who gets which point of the polynomials that hide the data. */
export interface LagrangeCode<Element> {
  readonly field: PrimeField<Element>;
  /** K, shards of each client's data. */
  readonly shards: number;
  /** T, so many colluding clients learn nothing. */
  readonly privacy: number;
  /** β_1 … β_{K+T}: the first K points carry data, the others masks. */
  readonly betas: readonly Element[];
  /** α_1 … α_N: the point of each client. */
  readonly alphas: readonly Element[];
}

export interface CodeOptions<Element> {
  readonly field: PrimeField<Element>;
  readonly shards: number;
  readonly privacy: number;
  /** N. */
  readonly clients: number;
  /** 1 … K + T by default. */
  readonly betas?: readonly bigint[];
  /** K + T + 1 … K + T + N by default. */
  readonly alphas?: readonly bigint[];
}

/**
 * A Lagrange code over a prime field.
 *
 * @throws where points coincide: a client whose α is a β_k would hold raw data, or two clients the same share
 * Source: Yu et al., Lagrange coded computing, AISTATS 2019, as used by Shao et al., DReS-FL, NeurIPS 2022.
 */
export function lagrangeCode<Element>(options: CodeOptions<Element>): LagrangeCode<Element> {
  const { field, shards, privacy, clients } = options;
  assert(shards >= 1 && privacy >= 1 && clients >= 1, 'a Lagrange code has shards, masks and clients');
  const dimension = shards + privacy;
  const count = (from: number, many: number) => Array.from({ length: many }, (_, i) => BigInt(from + i));
  const betas = options.betas ?? count(1, dimension);
  const alphas = options.alphas ?? count(dimension + 1, clients);
  assert(
    betas.length === dimension && alphas.length === clients,
    'a Lagrange code has a point for each shard and client',
  );
  const [beta, alpha] = [betas.map(field.of), alphas.map(field.of)];
  assert(new Set([...beta, ...alpha]).size === dimension + clients, 'the points of a Lagrange code are distinct');
  return { field, shards, privacy, betas: beta, alphas: alpha };
}

/** R = deg(g) (K + T − 1) + 1: so many results of a polynomial of that degree are enough. */
export const recoveryThreshold = (degree: number, { shards, privacy }: { shards: number; privacy: number }): number =>
  degree * (shards + privacy - 1) + 1;

/** ℓ_j(z) = Π_{k≠j} (z − x_k) / (x_j − x_k) for all j: values at a point from values at the points x. */
export function lagrangeBasis<Element>(field: PrimeField<Element>, points: readonly Element[], at: Element): Element[] {
  return points.map((own, j) => {
    let [above, below] = [field.of(1n), field.of(1n)];
    points.forEach((other, k) => {
      if (k === j) return;
      above = field.multiply(above, field.subtract(at, other));
      below = field.multiply(below, field.subtract(own, other));
    });
    return field.multiply(above, field.invert(below));
  });
}

/** Rows (ℓ_1 … ℓ_{K+T})(α_j), [clients][K + T]. */
export const encodingRows = <Element>({ field, betas, alphas }: LagrangeCode<Element>): Element[][] =>
  alphas.map((alpha) => lagrangeBasis(field, betas, alpha));

/**
 * The share of each client: u(α_j) of the polynomial that takes the shards at β_1 … β_K and the masks at the rest.
 *
 * @param shards [K][entries]   @param masks uniform and secret, [T][entries]   @returns [clients][entries]
 */
export function encode<Element>(
  code: LagrangeCode<Element>,
  shards: readonly (readonly Element[])[],
  masks: readonly (readonly Element[])[],
): Element[][] {
  assert(shards.length === code.shards && masks.length === code.privacy, 'a code takes K shards and T masks');
  const values = [...shards, ...masks];
  return encodingRows(code).map((row) => combine(code.field, row, values));
}

/** What one client has computed on its share. */
export interface CodedResult<Element> {
  /** Index of the client, 0-based. */
  readonly client: number;
  readonly vector: readonly Element[];
}

/** Weights of R clients' results in the result on each shard, [K][R]. */
export function decodingRows<Element>(code: LagrangeCode<Element>, clients: readonly number[]): Element[][] {
  const points = clients.map((client) => {
    const alpha = code.alphas[client];
    assert(alpha !== undefined, 'a result comes from a client of the code');
    return alpha;
  });
  return code.betas.slice(0, code.shards).map((beta) => lagrangeBasis(code.field, points, beta));
}

/**
 * The values of a polynomial function on each raw shard, from its values on any R shares; undefined from fewer, which
 * could mean anything. Results beyond R are left out, in the order given.
 *
 * @param degree total degree of the function in the data
 * @returns [K][entries]
 */
export function decode<Element>(
  code: LagrangeCode<Element>,
  degree: number,
  results: readonly CodedResult<Element>[],
): Element[][] | undefined {
  const threshold = recoveryThreshold(degree, code);
  if (results.length < threshold) return undefined;
  const used = results.slice(0, threshold);
  const rows = decodingRows(
    code,
    used.map(({ client }) => client),
  );
  const vectors = used.map(({ vector }) => vector);
  return rows.map((row) => combine(code.field, row, vectors));
}
