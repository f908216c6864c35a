/**
 * Goal: servers with a memory do in whole runs what their rules say, whatever place dropouts strike at. Method: quadratics
 * with closed forms under listed availability, and the trace of every run.
 */
import { describe, expect, it } from 'vitest';
import { federation } from '../../actors/index.ts';
import { hierLike } from '../../channels/index.ts';
import {
  fedAvg,
  fedAvgImportance,
  fedAvgNaive,
  fedBuff,
  fedVarp,
  mifa,
  mimic,
  scaffold,
} from '../../src/algorithms/index.ts';
import type { Availability } from '../../src/devices/contract.ts';
import { boundedGaps, listedRounds, staticLevels } from '../../src/devices/index.ts';
import { classesPerClient, classify, gaussianBlobs, quadratic, sgd, softmax } from '../../src/learning/index.ts';
import type { Part } from '../../src/part.ts';
import { uniform } from '../../src/policies/aggregation/uniform.ts';
import type { Algorithm } from '../../src/policies/algorithm.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { factsOf } from '../support/study.ts';

const PATTERN = [[0, 1, 2], [0, 1], [0], [1, 2], [0, 2]];
type Place = 'unreachable' | 'before' | 'computing' | 'transmitting';

/** f_i = ½ h_i (w − a_i)², a = (0, 3, 9), one full step a round from w = 5. */
async function modelsOf(
  algorithm: Part<Algorithm>,
  {
    place = 'unreachable',
    decay = 1,
    curvatures = [1, 1, 1],
  }: { place?: Place; decay?: number; curvatures?: number[] } = {},
) {
  const { trace } = await simulate(
    scenario({
      name: 'quadratics',
      topology: federation({ clients: 3, edgeServers: 1 }),
      ...hierLike(),
      devices: { availability: listedRounds({ rounds: PATTERN, place }) },
      task: quadratic({ targets: [0, 3, 9], curvatures, learningRate: 0.1, decay, start: 5, macsPerSample: 1e6 }),
      algorithm,
      until: { rounds: 5 },
    }),
  );
  const facts = factsOf(trace);
  const losses = facts.flatMap(({ kind, loss }) => (kind === 'model.evaluated' ? [loss as number] : []));
  return { facts, losses: losses.slice(1) };
}

/** F(w) = (1/3) Σ f_i(w). */
const lossAt = (w: number, [a, b, c]: number[]) =>
  ((a as number) * w ** 2 + (b as number) * (w - 3) ** 2 + (c as number) * (w - 9) ** 2) / 6;

const averaging10 = () => fedAvg({ localSteps: 10, aggregation: uniform() });
const averaging = () => fedAvg({ localSteps: 1, aggregation: uniform() });

describe('whole runs have the golden values of the dossier', () => {
  it.each([
    ['MimiC', mimic({ localSteps: 1 }), [4.9, 4.81, 4.729, 4.6561, 4.59049]],
    ['FedAvg', averaging(), [4.9, 4.56, 4.104, 4.2936, 4.31424]],
    ['MIFA', mifa({ localSteps: 1 }), [4.9, 4.806667, 4.716444, 4.641793, 4.575125]],
    ['FedVARP', fedVarp({ localSteps: 1 }), [4.9, 4.81, 4.725667, 4.657767, 4.593396]],
  ])('of %s on equal quadratics', async (_name, algorithm, golden) => {
    const { losses } = await modelsOf(algorithm);
    expect(losses).toEqual(golden.map((w) => expect.closeTo(lossAt(w, [1, 1, 1]), 5)));
  });

  it.each([
    ['raw', [4.76666667, 4.60983333, 4.5086035, 4.34439867, 4.25036939]],
    ['per-rate', [4.76666667, 4.58816667, 4.44197517, 4.31847268, 4.21456206]],
  ] as const)('of MimiC with %s corrections where the rate decays', async (scale, golden) => {
    const curvatures = [1, 2, 0.5];
    const { losses } = await modelsOf(mimic({ localSteps: 1, scale }), { decay: 0.9, curvatures });
    expect(losses).toEqual(golden.map((w) => expect.closeTo(lossAt(w, curvatures), 7)));
  });

  it('naive FedAvg counts an absent client as zero, and importance sampling makes up for it', async () => {
    const naive = await modelsOf(fedAvgNaive({ localSteps: 1 }));
    const [first, second] = [4.9, 4.9 - (0.1 / 3) * (4.9 + 1.9)];
    expect(naive.losses.slice(0, 2)).toEqual([first, second].map((w) => expect.closeTo(lossAt(w, [1, 1, 1]), 9)));
    // In the list of five rounds clients are active in 4, 3 and 3.
    const importance = await modelsOf(fedAvgImportance({ localSteps: 1 }));
    const start = 5 - (0.1 / 3) * (5 / 0.8 + 2 / 0.6 - 4 / 0.6);
    const weighed = start - (0.1 / 3) * (start / 0.8 + (start - 3) / 0.6);
    expect(importance.losses.slice(0, 2)).toEqual([start, weighed].map((w) => expect.closeTo(lossAt(w, [1, 1, 1]), 9)));
  });
});

