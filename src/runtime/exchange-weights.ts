import type { Asynchronous } from '../policies/algorithm.ts';

/**
 * P_t of an asynchronous exchange, restricted to the active server d and its neighbours; column k holds the weights of
 * all at node k.
 *
 *   ω_j = ψ_j / Σ ψ,   p_{j,d} = ω_j min(1, m̃_j/m̃_d),   p_{d,j} = ω_j min(1, m̃_d/m̃_j)   for neighbours j,
 *
 * and diagonals take the rest, so columns sum to 1 and the data-weighted mean of the models is preserved. With equal
 * clusters this is symmetric: y_d ← Σ ω_j y_j and y_j ← (1 − ω_j) y_j + ω_j y_d.
 *
 * Read otherwise, ψ is a weight as it is, at most half, shared among the neighbours: `raw` takes ω_j = ψ_j / deg(d). With
 * `pullOnly` the neighbours stay as they are, and the mean of the models is not preserved.
 *
 * Source: dossier of the asynchronous SD-FEEL papers, §2.3; the shape is recalled with low confidence, its double
 * stochasticity is checked here by test.
 *
 * @param psi    ψ(δ) of each server, positive, [servers]
 * @param shares m̃, each server's share of all samples, [servers]
 * @param active index of d
 * @returns [servers][servers]
 */
export function exchangeWeights(
  psi: readonly number[],
  shares: readonly number[],
  active: number,
  { pairing, pullOnly }: Pick<Asynchronous, 'pairing' | 'pullOnly'> = { pairing: 'normalised', pullOnly: false },
): number[][] {
  const total = pairing === 'raw' ? psi.length - 1 : psi.reduce((sum, each) => sum + each, 0);
  const matrix = psi.map(() => psi.map(() => 0));
  const set = (from: number, to: number, weight: number): void => {
    (matrix[from] as number[])[to] = weight;
  };
  const own = shares[active] as number;
  let rest = 1;
  psi.forEach((each, j) => {
    if (j === active) return;
    const omega = each / total;
    const share = shares[j] as number;
    const fromNeighbour = omega * Math.min(1, share / own);
    const toNeighbour = pullOnly ? 0 : omega * Math.min(1, own / share);
    set(j, active, fromNeighbour);
    set(active, j, toNeighbour);
    set(j, j, 1 - toNeighbour);
    rest -= fromNeighbour;
  });
  set(active, active, rest);
  return matrix;
}

/**
 * The weights of an exchange of several servers at one instant: those of the synchronous P along the links that take part,
 * 0 elsewhere, with diagonals that take the rest. P's detailed balance m̃_d p_{j,d} = m̃_j p_{d,j} goes on to hold, so the
 * data-weighted mean is preserved.
 *
 * @param links p_{j,d} along the links that take part, diagonals 0, [servers][servers]
 */
export const jointWeights = (links: readonly (readonly number[])[]): number[][] =>
  links.map((row, from) =>
    row.map((weight, to) => (from === to ? 1 - links.reduce((sum, each) => sum + (each[to] as number), 0) : weight)),
  );
