import { describe, expect, test } from 'vitest';
import { streams } from '../../../../src/math/streams.ts';
import { realise } from '../../../../src/part.ts';
import type { Candidate, RoundView, SchedulingPolicy } from '../../../../src/policies/policy.ts';
import { oort } from '../../../../src/policies/scheduling/oort.ts';
import { powerOfChoice } from '../../../../src/policies/scheduling/power-of-choice.ts';
import { proportionalFair } from '../../../../src/policies/scheduling/proportional-fair.ts';

const NOTHING = { loss: undefined, gradientNorm: undefined, gradientMean: undefined, gradientVariance: undefined };
const clients = (...fields: Partial<Candidate>[]): Candidate[] =>
  fields.map((each, index) => ({
    ...{ id: `client-${index}`, index, samples: 100, staleness: 1, participations: 1, snrDb: 10, symbolSnr: 10 },
    ...{ computeSeconds: 1, secondsPerStep: 0.2, uploadSeconds: 1, ...NOTHING },
    ...each,
  }));
const invited = (policy: SchedulingPolicy, idle: readonly Candidate[], round = 1): number[] => {
  const draw = streams(1)('server/schedule').at(round);
  const view: RoundView = {
    server: 'server',
    round,
    now: 0,
    idle,
    inFlight: 0,
    members: idle.length,
    symbols: 1,
    draw,
  };
  return policy(view).invite.map(({ index }) => index);
};

describe('power-of-choice', () => {
  test('is greedy by loss where all are drawn, and clients without a loss come first', () => {
    const idle = clients({ loss: 1 }, { loss: 3 }, { loss: undefined }, { loss: 2 });
    expect(invited(realise(powerOfChoice({ cohort: 3, candidates: 4 })), idle)).toEqual([2, 1, 3]);
  });

  test('draws by samples where it draws no more than it invites', () => {
    const ROUNDS = 4000;
    const policy = realise(powerOfChoice({ cohort: 1, candidates: 1 }));
    const idle = clients({ samples: 300, loss: 0 }, { samples: 100, loss: 9 });
    let first = 0;
    for (let round = 1; round <= ROUNDS; round += 1) first += Number(invited(policy, idle, round)[0] === 0);
    // p = 3/4; five standard deviations.
    expect(Math.abs(first / ROUNDS - 0.75)).toBeLessThan(5 * Math.sqrt((0.75 * 0.25) / ROUNDS));
  });
});

test('proportional-fair weighs the rate of now against what has been served, and takes the least served of equals', () => {
  const policy = realise(proportionalFair({ cohort: 2 }));
  const idle = clients(
    { uploadSeconds: 1, participations: 9 },
    { uploadSeconds: 4, participations: 1 },
    { uploadSeconds: 3, participations: 1 },
    { uploadSeconds: 6, participations: 0 },
  );
  expect(invited(policy, idle)).toEqual([3, 2]);
});

describe('oort', () => {
  test('ranks by samples times loss, penalised beyond the preferred time', () => {
    const idle = clients({ loss: 1 }, { loss: 3, uploadSeconds: 3 }, { loss: 2 });
    expect(invited(realise(oort({ cohort: 2 })), idle)).toEqual([1, 2]);
    // (2 / 4)² · 300 = 75 < 100.
    expect(invited(realise(oort({ cohort: 2, preferredSeconds: 2 })), idle)).toEqual([2, 0]);
  });

  test('adds a bonus for those whose last update is old', () => {
    // √(0.1 ln 50 / 1) = 0.625 for the first, √(0.1 ln 50 / 49) = 0.089 for the second.
    const idle = clients({ samples: 1, loss: 1, staleness: 49 }, { samples: 1, loss: 1.5, staleness: 1 });
    expect(invited(realise(oort({ cohort: 1 })), idle, 50)).toEqual([0]);
  });

  test('gives a share of the cohort to clients never heard, the fastest of them first, which shrinks to a fifth', () => {
    const news = Array.from({ length: 10 }, (_, i) => ({ uploadSeconds: 20 - i }));
    const idle = clients(...news, ...Array.from({ length: 10 }, () => ({ loss: 1 })));
    const policy = realise(oort({ cohort: 10 }));
    const explored = (round: number) => invited(policy, idle, round).filter((index) => index < 10);
    expect(explored(1)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(explored(1000)).toEqual([9, 8]);
    expect(invited(policy, clients({}, {}, { loss: 1 }))).toHaveLength(3);
  });
});
