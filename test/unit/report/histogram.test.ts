import { expect, it } from 'vitest';
import { WholeHistogram } from '../../../src/report/reduction/histogram.ts';

it('ends whatever numbers a trace holds: a step may be lost beside the width of a bin', () => {
  const histogram = new WholeHistogram();
  for (const value of [1e300, -3, 7, Number.MAX_VALUE, Number.NaN]) histogram.add(value);
  const { bins } = histogram;
  expect(bins.length).toBeLessThanOrEqual(64);
  expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(3);
});
