import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../../src/policies/policy.ts';
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
  };

  it('works out a costly field when a policy reads it, and no sooner', () => {
    const member = candidate('client-3', 4, facts, undefined);
    expect(asked).toEqual([]);
    expect(member.uploadSeconds).toBe(2);
    expect(asked).toEqual(['uploadSeconds']);
    expect([member.snrDb, member.computeSeconds, member.secondsPerStep]).toEqual([12, 0.5, 0.1]);
  });

  it('that was never used is as stale as the round, and has no loss', () => {
    expect(candidate('client-3', 4, facts, undefined)).toMatchObject({
      staleness: 4,
      participations: 0,
      loss: undefined,
    });
  });

  it('counts staleness from the round of its last update', () => {
    const history = { lastUsed: 4, participations: 2, loss: 0.7 };
    expect(candidate('client-3', 9, facts, history)).toMatchObject({ staleness: 5, participations: 2, loss: 0.7 });
  });
});

describe('checkedCohort', () => {
  const idle = ['client-2', 'client-5', 'client-11'].map((id) => ({ id }) as Candidate);
  const view = { server: 'edge-0', round: 1, now: 0, idle, members: 3, draw: () => 0 };

  it('names the cohort in the order of members, whatever order the policy chose', () => {
    expect(checkedCohort({ invite: idle.toReversed() }, view).cohort).toEqual(['client-2', 'client-5', 'client-11']);
  });

  it('takes copies of candidates, and an endless deadline for none', () => {
    const invite = [{ ...(idle[1] as Candidate) }];
    const closeAfter = Number.POSITIVE_INFINITY;
    expect(checkedCohort({ invite, closeAfter }, view)).toEqual({ cohort: ['client-5'], closeAfter: null });
  });
});
