import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ring } from '../../actors/index.ts';
import { radio, rayleigh } from '../../channels/index.ts';
import { hierFavg, sdFeel } from '../../src/algorithms/index.ts';
import { markovOnOff, shiftedExponential } from '../../src/devices/index.ts';
import { streams } from '../../src/math/streams.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { quadraticScenario } from '../support/quadratic.ts';
import { study } from '../support/study.ts';
import { unrulyPool } from '../support/unruly-pool.ts';

const RUNS = 12;

describe('luck', () => {
  // Goal: which thread is done first never shows. Method: a pool that answers in every order.
  it('of thread timing changes no byte of a trace', async () => {
    const scenario = study({
      channel: radio({ fading: rayleigh({ coherence: 0.01 }) }),
      devices: {
        availability: markovOnOff({ meanOnline: 0.3, meanOffline: 0.1 }),
        straggler: shiftedExponential({ scale: 0.5 }),
      },
      until: { rounds: 3 },
    });
    const reference = await simulate(scenario);
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const { trace } = await simulate(scenario, { pool: unrulyPool(seed) });
        expect(trace).toEqual(reference.trace);
      }),
      { numRuns: RUNS },
    );
  });

  // Goal: no result leans on which of two simultaneous events comes first. Method: ties in every order, where
  // homogeneous clients make almost every event one of a tie.
  it.each([
    ['SD-FEEL', sdFeel({ localSteps: 2, edgeRounds: 2, exchanges: 2 })],
    ['HierFAVG', hierFavg({ localSteps: 2, edgeRounds: 2 })],
  ])('of ties changes no model and no time of a synchronous run: %s', async (_name, algorithm) => {
    const scenario = quadraticScenario(6, {
      targets: [0, 1, 2, 5, 3, -2, 7, 4],
      learningRate: 0.1,
      edgeServers: 4,
      graph: ring(),
      algorithm,
    });
    const outcome = async (tieBreak?: (sequence: number) => number) => {
      const { models, summary } = await simulate(scenario, tieBreak === undefined ? {} : { tieBreak });
      return { digests: [...models.values()].map(({ digest }) => digest), seconds: summary.virtualSeconds };
    };
    const reference = await outcome();
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const ties = streams(seed)('ties');
        const shuffled = await outcome((sequence) => Math.floor(ties.at(sequence)() * 2 ** 40));
        expect(shuffled).toEqual(reference);
      }),
      { numRuns: RUNS },
    );
  });
});
