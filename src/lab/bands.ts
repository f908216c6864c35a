import { smallest } from '../math/extremes.ts';
import { estimate } from './statistics.ts';
import type { TrialPoint } from './trial.ts';

/** A mean curve with its 95 % band. */
export interface BandPoint {
  readonly x: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const POINTS = 100;

/**
 * Mean of several runs' curves. A model stands until the next is scored, so curves hold in steps; the mean goes as far as
 * the shortest of them.
 */
export function bandOf(
  curves: readonly (readonly TrialPoint[])[],
  x: (point: TrialPoint) => number,
  y: (point: TrialPoint) => number,
): BandPoint[] {
  const whole = curves.filter((curve) => curve.length > 0);
  if (whole.length === 0) return [];
  const end = smallest(whole.map((curve) => x(curve.at(-1) as TrialPoint)));
  const places = Array.from({ length: POINTS + 1 }, (_, index) => (end * index) / POINTS);
  return (end > 0 ? places : [0]).map((place) => {
    const values = whole.map((curve) => y(curve.findLast((each) => x(each) <= place) ?? (curve[0] as TrialPoint)));
    const { mean, margin = 0 } = estimate(values);
    return { x: place, mean, low: mean - margin, high: mean + margin };
  });
}
