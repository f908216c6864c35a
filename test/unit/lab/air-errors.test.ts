import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../src/event.ts';
import { airTally } from '../../../src/lab/air-errors.ts';
import { metricsOf } from '../../../src/lab/comparison.ts';
import type { Finished } from '../../../src/lab/study.ts';
import { csv, runRows } from '../../../src/lab/tidy-rows.ts';

const sum = (senders: readonly string[], error: number) =>
  ({
    ...{ type: 'aggregate.received', senders, expectedNoise: 10 * error },
    ...{ totalError: 3 * error, noiseError: 2 * error, samplingError: error },
  }) as unknown as Fact;
const grants = (snrDb: readonly number[]) => ({ type: 'uplink.scheduled', snrDb }) as unknown as Fact;

describe('the errors of over-the-air sums', () => {
  it('are means over the sums in which anybody was heard', () => {
    const tally = airTally();
    for (const fact of [grants([0, 10]), sum(['client-1'], 1), grants([20, 30]), sum([], 100), sum(['client-2'], 3)]) {
      tally.take(fact);
    }
    expect(tally.errors()).toEqual({ total: 6, noise: 4, sampling: 2, firstExpectedNoise: 10, snrDb: 15 });
  });

  it('are none where nothing goes over the air', () => {
    expect(airTally().errors()).toBeUndefined();
  });

  it('stand in comparisons and tables of studies that have them, and only there', () => {
    const summary = { accuracy: {}, loss: {}, timeToAccuracy: {}, fingerprint: {} };
    const finishedWith = (air?: object) =>
      [{ cell: { at: {} }, seed: 1, result: { summary, curve: [], air } }] as unknown as readonly Finished[];
    const summed = finishedWith({ total: 6, noise: 4, sampling: 2 });
    expect(
      metricsOf(summed)
        .find(({ key }) => key === 'sumError')
        ?.of(summed[0]!.result),
    ).toBe(6);
    expect(metricsOf(finishedWith()).map(({ key }) => key)).not.toContain('sumError');
    expect(csv(runRows(summed))).toMatch(/,sumError,sumNoiseError,sumSamplingError\n.*,6,4,2\n$/);
    expect(csv(runRows(finishedWith()))).not.toContain('sumError');
  });
});
