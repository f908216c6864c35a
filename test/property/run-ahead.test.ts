/**
 * Goal: a world that is ahead of its numbers leaves the bytes of one that waits for each. Method: a pool that answers in
 * every order and as late as it likes, against steps on the calling thread, over all that can look at a number.
 */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { federation } from '../../actors/index.ts';
import { radio, rayleigh } from '../../channels/index.ts';
import { asyncSdFeel, fedAsync, fedAvg, hierFavg, mimic, scaffold } from '../../src/algorithms/index.ts';
import { markovOnOff, shiftedExponential } from '../../src/devices/index.ts';
import { classesPerClient, classify, gaussianBlobs, sgd } from '../../src/learning/index.ts';
import { digital, oort, overTheAir, powerOfChoice, random } from '../../src/policies/index.ts';
import { inlinePool } from '../../src/runtime/inline-pool.ts';
import { runStep, type StepPool } from '../../src/runtime/steps.ts';
import type { ScenarioOptions } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import type { Step } from '../../src/step.ts';
import { study } from '../support/study.ts';
import { unrulyPool } from '../support/unruly-pool.ts';

const RUNS = 5;

const flaky = {
  channel: radio({ fading: rayleigh({ coherence: 0.01 }) }),
  devices: {
    availability: markovOnOff({ meanOnline: 0.3, meanOffline: 0.1 }),
    straggler: shiftedExponential({ scale: 0.5 }),
  },
};
const still = classify({
  dataset: gaussianBlobs({ trainPerClass: 40, testPerClass: 20 }),
  split: classesPerClient({ classes: 2 }),
  optimizer: sgd({ learningRate: 1e-60 }),
});
const central = { topology: federation({ clients: 12, edgeServers: 1 }), ...flaky };

const KINDS: readonly (readonly [string, Partial<ScenarioOptions>])[] = [
  ['servers that mix, and clients that come and go', { ...flaky, until: { rounds: 3 } }],
  ['two layers of servers', { ...flaky, algorithm: hierFavg({ localSteps: 2, edgeRounds: 2 }), until: { rounds: 3 } }],
  ['servers that mix when they like', { ...flaky, algorithm: asyncSdFeel({}), until: { rounds: 8 } }],
  ['a server that waits for nobody', { ...central, algorithm: fedAsync({ localSteps: 2 }), until: { rounds: 12 } }],
  ['a server with a memory', { ...central, algorithm: mimic({ localSteps: 2 }), until: { rounds: 4 } }],
  ['clients that get a control variate', { ...central, algorithm: scaffold({ localSteps: 2 }), until: { rounds: 4 } }],
  [
    'a policy that looks at losses',
    {
      ...central,
      algorithm: fedAvg({ localSteps: 2 }),
      schedule: powerOfChoice({ cohort: 3, candidates: 8 }),
      until: { rounds: 6 },
    },
  ],
  [
    'a policy that looks at losses and norms',
    {
      ...central,
      algorithm: fedAvg({ localSteps: 2, uplink: digital({ statistics: true }) }),
      schedule: oort({ cohort: 4 }),
      until: { rounds: 5 },
    },
  ],
  [
    'sums over the air',
    {
      ...flaky,
      algorithm: hierFavg({ localSteps: 2, uplink: overTheAir({ scheduling: 'after' }) }),
      schedule: random({ cohort: 2 }),
      until: { rounds: 2 },
    },
  ],
  ['an accuracy that ends the run', { until: { rounds: 30, accuracy: 0.5 } }],
  ['scores inside rounds and of each server', { until: { rounds: 2 }, evaluate: { everySteps: 2, servers: true } }],
  ['scores at instants', { ...flaky, until: { time: 0.12 }, evaluate: { everySeconds: 0.04 } }],
  [
    'models that stay as they are, and are scored once',
    { task: still, until: { rounds: 6 }, evaluate: { everyRounds: 2 } },
  ],
];

