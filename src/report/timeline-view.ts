import { power } from '../math/power.ts';

/** The part of a timeline that is in sight. */
export interface View {
  /** [s] */
  readonly from: number;
  readonly until: number;
  /** First lane, in fractions of a lane. */
  readonly top: number;
  /** [px] */
  readonly laneHeight: number;
}

/** What there is to see, and the room for it. */
export interface Extent {
  /** Virtual time at which the record ends [s]. */
  readonly end: number;
  readonly lanes: number;
  /** Of the lanes' area [px]. */
  readonly height: number;
}

/** Time can be stretched until the whole view is a hundred nanoseconds. */
const SPAN_LEAST = 1e-7;
const LANE_HEIGHT_MOST = 40;
const LANE_HEIGHT_COMFORTABLE = 18;

/** Everything, with lanes no higher than is comfortable. */
export const whole = ({ end, lanes, height }: Extent): View => ({
  ...{ from: 0, until: Math.max(end, SPAN_LEAST), top: 0 },
  laneHeight: Math.min(LANE_HEIGHT_COMFORTABLE, height / Math.max(1, lanes)),
});

/** Keeps a view inside of what there is. */
export function bounded(view: View, { end, lanes, height }: Extent): View {
  const all = Math.max(end, SPAN_LEAST);
  const span = Math.min(all, Math.max(SPAN_LEAST, view.until - view.from));
  const from = Math.min(Math.max(0, view.from), all - span);
  const least = Math.min(LANE_HEIGHT_COMFORTABLE, height / Math.max(1, lanes));
  const laneHeight = Math.min(LANE_HEIGHT_MOST, Math.max(least, view.laneHeight));
  const top = Math.min(Math.max(0, view.top), Math.max(0, lanes - height / laneHeight));
  return { from, until: from + span, top, laneHeight };
}

/** Stretches time by `factor` about the instant `at` [s], which stays where it is. */
export const zoomed = (view: View, factor: number, at: number): View => ({
  ...view,
  from: at - (at - view.from) / factor,
  until: at + (view.until - at) / factor,
});

/** Stretches lanes by `factor` about the lane under `y` [px]. */
export const stretched = (view: View, factor: number, y: number): View => ({
  ...view,
  laneHeight: view.laneHeight * factor,
  top: view.top + y / view.laneHeight - y / (view.laneHeight * factor),
});

/** Moves by a share of the view's span and by a number of lanes. */
export const moved = (view: View, share: number, lanes: number): View => {
  const by = share * (view.until - view.from);
  return { ...view, from: view.from + by, until: view.until + by, top: view.top + lanes };
};

/** Between two views, 0 ≤ share ≤ 1; spans change by equal factors in equal steps. */
export function between(a: View, b: View, share: number): View {
  const blend = (from: number, to: number): number => from + (to - from) * share;
  return {
    ...{ from: blend(a.from, b.from), until: blend(a.until, b.until) },
    ...{ top: blend(a.top, b.top), laneHeight: blend(a.laneHeight, b.laneHeight) },
  };
}

/** Round instants for an axis, about `count` of them. */
export function ticks(from: number, until: number, count: number): number[] {
  const rough = (until - from) / Math.max(1, count);
  const decade = power(10, Math.floor(Math.log10(rough)));
  const step = ([1, 2, 5, 10].find((each) => each * decade >= rough) ?? 10) * decade;
  const first = Math.ceil(from / step);
  return Array.from(
    { length: Math.max(0, Math.floor(until / step) - first + 1) },
    (_, index) => (first + index) * step,
  );
}
