import { expect, test } from 'vitest';
import { realise } from '../../../../src/part.ts';
import { bySamples } from '../../../../src/policies/aggregation/by-samples.ts';
import { uniform } from '../../../../src/policies/aggregation/uniform.ts';

const contributions = [10, 30, 5].map((samples, i) => ({
  id: `client-${i}`,
  samples,
  staleness: i,
  localSteps: 1 + i,
}));

test('weights by samples are the clients’ sample counts, in order', () => {
  expect(realise(bySamples())(contributions)).toEqual([10, 30, 5]);
});

test('uniform weights are equal', () => {
  expect(realise(uniform())(contributions)).toEqual([1, 1, 1]);
});