describe('SCAFFOLD', () => {
  const CURVATURES = [1, 2, 0.5];
  const STEPS = 4;

  /** The paper's algorithm, with c_i at the clients: the model after each round of PATTERN. */
  function reference(): number[] {
    let [w, c] = [5, 0];
    const own = [0, 0, 0];
    return PATTERN.map((active) => {
      const ends = active.map((i) => {
        let at = w;
        for (let k = 0; k < STEPS; k += 1) {
          at -= 0.1 * ((CURVATURES[i] as number) * (at - ([0, 3, 9][i] as number)) - (own[i] as number) + c);
        }
        return at;
      });
      const next = active.map((i, k) => (own[i] as number) - c + (w - (ends[k] as number)) / (STEPS * 0.1));
      const change = active.reduce((sum, i, k) => sum + (next[k] as number) - (own[i] as number), 0) / 3;
      active.forEach((i, k) => {
        own[i] = next[k] as number;
      });
      w = ends.reduce((sum, end) => sum + end / ends.length, 0);
      c += change;
      return w;
    });
  }

  it('is the algorithm of its paper, wherever control variates are kept', async () => {
    const { losses, facts } = await modelsOf(scaffold({ localSteps: STEPS }), { curvatures: CURVATURES });
    expect(losses).toEqual(reference().map((w) => expect.closeTo(lossAt(w, CURVATURES), 10)));
    const controls = facts.flatMap(({ kind, round, control }) => (kind === 'model.received' ? [[round, control]] : []));
    expect(controls[0]).toEqual([1, {}]);
    const digest = expect.stringMatching(/^[0-9a-f]{16}$/);
    expect(controls.slice(3)).toEqual(controls.slice(3).map(([round]) => [round, { plus: digest, minus: digest }]));
  });

  it('comes to the minimum with many local steps, which leave FedAvg beside it, at twice the traffic', async () => {
    const run = async (algorithm: Part<Algorithm>) => {
      const { summary } = await simulate(
        scenario({
          name: 'drift',
          topology: federation({ clients: 3, edgeServers: 1 }),
          ...hierLike(),
          task: quadratic({ targets: [0, 3, 9], curvatures: CURVATURES, learningRate: 0.1, start: 5 }),
          algorithm,
          until: { rounds: 200 },
        }),
      );
      return summary;
    };
    const least = lossAt(10.5 / 3.5, CURVATURES);
    const [drifting, corrected] = [await run(averaging10()), await run(scaffold({ localSteps: 10 }))];
    expect(corrected.loss.final).toBeCloseTo(least, 10);
    expect(drifting.loss.final as number).toBeGreaterThan(least + 0.01);
    expect(corrected.uplinkBits).toBe(2 * drifting.uplinkBits);
  });
});

