import { beforeAll, describe, expect, it } from 'vitest';
import { federation } from '../../actors/index.ts';
import { fixedRates } from '../../channels/index.ts';
import { feel } from '../../src/algorithms/index.ts';
import { pairedDifference, pairsFor, power } from '../../src/lab/statistics.ts';
import { timingOnly } from '../../src/learning/index.ts';
import { exponential } from '../../src/math/distributions.ts';
import type { SchedulingPolicy } from '../../src/policies/policy.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';

// Goal: the paired test keeps what it promises on runs, not only on drawn numbers. Method: a scenario whose virtual time is
// known. In each of R rounds one client computes, for tᵢ + θ E seconds with E ~ Exp(1), and uploads for the same time as any
// other. Policies that always invite client i and client 0 then differ by D = R (tᵢ − t₀) + θ Σ (Eᵢ − E₀): its mean is
// R (tᵢ − t₀), its variance 2 R θ².

const ROUNDS = 10;
const THETA = 0.5;
/** Client 1 is slower by so much that the effect |μ_D| / σ_D = δ √(R/2) / θ is 1; client 2 is as fast as client 0. */
const DELTA = THETA / Math.sqrt(ROUNDS / 2);
const NOMINAL = [1, 1 + DELTA, 1];
const MACS = 10 * 487_540;
const TRIALS = 60;
const PAIRS = pairsFor(1) as number;
const BUDGET = 600_000;

const always =
  (client: number): SchedulingPolicy =>
  ({ idle }) => ({ invite: idle.filter(({ index }) => index === client) });

const study = (schedule: SchedulingPolicy) =>
  scenario({
    name: 'one-at-a-time',
    topology: federation({ clients: NOMINAL.length, edgeServers: 1 }),
    channel: fixedRates(),
    devices: {
      clock: { macsPerSecond: ({ index }) => MACS / (NOMINAL[index] as number) },
      straggler: { duration: (nominal, draws, round) => nominal + THETA * exponential(draws.at(round)) },
    },
    task: timingOnly(),
    algorithm: feel({ localSteps: 1 }),
    schedule,
    until: { rounds: ROUNDS },
  });

/** Virtual time of each client's policy under each seed. */
let seconds: readonly (readonly number[])[] = [];

beforeAll(async () => {
  const seeds = Array.from({ length: TRIALS * PAIRS }, (_, seed) => seed);
  const timesOf = async (client: number) => {
    const policy = study(always(client));
    const times: number[] = [];
    for (const seed of seeds) times.push((await simulate(policy, { seed })).summary.virtualSeconds);
    return times;
  };
  seconds = [await timesOf(0), await timesOf(1), await timesOf(2)];
}, BUDGET);

/** The differences of a client's policy to that of client 0, trial by trial, with so many seeds each. */
const trials = (client: number, pairs = PAIRS) =>
  Array.from({ length: TRIALS }, (_, trial) => {
    const part = (which: number) => (seconds[which] ?? []).slice(trial * PAIRS, trial * PAIRS + pairs);
    return pairedDifference(part(client), part(0));
  });

const shareOf = (client: number, pairs = PAIRS) =>
  trials(client, pairs).filter(({ p }) => (p as number) < 0.05).length / TRIALS;
/** So far from its probability a share of the trials lies once in two thousand times. */
const spread = (probability: number) => 3.5 * Math.sqrt((probability * (1 - probability)) / TRIALS);

describe('policies whose difference is known', () => {
  it('differ by it in the mean over all runs', () => {
    const all = pairedDifference(seconds[1] as number[], seconds[0] as number[]);
    const error = (THETA * Math.sqrt(2 * ROUNDS)) / Math.sqrt(TRIALS * PAIRS);
    expect(Math.abs(all.mean - ROUNDS * DELTA)).toBeLessThan(4 * error);
  });

  it('are told apart four times out of five by the predicted number of seeds, and less often by half of it', () => {
    expect(PAIRS).toBe(10);
    for (const pairs of [PAIRS, PAIRS / 2]) {
      const expected = power(pairs, 1);
      expect(Math.abs(shareOf(1, pairs) - expected)).toBeLessThan(spread(expected));
    }
  });
});

describe('two policies that are the same but for their luck', () => {
  it('are held apart no more often than stated, and the interval covers 0 the rest of the time', () => {
    expect(Math.abs(shareOf(2) - 0.05)).toBeLessThan(spread(0.05));
    const covering = trials(2).filter(({ mean, margin }) => Math.abs(mean) <= (margin as number)).length / TRIALS;
    expect(covering).toBe(1 - shareOf(2));
  });
});
