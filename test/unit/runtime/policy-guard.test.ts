import { describe, expect, it } from 'vitest';
import { fedAvg, hierFavg, sdFeel } from '../../../src/algorithms/index.ts';
import { SimulationError } from '../../../src/errors.ts';
import type { Algorithm } from '../../../src/policies/algorithm.ts';
import type { Aggregation, Candidate, Pacing, Schedule, SchedulingPolicy } from '../../../src/policies/policy.ts';
import { checkedWorkload, guarded, type PolicyFailure } from '../../../src/runtime/policy-guard.ts';
import { simulate } from '../../../src/scenario/simulate.ts';
import { timingStudy } from '../../support/study.ts';

/** What a run with these options ends with. */
async function failure(options: Parameters<typeof timingStudy>[0]): Promise<SimulationError> {
  try {
    await simulate(timingStudy(options));
  } catch (error) {
    expect(error).toBeInstanceOf(SimulationError);
    return error as SimulationError;
  }
  throw new Error('the run came to an end as if nothing were wrong');
}

const problemOf = async (options: Parameters<typeof timingStudy>[0]) => (await failure(options)).problem;

const fail = (reason: string) => (): never => {
  throw new Error(reason);
};

/** As paths are shown from the folder in which the tests run. */
const HERE = 'test/unit/runtime/policy-guard.test.ts';
const PLACE = /^(?:edge-0|central), round 1, t = [\d.]+ s, test\/.*policy-guard\.test\.ts/;

const stranger = { id: 'client-99' } as Candidate;

// Goal: a policy that returns nonsense ends the run with one error that names the place and the value.
// Method: whole timing-only runs under policies that are wrong in one way each.
describe('a scheduling policy', () => {
  it.each<[string, SchedulingPolicy, string]>([
    ['invites someone unknown', () => ({ invite: [stranger] }), 'unknown candidate: "client-99"'],
    [
      'invites someone twice',
      ({ idle }) => ({ invite: [...idle, idle[0] as Candidate] }),
      'duplicate candidate: "client-0"',
    ],
    ['invites a hole', () => ({ invite: [undefined as never] }), 'unknown candidate: undefined'],
    ['invites by name', () => ({ invite: ['client-0' as never] }), 'unknown candidate: "client-0"'],
    ['returns no list', () => ({ invite: 'everyone' as never }), 'invalid schedule: {"invite":"everyone"}'],
    ['returns nothing', () => undefined as unknown as Schedule, 'invalid schedule: undefined'],
    ['returns null', () => null as unknown as Schedule, 'invalid schedule: null'],
    ['returns a promise', (async () => ({ invite: [] })) as never, 'invalid schedule: {}'],
    ['closes in the past', ({ idle }) => ({ invite: idle, closeAfter: -1 }), 'invalid closeAfter: -1'],
    ['closes at no time', ({ idle }) => ({ invite: idle, closeAfter: Number.NaN }), 'invalid closeAfter: NaN'],
    ['closes at once', ({ idle }) => ({ invite: idle, closeAfter: 0 }), 'invalid closeAfter: 0'],
  ])('that %s is refused with server, round, time and file', async (_name, schedule, what) => {
    expect(await problemOf({ schedule })).toMatchObject({
      ...{ what, code: 'POLICY_INVALID', where: `scheduling policy at edge-0, round 1, t = 0 s, ${HERE}` },
      remedy: expect.stringMatching(/^(?:invite|return)/),
    });
  });

  it('that throws is quoted, with its error as the cause', async () => {
    const cause = new RangeError('out of luck');
    const error = await failure({
      schedule: ({ round, idle }) => {
        if (round === 3) throw cause;
        return { invite: idle };
      },
    });
    expect(error.message).toMatch(
      /^invalid scheduling policy: it threw: out of luck \(edge-0, round 3, t = [\d.]+ s, test\/.*policy-guard\.test\.ts(:\d+)?\); .* \[POLICY_INVALID\]$/,
    );
    expect(error.cause).toBe(cause);
  });

  it('may invite in any order, and nobody at all', async () => {
    const { summary } = await simulate(
      timingStudy({ schedule: ({ round, idle }) => ({ invite: round === 2 ? [] : idle.toReversed() }) }),
    );
    expect(summary.rounds).toBe(4);
  });
});

const algorithms: Readonly<
  Record<string, (own: { aggregation?: Aggregation; pacing?: Pacing }) => ReturnType<typeof fedAvg>>
