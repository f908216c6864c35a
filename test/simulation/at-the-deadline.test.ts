/**
 * Goal: what arrives at the very instant of a deadline is in time, whichever of the two was planned first. Method: ties, by
 * numbers that are whole nanoseconds and by deadlines that are reckoned from the very times that they tie with; ties shuffled.
 */
import { describe, expect, it } from 'vitest';
import { federation } from '../../actors/index.ts';
import { fixedRates } from '../../channels/index.ts';
import { codedFedL, fedAvg, feel, scfl } from '../../src/algorithms/index.ts';
import { geometric } from '../../src/devices/index.ts';
import { timingOnly } from '../../src/learning/index.ts';
import { streams } from '../../src/math/streams.ts';
import { everyone } from '../../src/policies/index.ts';
import { type Scenario, scenario } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { toDurationUp } from '../../src/units.ts';
import { CLIENTS, codedStudy, FEATURES } from '../support/coded-study.ts';
import { factsOf } from '../support/study.ts';

const ROUNDS = 3;

/** How many were invited and how many were in time, in all rounds, with ties in an order by chance. */
async function roundsOf(made: Scenario, seed: number) {
  const ties = streams(seed)('ties');
  const { trace } = await simulate(made, { tieBreak: (sequence) => Math.floor(ties.at(sequence)() * 2 ** 40) });
  const facts = factsOf(trace);
  const of = (kind: string) => facts.filter((fact) => fact.kind === kind);
  return {
    invited: of('cohort.scheduled').reduce((sum, { cohort }) => sum + (cohort as string[]).length, 0),
    received: of('update.received').length,
  };
}

describe('an update that arrives exactly at the deadline is admitted', () => {
  const options = {
    ...{ name: 'tie', topology: federation({ clients: 3, edgeServers: 1 }), until: { rounds: ROUNDS } },
    channel: fixedRates({ uplink: 1e6, clientToCloud: 1e6 }),
    devices: { clock: { macsPerSecond: () => 1e6 } },
    // A second to compute, and one to send.
    task: timingOnly({ modelBits: 1e6, macsPerSample: 1e5 }),
    schedule: everyone({ closeAfter: 2 }),
  };
  it.each([
    ['central server', fedAvg({ localSteps: 1 })],
    ['edge server', feel({ localSteps: 1 })],
  ])('by a %s, in whatever order ties come', async (_, algorithm) => {
    for (let seed = 0; seed < 10; seed += 1) {
      expect(await roundsOf(scenario({ ...options, algorithm }), seed)).toEqual({ invited: 9, received: 9 });
    }
  });

  it('by SCFL, which reckons that it is certain to be in time', async () => {
    const tie = codedStudy({
      ...{ channel: fixedRates({ clientToCloud: FEATURES * 10 * 32 }), until: { rounds: ROUNDS } },
      devices: { clock: { macsPerSecond: () => 2 * FEATURES * 10 * 10 } },
      algorithm: scfl({ codedRows: 40, codedBatch: 40 }),
      schedule: everyone({ closeAfter: 2 }),
    });
    for (let seed = 0; seed < 5; seed += 1) {
      const { invited, received } = await roundsOf(tie, seed);
      expect(invited).toBeGreaterThan(CLIENTS * (ROUNDS - 1));
      expect(received, `seed ${seed}`).toBe(invited);
    }
  });

  // The deadline is the time of whoever is reckoned with last, and no whole number of nanoseconds.
  it('by CodedFedL: all whom it reckons with, whatever clocks, links and codes are', async () => {
    for (let seed = 0; seed < 12; seed += 1) {
      const draw = streams(seed)('study').at(0);
      const study = codedStudy({
        channel: fixedRates({ clientToCloud: 1e5 * (1 + draw()) }),
        devices: { clock: geometric({ macsPerSecond: 1e5 * (1 + draw()), ratio: 0.7 + 0.3 * draw() }) },
        algorithm: codedFedL({ codedRows: 20 + Math.floor(200 * draw()) }),
        ...{ until: { rounds: ROUNDS }, evaluate: { everyRounds: ROUNDS } },
      });
      const { invited, received } = await roundsOf(study, seed);
      expect(received, `seed ${seed}`).toBe(invited);
    }
  });
});

describe('a duration rounded up', () => {
  it.each([
    [0, 0],
    [2, 2e9],
    [1.1, 1_100_000_000],
    [1 / 3, 333_333_334],
    [2 / 3, 666_666_667],
    [0.1 + 0.2, 300_000_000],
    [1e-10, 1],
  ])('of %d s is %d ns: no shorter, but for rounding', (span, expected) => {
    expect(toDurationUp(span)).toBe(expected);
  });
});
