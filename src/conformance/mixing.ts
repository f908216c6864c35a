import type { Source } from '../math/streams.ts';
import { type Part, realise } from '../part.ts';
import { zeta } from '../policies/mixing/spectrum.ts';
import type { Mixing } from '../policies/policy.ts';
import { check, listOf, oneOf, show, type Thoroughness, upTo } from './check.ts';

const TOLERANCE = 1e-6;
/** Disagreement has to shrink by more than rounding. */
const SHRINKS = 1 - 1e-9;

interface Servers {
  readonly neighbours: readonly (readonly number[])[];
  /** m̃, sum 1. */
  readonly shares: readonly number[];
}

/**
 * Throws unless a mixing keeps its contract on connected graphs: pure, one weight P[j][d] of node j at node d, 0 where they
 * have no link, columns that sum to 1, P m̃ = m̃, and exchanges that lead to agreement.
 */
export function conformsToMixing(policy: Mixing | Part<Mixing>, thoroughness?: Thoroughness): void {
  const mix = realise<Mixing>(policy);
  check<Servers>(
    {
      name: 'mixing',
      make: serversOf,
      smaller: withoutLast,
      ask: ({ neighbours, shares }) => mix({ neighbours }, shares),
      rules: [
        {
          name: 'returns a square of finite weights, one row and column for each server',
          broken(matrix: unknown, { shares: { length } }) {
            const isRow = (row: unknown) => Array.isArray(row) && row.length === length && row.every(Number.isFinite);
            const isSquare = Array.isArray(matrix) && matrix.length === length && matrix.every(isRow);
            return isSquare ? undefined : `${length} × ${length} expected, got ${show(matrix)}`;
          },
        },
        {
          name: 'mixes along links only',
          broken(matrix: readonly (readonly number[])[], { neighbours }) {
            const strangers = neighbours.flatMap((around, j) =>
              neighbours.flatMap((_, d) => (j === d || around.includes(d) || matrix[j]?.[d] === 0 ? [] : [[j, d]])),
            );
            const [j, d] = strangers[0] ?? [];
            return j === undefined ? undefined : `node ${j} has weight ${matrix[j]?.[d as number]} at node ${d}`;
          },
        },
        {
          name: 'has columns that sum to 1',
          broken(matrix: readonly (readonly number[])[]) {
            const sums = matrix.map((_, d) => matrix.reduce((sum, row) => sum + (row[d] as number), 0));
            const at = sums.findIndex((sum) => Math.abs(sum - 1) > TOLERANCE);
            return at < 0 ? undefined : `column ${at} sums to ${sums[at]}`;
          },
        },
        {
          name: 'keeps the mean over all samples: P m̃ = m̃',
          broken(matrix: readonly (readonly number[])[], { shares }) {
            const mixed = matrix.map((row) => row.reduce((sum, weight, d) => sum + weight * (shares[d] as number), 0));
            const at = mixed.findIndex((each, node) => Math.abs(each - (shares[node] as number)) > TOLERANCE);
            return at < 0 ? undefined : `node ${at} has the share ${shares[at]} and gets ${mixed[at]}`;
          },
        },
        {
          name: 'leads to agreement',
          broken(matrix: number[][], { shares }) {
            const contraction = shares.length === 1 ? 0 : zeta(matrix, shares);
            return contraction < SHRINKS ? undefined : `disagreement is multiplied by ${contraction} in each exchange`;
          },
        },
      ],
    },
    thoroughness,
  );
}

/** A connected graph: each node has a link to one before it, and some have more. */
function serversOf(draw: Source, size: number): Servers {
  const nodes = 1 + upTo(draw, size);
  const links = new Set<string>();
  for (let node = 1; node < nodes; node += 1) links.add(`${upTo(draw, node - 1)}-${node}`);
  for (let extra = upTo(draw, nodes); extra > 0; extra -= 1) {
    const [a, b] = [upTo(draw, nodes - 1), upTo(draw, nodes - 1)];
    if (a !== b) links.add(`${Math.min(a, b)}-${Math.max(a, b)}`);
  }
  const neighbours = listOf(nodes, (node) =>
    listOf(nodes, (other) => other).filter((other) => links.has(`${node}-${other}`) || links.has(`${other}-${node}`)),
  );
  const isEqual = draw() < 0.5;
  return { neighbours, shares: normalised(listOf(nodes, () => (isEqual ? 1 : oneOf(draw, [1, 2, 0.2 + draw()])))) };
}

/** The graph without its last node, which others are joined by only where it is still connected. */
function withoutLast({ neighbours, shares }: Servers): readonly Servers[] {
  const last = neighbours.length - 1;
  const fewer = neighbours.slice(0, last).map((around) => around.filter((each) => each !== last));
  const isWhole = fewer.every((around, node) => node === 0 || around.some((each) => each < node));
  return last > 0 && isWhole ? [{ neighbours: fewer, shares: normalised(shares.slice(0, last)) }] : [];
}

function normalised(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, each) => sum + each, 0);
  return weights.map((each) => each / total);
}