> = {
  'SD-FEEL': (own) => sdFeel({ localSteps: 1, ...own }),
  FedAvg: (own) => fedAvg({ localSteps: 1, ...own }),
  HierFAVG: (own) => hierFavg({ localSteps: 1, edgeRounds: 2, ...own }),
};

describe.each(Object.entries(algorithms))('in %s', (_name, algorithm) => {
  it.each<readonly [string, Aggregation, RegExp]>([
    ['weighs by NaN', (all) => all.map(() => Number.NaN), /weight 0 is NaN; weights are finite and not negative/],
    [
      'weighs by infinity',
      (all) => all.map((_, at) => (at === 1 ? Number.POSITIVE_INFINITY : 1)),
      /weight 1 is Infinity/,
    ],
    ['weighs below zero', (all) => all.map((_, at) => (at === 2 ? -0.5 : 1)), /weight 2 is -0\.5/],
    ['weighs nobody', (all) => all.map(() => 0), /all weights are 0/],
    ['leaves one out', (all) => all.slice(1).map(() => 1), /\d+ weights expected, got \[1,/],
    ['returns no list', () => 1 as never, /\d+ weights expected, got 1/],
    ['returns nothing', () => undefined as never, /\d+ weights expected, got undefined/],
    ['weighs by words', (all) => all.map(() => 'much' as never), /weight 0 is much/],
    ['throws', fail('no scales'), /it threw: no scales/],
  ])('an aggregation policy that %s is refused', async (_wrong, aggregation, what) => {
    const problem = await problemOf({ algorithm: algorithm({ aggregation }) });
    expect(problem).toMatchObject({
      code: 'POLICY_INVALID',
      what: expect.stringMatching(/^invalid aggregation policy: /),
    });
    expect(problem.what).toMatch(what);
    expect(problem.where).toMatch(PLACE);
  });

  it('a pacing policy that throws is quoted with its round', async () => {
    const pacing: Pacing = ({ round, received, invited }) =>
      round === 2 ? fail('lost count')() : received === invited;
    expect(await problemOf({ algorithm: algorithm({ pacing }) })).toMatchObject({
      ...{
        what: 'invalid pacing policy: it threw: lost count',
        where: expect.stringMatching(/\bround 2\b/),
        code: 'POLICY_INVALID',
      },
    });
  });
});

describe('guarded', () => {
  const base = { name: 'x', aggregation: () => [1], pacing: () => true } as unknown as Algorithm;

  it('keeps the first error, which a machine may reword on its way out', () => {
    const kept: PolicyFailure = { error: undefined };
    const errors = ['first', 'second'];
    const { pacing } = guarded({ ...base, pacing: () => fail(String(errors.shift()))() }, kept);
    const collection = { round: 1, invited: 1, received: 0, lost: 0, overdue: false };
    expect(() => pacing(collection)).toThrow(/first/);
    expect(() => pacing(collection)).toThrow(/second/);
    expect((kept.error as Error).message).toMatch(/first/);
  });

  it('passes sound weights through untouched, zeros among them', () => {
    const kept: PolicyFailure = { error: undefined };
    const { aggregation } = guarded({ ...base, aggregation: () => [0, 2.5, 0] }, kept);
    const contribution = { id: 'client-0', samples: 1, staleness: 0, localSteps: 1 };
    expect(aggregation([contribution, contribution, contribution])).toEqual([0, 2.5, 0]);
    expect(kept.error).toBeUndefined();
  });
});

describe('checkedWorkload', () => {
  const invited = [stranger, { ...stranger, id: 'client-98' }];

  it('takes one whole number of local steps for each invited client', () => {
    expect(checkedWorkload(() => [3, 1], invited, 'edge-0')).toEqual([3, 1]);
  });

  it.each<[string, unknown]>([
    ['too few numbers', [3]],
    ['half a step', [3, 1.5]],
    ['no step', [3, 0]],
    ['NaN', [3, Number.NaN]],
    ['no list', 3],
    ['nothing', undefined],
  ])('refuses %s, and says where', (_wrong, steps) => {
    expect(() => checkedWorkload(() => steps as never, invited, 'edge-0, round 2')).toThrow(
      /^invalid workload policy: 2 whole numbers ≥ 1 expected, got .* \(edge-0, round 2\).*\[POLICY_INVALID\]$/,
    );
  });

  it('quotes one that throws', () => {
    expect(() => checkedWorkload(fail('too tired'), invited, 'edge-0')).toThrow(/it threw: too tired \(edge-0\)/);
  });
});
