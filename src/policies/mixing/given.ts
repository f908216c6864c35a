import { z } from 'zod';
import { type Problem, ScenarioError } from '../../errors.ts';
import { apply, type Rows, transpose } from '../../math/linear.ts';
import { part } from '../../part.ts';
import type { Mixing } from '../policy.ts';
import type { Adjacency } from './laplacian.ts';

/** How far sums may be off, for matrices that people type with six digits. */
const TOLERANCE = 1e-5;

const options = z.strictObject({
  matrix: z
    .array(z.array(z.number()))
    .min(1)
    .refine((rows) => rows.every((row) => row.length === rows.length), 'a mixing matrix is square')
    .describe('P by rows: matrix[j][d] is the weight of node j at node d; columns sum to 1'),
});

const problem = (what: string, remedy: string): Problem => ({
  what,
  where: 'mixing.given',
  remedy,
  code: 'POLICY_INVALID',
});

/** What is wrong with column d: its sum, and weights of nodes that d has no link with. */
function problemsOfColumn(column: readonly number[], d: number, around: readonly number[]): Problem[] {
  const sum = column.reduce((total, weight) => total + weight, 0);
  const sums =
    Math.abs(sum - 1) <= TOLERANCE
      ? []
      : [problem(`invalid column ${d} of the mixing matrix: sum ${sum}`, 'let each column sum to 1')];
  const strangers = column.flatMap((weight, j) => {
    if (j === d || weight === 0 || around.includes(j)) return [];
    return [problem(`invalid weight of node ${j} at node ${d}: ${weight}`, 'add their link, or pass 0')];
  });
  return [...sums, ...strangers];
}

/** What keeps a matrix from being a mixing matrix of a graph with these shares. */
function problemsOf(matrix: Rows, { neighbours }: Adjacency, shares: readonly number[]): Problem[] {
  const nodes = neighbours.length;
  if (matrix.length !== nodes) {
    return [problem(`invalid mixing matrix: ${matrix.length} rows`, `pass ${nodes}, one for each edge server`)];
  }
  const columns = transpose(matrix).flatMap((column, d) => problemsOfColumn(column, d, neighbours[d] ?? []));
  const mixed = apply(matrix, shares);
  const rows = shares.flatMap((share, node) => {
    if (Math.abs((mixed[node] ?? 0) - share) <= TOLERANCE) return [];
    const what = `invalid row ${node} of the mixing matrix: it turns the data share ${share} into ${mixed[node]}`;
    return [problem(what, 'pass a matrix P with P m̃ = m̃, or use metropolis')];
  });
  return [...columns, ...rows];
}

/**
 * A mixing matrix of one's own, `matrix[j][d]` the weight of node j at node d.
 *
 * Throws a ScenarioError (POLICY_INVALID) with all problems where the matrix doesn't fit the graph, a column doesn't
 * sum to 1, or P m̃ = m̃ doesn't hold for the data shares m̃ (to within 1e-5).
 */
export const givenMixing = part(
  'mixing',
  'given',
  options,
  ({ matrix }): Mixing =>
    (graph, shares) => {
      const problems = problemsOf(matrix, graph, shares);
      if (problems.length > 0) throw new ScenarioError(problems);
      return matrix;
    },
);
