import { describe, expect, it } from 'vitest';
import {
  type Curve,
  finalLoss,
  isAscending,
  lossAt,
  meanLossByRound,
  meanLossToRound,
  meanLossUntil,
  secondsPerStep,
  secondsTo,
  secondsToAccuracy,
} from '../../../src/claims/curve.ts';

/** Scored in rounds 0, 1 and 3; a round takes two seconds. */
const curve: Curve = {
  rounds: 3,
  seconds: 6,
  points: [
    { round: 0, at: 0, loss: 2, accuracy: 0.1 },
    { round: 1, at: 2, loss: 1, accuracy: 0.5 },
    { round: 3, at: 6, loss: 0.5, accuracy: 0.8 },
  ],
};

describe('a curve', () => {
  it('has a mean loss per round, by trapezia over the rounds that were scored', () => {
    expect(meanLossByRound([curve])).toBe((1.5 + 2 * 0.75) / 3);
    expect(meanLossToRound(1)([curve])).toBe(1.5);
  });

  it('has a mean loss over time in which each model stands until the next', () => {
    expect(meanLossUntil(6)([curve])).toBeCloseTo((2 * 2 + 4 * 1) / 6, 15);
    expect(meanLossUntil(8)([curve])).toBeCloseTo((2 * 2 + 4 * 1 + 2 * 0.5) / 8, 15);
    expect(meanLossUntil(4)([curve])).toBe(1.5);
  });

  it('has the loss of the model that stands at an instant', () => {
    expect([0, 1.9, 2, 5.9, 6, 99].map((at) => lossAt(at)([curve]))).toEqual([2, 2, 1, 1, 0.5, 0.5]);
    expect(finalLoss([curve])).toBe(0.5);
  });

  it('reaches a loss on the line between two scores, at once, or never', () => {
    expect(secondsTo(1.5)([curve])).toBe(1);
    expect(secondsTo(0.75)([curve])).toBe(4);
    expect(secondsTo(3)([curve])).toBe(0);
    expect(secondsTo(0.4)([curve])).toBe(Number.POSITIVE_INFINITY);
  });

  it('reaches an accuracy with the first score that has it, or never', () => {
    expect([0.05, 0.5, 0.6, 0.9].map((target) => secondsToAccuracy(target)([curve]))).toEqual([
      0,
      2,
      6,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it('tells the time of one local step', () => {
    expect(secondsPerStep(5)([curve])).toBe(6 / 15);
  });

  it('is averaged with those of other seeds', () => {
    const other = { ...curve, points: curve.points.map((point) => ({ ...point, loss: point.loss + 1 })) };
    expect(finalLoss([curve, other])).toBe(1);
  });
});

describe('an order', () => {
  it('is strict without slack, and forgives less than the slack', () => {
    expect(isAscending([1, 2, 3])).toBe(true);
    expect(isAscending([1, 1])).toBe(false);
    expect(isAscending([1, 0.998], 0.003)).toBe(true);
    expect(isAscending([1, 0.996], 0.003)).toBe(false);
  });
});
