import { assert, present } from '../../assert.ts';
import { type Rows, scale, symmetricEigenvalues } from '../../math/linear.ts';

/** The neighbours of each node, ascending, symmetric, without self-loops. */
export interface Adjacency {
  readonly neighbours: readonly (readonly number[])[];
}

/** What a graph Laplacian tells about gossip among nodes with data shares m̃. */
export interface LaplacianSpectrum {
  /** Eigenvalues λ₁ ≥ … ≥ λ_D = 0 of L̃ = L Ω⁻¹, Ω = diag(m̃); all real, since L̃ is similar to a symmetric matrix. */
  readonly eigenvalues: readonly number[];
  /** The optimal constant step γ = 2 / (λ₁ + λ_{D−1}). */
  readonly step: number;
  /** ζ = (λ₁ − λ_{D−1}) / (λ₁ + λ_{D−1}), the contraction of one exchange; 0 for one node. */
  readonly zeta: number;
}

/**
 * The Laplacian L = Deg − Adj of a graph with edge weights, [nodes][nodes]: symmetric, its rows and columns sum to 0.
 *
 * @param weight of the edge between two nodes, > 0 and symmetric; 1 where not given
 */
export function laplacian({ neighbours }: Adjacency, weight = (_from: number, _to: number): number => 1): number[][] {
  return neighbours.map((around, node) => {
    const row = neighbours.map((_, other) => (around.includes(other) ? -weight(node, other) : 0));
    row[node] = around.reduce((degree, other) => degree + weight(node, other), 0);
    return row;
  });
}

/**
 * Eigenvalues, optimal step and contraction of a connected graph's Laplacian under data shares, computed on the
 * symmetric Ω^(−1/2) L Ω^(−1/2).
 *
 * @param shares m̃, each > 0, sum 1, [nodes]
 *
 * Source: Xiao and Boyd, Fast linear iterations for distributed averaging, Systems & Control Letters 53, 2004, §4.1
 * (optimal step). Its use with L Ω⁻¹ is that of the SD-FEEL papers, recalled.
 */
export function laplacianSpectrum(rows: Rows, shares: readonly number[]): LaplacianSpectrum {
  if (rows.length === 1) return { eigenvalues: [0], step: 1, zeta: 0 };
  const inverseRoots = shares.map((share) => 1 / Math.sqrt(share));
  const eigenvalues = symmetricEigenvalues(scale(rows, inverseRoots, inverseRoots));
  const largest = present(eigenvalues.at(0), 'largest eigenvalue');
  const smallest = present(eigenvalues.at(-2), 'smallest eigenvalue but one');
  assert(smallest > 0, 'a mixing matrix is asked for a connected graph');
  return { eigenvalues, step: 2 / (largest + smallest), zeta: (largest - smallest) / (largest + smallest) };
}

/** The matrix P = I − γ L Ω⁻¹ at the optimal step, `P[j][d]` the weight of node j at node d; [1] for one node. */
export function laplacianMixing(rows: Rows, shares: readonly number[]): number[][] {
  assert(rows.length === shares.length && shares.every((share) => share > 0), 'each node has a share above 0');
  const { step } = laplacianSpectrum(rows, shares);
  const drift = scale(
    rows,
    shares.map(() => step),
    shares.map((share) => 1 / share),
  );
  return drift.map((row, j) => row.map((entry, d) => (j === d ? 1 : 0) - entry));
}
