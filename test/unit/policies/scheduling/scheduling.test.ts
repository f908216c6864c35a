import { describe, expect, test } from 'vitest';
import { streams } from '../../../../src/math/streams.ts';
import { realise } from '../../../../src/part.ts';
import type { Candidate, RoundView, Schedule } from '../../../../src/policies/policy.ts';
import { bestChannel } from '../../../../src/policies/scheduling/best-channel.ts';
import { boundedConcurrency } from '../../../../src/policies/scheduling/bounded-concurrency.ts';
import { everyone } from '../../../../src/policies/scheduling/everyone.ts';
import { fastest } from '../../../../src/policies/scheduling/fastest.ts';
import { random } from '../../../../src/policies/scheduling/random.ts';
import { roundRobin } from '../../../../src/policies/scheduling/round-robin.ts';
import { stalestFirst } from '../../../../src/policies/scheduling/stalest-first.ts';

const candidate = (index: number, fields: Partial<Candidate> = {}): Candidate => ({
  id: `client-${index}`,
  index,
  samples: 100,
  staleness: 1,
  participations: 0,
  snrDb: 10,
  computeSeconds: 1,
  secondsPerStep: 0.2,
  uploadSeconds: 1,
  loss: undefined,
  ...{ gradientNorm: undefined, gradientMean: undefined, gradientVariance: undefined, symbolSnr: 10 },
  ...fields,
});
const clients = (...fields: Partial<Candidate>[]): Candidate[] => fields.map((each, index) => candidate(index, each));
const draws = streams(1)('server/schedule');
const view = (idle: Candidate[], round = 1): RoundView => ({
  server: 'server',
  round,
  now: 0,
  idle,
  inFlight: 0,
  members: idle.length,
  symbols: 1,
  draw: draws.at(round),
});
const indices = ({ invite }: Schedule): number[] => invite.map(({ index }) => index);
const ten = Array.from({ length: 10 }, (_, index) => candidate(index));

test('everyone invites all who are reachable, in id order', () => {
  const schedule = realise(everyone())(view(ten));
  expect(indices(schedule)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(schedule.closeAfter).toBeUndefined();
});

test('bounded concurrency fills the places that are free, and no more', () => {
  const policy = realise(boundedConcurrency({ concurrency: 4 }));
  for (let inFlight = 0; inFlight < 6; inFlight += 1) {
    const invited = indices(policy({ ...view(ten), inFlight }));
    expect(new Set(invited).size).toBe(Math.max(0, 4 - inFlight));
    expect(invited).toEqual(invited.toSorted((a, b) => a - b));
  }
});

describe('random', () => {
  const policy = realise(random({ cohort: 3 }));

  test('invites a cohort without repeats, in id order, the same for the same luck', () => {
    for (let round = 1; round < 50; round += 1) {
      const invited = indices(policy(view(ten, round)));
      expect(new Set(invited).size).toBe(3);
      expect(invited).toEqual(invited.toSorted((a, b) => a - b));
      expect(indices(policy(view(ten, round)))).toEqual(invited);
    }
  });

  test('invites every client equally often', () => {
    const ROUNDS = 20_000;
    const counts = new Array(10).fill(0);
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const index of indices(policy(view(ten, round)))) counts[index] += 1;
    }
    const tolerance = 5 * Math.sqrt((0.3 * 0.7) / ROUNDS);
    for (const count of counts) expect(Math.abs(count / ROUNDS - 0.3)).toBeLessThan(tolerance);
  });
});

describe('fastest', () => {
  const idle = clients(
    { computeSeconds: 5, uploadSeconds: 1 },
    { computeSeconds: 1, uploadSeconds: 4 },
    { computeSeconds: 3, uploadSeconds: Number.POSITIVE_INFINITY },
    { computeSeconds: 2, uploadSeconds: 3 },
  );

  test('invites by computation plus upload, ties in id order', () => {
    expect(indices(realise(fastest({ cohort: 3 }))(view(idle)))).toEqual([1, 3, 0]);
  });

  test('closes the round when told to', () => {
    expect(realise(fastest({ closeAfter: 30 }))(view(idle)).closeAfter).toBe(30);
    expect(realise(fastest())(view(idle))).not.toHaveProperty('closeAfter');
  });
});

test('best channel invites by SNR, ties in id order, also among links without a finite one', () => {
  const { POSITIVE_INFINITY, NEGATIVE_INFINITY } = Number;
  const ratios = [3, NEGATIVE_INFINITY, 12, POSITIVE_INFINITY, 12, POSITIVE_INFINITY, NEGATIVE_INFINITY];
  const idle = ratios.map((snrDb, index) => candidate(index, { snrDb }));
  expect(indices(realise(bestChannel({ cohort: 6 }))(view(idle)))).toEqual([3, 5, 2, 4, 0, 1]);
});

test('stalest first invites by staleness, ties in id order', () => {
  const idle = clients({ staleness: 2 }, { staleness: 7 }, { staleness: 2 }, { staleness: 9 });
  expect(indices(realise(stalestFirst({ cohort: 3 }))(view(idle)))).toEqual([3, 1, 0]);
});

describe('round robin', () => {
  const policy = realise(roundRobin({ cohort: 4 }));

  test('goes down the list and wraps around', () => {
    expect([1, 2, 3, 4].map((round) => indices(policy(view(ten, round))))).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [0, 1, 8, 9],
      [2, 3, 4, 5],
    ]);
  });

  test('never lets invitations differ by more than one', () => {
    const counts = new Array(10).fill(0);
    for (let round = 1; round <= 203; round += 1) {
      for (const index of indices(policy(view(ten, round)))) counts[index] += 1;
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
  });
});

describe('every policy with a cohort', () => {
  const builders = [random, fastest, bestChannel, stalestFirst, roundRobin];

  test('invites all where fewer are reachable, and nobody where nobody is', () => {
    for (const build of builders) {
      const policy = realise(build({ cohort: 20 }));
      expect(indices(policy(view(ten, 3))).toSorted((a, b) => a - b)).toEqual(ten.map(({ index }) => index));
      expect(indices(policy(view([], 3)))).toEqual([]);
    }
  });

  test('leaves its view as it was', () => {
    for (const build of builders) {
      const idle = Object.freeze([...ten]) as Candidate[];
      realise(build({ cohort: 2 }))(view(idle, 2));
      expect(idle).toEqual(ten);
    }
  });

  test('takes an integer of at least 1', () => {
    for (const { schema } of builders) {
      for (const cohort of [0, 1.5, Number.NaN]) expect(schema.safeParse({ cohort }).success).toBe(false);
    }
  });
});