describe('a dropout', () => {
  it.each(['before', 'computing', 'transmitting'] as const)(
    'that strikes %s leaves the same round behind, as real events',
    async (place) => {
      const unreachable = await modelsOf(mimic({ localSteps: 1 }));
      const { losses, facts } = await modelsOf(mimic({ localSteps: 1 }), { place });
      expect(losses).toEqual(unreachable.losses);
      // Two clients of a round are missing once, one is three times.
      const lost = facts.filter(({ kind }) => kind === 'work.lost');
      expect(lost).toHaveLength(5);
      const closed = facts.filter(({ kind }) => kind === 'round.closed');
      expect(closed.map(({ admitted, lost: missing }) => [admitted, missing])).toEqual([
        [3, 0],
        [2, 1],
        [1, 2],
        [2, 1],
        [2, 1],
      ]);
      const trained = facts.filter(({ kind }) => kind === 'training.finished');
      expect(trained).toHaveLength(place === 'transmitting' ? 15 : 10);
      // Before: at the instant of the download. While computing or transmitting: after it.
      for (const { actor, at, round } of lost) {
        const received = facts.find(
          (each) => each.kind === 'model.received' && each.actor === actor && each.round === round,
        );
        if (place === 'before') expect(at).toBe(received?.at);
        else expect(at).toBeGreaterThan(received?.at as number);
      }
    },
  );

  it('is drawn anew each time that a server which waits for nobody invites a client again', async () => {
    const algorithm = fedBuff({ localSteps: 1, buffer: 2 });
    const { summary, trace } = await simulate(learning(algorithm, staticLevels({ least: 0.2, place: 'anywhere' })));
    expect(summary.rounds).toBe(6);
    expect(summary.dropouts).toBeGreaterThan(0);
    expect(trace.length).toBeLessThan(2000);
  });

  it('shows what the server remembers in the trace, as digests of what has changed', async () => {
    const { facts } = await modelsOf(mimic({ localSteps: 1 }));
    const slots = facts
      .filter(({ kind }) => kind === 'models.combined')
      .map(({ memory }) => (memory as { slot: string; model: string }[]).map(({ slot }) => slot));
    expect(slots).toEqual(PATTERN.map((active) => active.map((i) => `client-${i}`)));
    const digests = facts.flatMap(({ memory }) => (memory === undefined ? [] : (memory as { model: string }[])));
    for (const { model } of digests) expect(model).toMatch(/^[0-9a-f]{16}$/);
  });
});

const learning = (algorithm: Part<Algorithm>, availability: Part<Availability>) =>
  scenario({
    name: 'learning',
    topology: federation({ clients: 10, edgeServers: 1 }),
    ...hierLike(),
    devices: { availability },
    task: classify({
      dataset: gaussianBlobs({ trainPerClass: 60, testPerClass: 20 }),
      split: classesPerClient({ classes: 2 }),
      model: softmax(),
      optimizer: sgd({ learningRate: 0.05, decay: 0.98, floor: 1e-5 }),
    }),
    algorithm,
    until: { rounds: 6 },
  });

it('is the same run to the last byte again, with everyone equal to FedAvg, and common luck for all algorithms', async () => {
  const run = (algorithm: Part<Algorithm>, availability: Part<Availability> = boundedGaps()) =>
    simulate(learning(algorithm, availability));
  const [once, again] = [await run(mimic()), await run(mimic())];
  expect(again.summary.fingerprint).toEqual(once.summary.fingerprint);
  const everyone = staticLevels({ least: 1 });
  const reference = await run(fedAvg({ aggregation: uniform() }), everyone);
  for (const algorithm of [mimic(), mimic({ scale: 'per-rate' }), mifa(), fedVarp()]) {
    const { summary } = await run(algorithm, everyone);
    expect(summary.loss.final).toBeCloseTo(reference.summary.loss.final as number, 5);
  }
  const cohorts = async (algorithm: Part<Algorithm>) =>
    factsOf((await run(algorithm)).trace).flatMap(({ kind, cohort }) => (kind === 'cohort.scheduled' ? [cohort] : []));
  expect(await cohorts(mifa())).toEqual(await cohorts(mimic()));
});
