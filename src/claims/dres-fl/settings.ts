import type { Setting } from '../claim.ts';
import { across, type Curve, mean } from '../curve.ts';

/** Which task, and how long. */
export interface Form {
  readonly scenario: 'gaussian' | 'digits';
  readonly rounds: number;
  readonly scoreEvery: number;
  /** What takes the scale of the features of networks of squares back for networks of ReLUs. */
  readonly reluFactor: number;
}

export const FULL: Form = { scenario: 'digits', rounds: 1000, scoreEvery: 25, reluFactor: 1 };
/** The dossier compares activations on Gaussian classes, over 3000 steps. */
export const ACTIVATIONS: Form = { scenario: 'gaussian', rounds: 3000, scoreEvery: 25, reluFactor: 1 };
export const FAST: Form = { scenario: 'gaussian', rounds: 1000, scoreEvery: 25, reluFactor: 1 };

export type On = (set?: Setting['set']) => Setting;

/** Runs of a form, by what they replace. */
export const on =
  ({ scenario, rounds, scoreEvery }: Form): On =>
  (set = {}) => ({ scenario, set: { 'until.rounds': rounds, 'evaluate.everyRounds': scoreEvery, ...set } });

/** The same network with ReLUs, on features as they were, at a rate that suits it. */
export const relu = ({ reluFactor }: Form, learningRate: number): Setting['set'] => ({
  'task.model.activation': 'relu',
  'task.dataset.factor': reluFactor,
  'task.optimizer.learningRate': learningRate,
});

/** A baseline on real numbers: one step of descent a round. */
export const baseline = (algorithm: string): Setting['set'] => ({ algorithm, 'algorithm.localSteps': 1 });

/** All samples at one client that is always there. */
export const CENTRALISED: Setting['set'] = {
  ...baseline('fed-avg'),
  'topology.clients': 1,
  'devices.availability': 'always-on',
};

/** Mean over the last scores, which mini-batches make noisy. */
const LAST = 5;
export const finalAccuracy = across(({ points }) => mean(points.slice(-LAST).map(({ accuracy }) => accuracy)));

/** Seconds of a round, from its first score to its last. */
const perRound = ({ points }: Curve): number => {
  const [first, last] = [points[1], points.at(-1)];
  return first === undefined || last === undefined ? Number.NaN : (last.at - first.at) / (last.round - first.round);
};

export const secondsPerRound = across(perRound);

/** Seconds before the first round. */
export const setUpSeconds = across(
  (curve) => (curve.points[1]?.at ?? 0) - (curve.points[1]?.round ?? 0) * perRound(curve),
);

/** Share of the rounds in which the server's rule could make something of what came. */
export const decodedShare = across(({ rounds, integrated = 0 }) => integrated / rounds);

/** Of each seed's value the middle, the least and the most. */
function span(x: number, values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  const y = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return { x, y, low: sorted[0] ?? y, high: sorted.at(-1) ?? y };
}

/** A line over the rounds that were scored, as far as all seeds have them. */
export const accuracyLine = (name: string, curves: readonly Curve[], every: number) => ({
  name,
  points: (curves[0]?.points ?? []).flatMap(({ round }, at) =>
    round % every === 0
      ? [
          span(
            round,
            curves.flatMap(({ points }) => points[at]?.accuracy ?? []),
          ),
        ]
      : [],
  ),
});

export const decodedPoint = (reliable: number, curves: readonly Curve[]) =>
  span(
    reliable,
    curves.map(({ rounds, integrated = 0 }) => integrated / rounds),
  );
