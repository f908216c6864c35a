import { largest, smallest } from '../../math/extremes.ts';
import type { Figure } from '../claim.ts';
import { type Curve, lossAt, mean, meanLossByRound } from '../curve.ts';

type Measured = Readonly<Record<string, readonly Curve[]>>;

/** The mean of the seeds, and the least and most of them. */
const spanAt = (x: number, values: readonly number[]) => ({
  ...{ x, y: mean(values), low: smallest(values), high: largest(values) },
});

/** Each seed's own value. */
const ofEach = (measure: (curves: readonly Curve[]) => number, curves: readonly Curve[]): number[] =>
  curves.map((curve) => measure([curve]));

/**
 * How far a topology with α exchanges stays behind HierFAVG, whose average is exact: difference of the mean losses, seed by
 * seed, so that what all seeds share falls out.
 *
 * @param drawn α on each graph; their runs go by `graph α`
 */
export function behindHierFavg(
  measured: Measured,
  drawn: readonly { readonly graph: string; readonly exchanges: readonly number[] }[],
): Figure {
  const exact = ofEach(meanLossByRound, measured.hierFavg ?? []);
  return {
    title: 'Benchmark S, sorted clusters: what topology and α cost per iteration',
    ...{ x: 'α, exchanges of a mixing', y: 'mean test loss above that of HierFAVG' },
    lines: drawn.map(({ graph, exchanges }) => ({
      name: graph,
      points: exchanges.flatMap((alpha) => {
        const losses = ofEach(meanLossByRound, measured[`${graph} ${alpha}`] ?? []);
        return losses.length === 0
          ? []
          : [
              spanAt(
                alpha,
                losses.map((loss, seed) => loss - (exact[seed] as number)),
              ),
            ];
      }),
    })),
  };
}

/** Test loss at an instant over the heterogeneity gap H, of servers that wait for each other and of those that don't. */
export const overGap = (measured: Measured, gaps: readonly number[], at: number): Figure => ({
  title: `Benchmark S, random clusters, at t = ${at} local steps of the fastest`,
  ...{ x: 'heterogeneity gap H', y: 'test loss' },
  lines: (
    [
      ['synchronous', 'sync'],
      ['asynchronous', 'async'],
    ] as const
  ).map(([name, prefix]) => ({
    name,
    points: gaps.map((gap) => spanAt(gap, ofEach(lossAt(at), measured[`${prefix} ${gap}`] ?? []))),
  })),
});
