import { recoveryThreshold } from './lagrange.ts';

/** A secret-sharing training by its sizes. */
export interface SharingSizes {
  /** N */
  readonly clients: number;
  /** K */
  readonly shards: number;
  /** T */
  readonly privacy: number;
  /** m_i, rows of one client; a multiple of K. */
  readonly rows: number;
  /** d_x + d_y, numbers of one row. */
  readonly rowLength: number;
  /** d_w */
  readonly parameters: number;
  /** deg(g) */
  readonly degree: number;
  /** ⌈log₂ p⌉ */
  readonly fieldBits: number;
}

/**
 * What sharing once and decoding each round cost.
 *
 *   sharing:  each client sends (N − 1)(m_i / K)(d_x + d_y) elements, after (m_i / K)(d_x + d_y) N (K + T) products;
 *   storing:  N (m_i / K)(d_x + d_y) elements at each client, its own share included
 *   decoding: K R d_w products a round, K R coefficients
 *
 * Source: Shao et al., DReS-FL, NeurIPS 2022; decoding recalled from Yu et al., AISTATS 2019.
 */
export function sharingCost(sizes: SharingSizes) {
  const { clients, shards, privacy, rowLength, parameters, degree, fieldBits } = sizes;
  const share = (sizes.rows / shards) * rowLength;
  const threshold = recoveryThreshold(degree, { shards, privacy });
  return {
    shareElements: share,
    shareBits: share * fieldBits,
    sentElements: (clients - 1) * share,
    storedElements: clients * share,
    encodingProducts: share * clients * (shards + privacy),
    uploadBits: parameters * fieldBits,
    threshold,
    toleratedDropouts: clients - threshold,
    decodingProducts: shards * threshold * parameters,
  };
}