describe('being ahead of the numbers', () => {
  it.each(KINDS)('changes no byte with %s', async (_kind, options) => {
    const scenario = study(options);
    const reference = await simulate(scenario);
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const { trace, summary, scores, models } = await simulate(scenario, { pool: unrulyPool(seed) });
        expect(trace).toEqual(reference.trace);
        expect(scores).toEqual(reference.scores);
        expect(models).toEqual(reference.models);
        const { wallSeconds: _, threads: __, ...rest } = summary;
        expect(rest).toEqual({ ...rest, ...pickOf(reference.summary, Object.keys(rest)) });
      }),
      { numRuns: RUNS },
    );
  });

  it('scores each round, also where its model turns out to be that of the round before', async () => {
    const { trace, scores } = await simulate(study({ task: still, until: { rounds: 4 } }), { pool: unrulyPool(1) });
    expect(trace.filter((line) => line.includes('"kind":"model.evaluated"'))).toHaveLength(5);
    expect(scores.map(({ round }) => round)).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(scores.map(({ loss }) => loss)).size).toBe(1);
  });

  // Method: a pool that answers nothing until nothing more happens without an answer.
  it('goes on for rounds before the first number is there, but not where a policy looks', async () => {
    const eventsBefore = async (options: Partial<ScenarioOptions>) => {
      let events = 0;
      const pool = patientPool(() => events);
      const show = (_now: number, committed: number): void => {
        events = committed;
      };
      const dashboard = { show, stop: false };
      await simulate(study({ until: { rounds: 5 }, ...options }), { pool, dashboard });
      return pool.eventsBefore();
    };
    const { events } = (await simulate(study({ until: { rounds: 5 } }))).summary;
    expect(await eventsBefore({})).toBeGreaterThan(events / 2);
    const looking = {
      ...central,
      algorithm: fedAvg({ localSteps: 2 }),
      schedule: powerOfChoice({ cohort: 3, candidates: 8 }),
    };
    expect(await eventsBefore(looking)).toBeLessThan(40);
  });

  // Goal: what goes wrong shows where it would if each event waited. Method: the same step throws on either pool.
  it('ends a run whose step throws with its error, and with all events before it on the record', async () => {
    const scenario = study({ ...flaky, until: { rounds: 4 } });
    const isThird = ({ input }: Step) =>
      (input as { client?: number; firstStep?: number }).client === 7 &&
      (input as { firstStep: number }).firstStep === 6;
    const broken: StepPool = inlinePool();
    const inline = {
      ...broken,
      run: (step: Step) => (isThird(step) ? Promise.reject(new Error('the step broke')) : broken.run(step)),
    };
    const expected = await brokenRun(scenario, inline);
    expect(expected.length).toBeGreaterThan(100);
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        expect(await brokenRun(scenario, unrulyPool(seed, { fails: isThird }))).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
  });

  it('is told from a policy that throws: the record holds all events before it', async () => {
    const schedule = (view: { readonly round: number; readonly idle: readonly unknown[] }) => {
      if (view.round === 3) throw new Error('no third round');
      return { invite: view.idle };
    };
    const scenario = study({ ...flaky, schedule: schedule as never, until: { rounds: 4 } });
    const expected = await brokenRun(scenario, inlinePool(), 'no third round');
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        expect(await brokenRun(scenario, unrulyPool(seed), 'no third round')).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
  });
});

const pickOf = (from: object, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, (from as Record<string, unknown>)[name]]));

/** Holds its answers back until the events that have been committed stay the same. */
function patientPool(events: () => number) {
  const waiting: (() => void)[] = [];
  let [last, turns, before] = [0, 0, 0];
  const look = (): void => {
    turns = events() === last ? turns + 1 : 0;
    last = events();
    if (turns < 20) return void setImmediate(look);
    before ||= last;
    for (const answer of waiting.splice(0)) answer();
    turns = 0;
  };
  const pool: StepPool = {
    threads: 2,
    run: (step) =>
      new Promise((resolve, reject) => {
        if (waiting.push(() => void runStep(step).then(resolve, reject)) === 1) setImmediate(look);
      }),
    flush: () => {},
    close: async () => {},
  };
  return { ...pool, eventsBefore: () => before };
}

/** The trace that a run leaves which ends with an error. */
async function brokenRun(scenario: ReturnType<typeof study>, pool: StepPool, reason = 'the step broke') {
  const out = mkdtempSync(join(tmpdir(), 'fadelab-ahead-'));
  await expect(simulate(scenario, { pool, out })).rejects.toThrow(reason);
  return readFileSync(join(out, 'trace.ndjson'), 'utf8');
}
