import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../../src/policies/policy.ts';
import { Looks } from '../../../src/runtime/looks.ts';
import { candidate, checkedCohort, type MemberFacts } from '../../../src/runtime/round-view.ts';

describe('candidate', () => {
  const asked: string[] = [];
  const costly = (name: string, value: number) => () => {
    asked.push(name);
    return value;
  };
  const facts: MemberFacts = {
    index: 3,
    samples: 40,
    snrDb: costly('snrDb', 12),
    computeSeconds: costly('computeSeconds', 0.5),
    secondsPerStep: costly('secondsPerStep', 0.1),
    uploadSeconds: costly('uploadSeconds', 2),
    symbolSnr: costly('symbolSnr', 7),
  };

  it('works out a costly field when a policy reads it, and no sooner', () => {
    const member = candidate('client-3', 4, facts, undefined, new Looks());
    expect(asked).toEqual([]);
    expect(member.uploadSeconds).toBe(2);
    expect(asked).toEqual(['uploadSeconds']);
    expect([member.snrDb, member.computeSeconds, member.secondsPerStep]).toEqual([12, 0.5, 0.1]);
  });

  it('that was never used is as stale as the round, and has no loss', () => {
    expect(candidate('client-3', 4, facts, undefined, new Looks())).toMatchObject({
      staleness: 4,
      participations: 0,
      loss: undefined,
    });
  });

  it('counts staleness from the round of its last update', () => {
    const history = { lastUsed: 4, participations: 2, loss: 0.7, statistics: { squaredNorm: 9, mean: 1, variance: 2 } };
    expect(candidate('client-3', 9, facts, history, new Looks())).toMatchObject({
      ...{ staleness: 5, participations: 2, loss: 0.7 },
      ...{ gradientNorm: 3, gradientMean: 1, gradientVariance: 2 },
    });
  });
});

describe('checkedCohort', () => {
  const idle = ['client-2', 'client-5', 'client-11'].map((id) => ({ id }) as Candidate);
  const view = { server: 'edge-0', round: 1, now: 0, idle, inFlight: 0, members: 3, symbols: 1, draw: () => 0 };

  it('names the cohort in the order of members, whatever order the policy chose', () => {
    expect(checkedCohort({ invite: idle.toReversed() }, view).cohort).toEqual(['client-2', 'client-5', 'client-11']);
  });

  it('takes copies of candidates, and an endless deadline for none', () => {
    const invite = [{ ...(idle[1] as Candidate) }];
    const closeAfter = Number.POSITIVE_INFINITY;
    expect(checkedCohort({ invite, closeAfter }, view)).toEqual({ cohort: ['client-5'], closeAfter: null });
  });

  it('puts weights into the order of members too', () => {
    const schedule = { invite: idle.toReversed(), weights: [3, 2, 1], probabilities: [0.2, 0.3, 0.5] };
    expect(checkedCohort(schedule, view)).toMatchObject({ weights: [1, 2, 3], probabilities: [0.2, 0.3, 0.5] });
  });

  it.each([
    ['too few', { weights: [1] }],
    ['negative', { weights: [1, -1, 1] }],
    ['not numbers', { weights: [1, Number.NaN, 1] }],
    ['probabilities of some', { probabilities: [1] }],
  ])('refuses weights that are %s', (_, wrong) => {
    expect(() => checkedCohort({ invite: idle, ...wrong }, view)).toThrow(
      /invalid (weights|probabilities).*edge-0, round 1/,
    );
  });
});
