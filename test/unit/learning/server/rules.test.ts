import { describe, expect, it } from 'vitest';
import { fedVarp, importance, mifa, mimic, naive, scaffold } from '../../../../src/learning/server/rules.ts';
import { fedAvg, near, type Patterns, play, type Rule, scalar, type Updates } from '../../../support/server-rules.ts';

const TARGETS = [0, 3, 9];
const PATTERN: Patterns = [[0, 1, 2], [0, 1], [0], [1, 2], [0, 2]];
const quadratics =
  (curvatures: readonly number[], learningRate: (round: number) => number): Updates =>
  ([w], round) =>
    TARGETS.map((a, i) => [learningRate(round) * curvatures[i]! * (w! - a)]);

describe('server rules on equal quadratics at a constant rate', () => {
  const constant = () => 0.1;
  const run = (rule: Rule) => play({ rule, active: PATTERN, start: [5], updates: quadratics([1, 1, 1], constant) });

  it('MimiC is identical to full participation, with constant corrections that sum to 0', () => {
    const found = run(mimic);
    near(scalar(found), [4.9, 4.81, 4.729, 4.6561, 4.59049], 12);
    const full = play({
      rule: fedAvg,
      active: PATTERN.map(() => [0, 1, 2]),
      start: [5],
      updates: quadratics([1, 1, 1], constant),
    });
    near(scalar(found), scalar(full), 12);
    near(
      [0, 1, 2].map((i) => found.memory.get(`client-${i}`)!.parameters[0]!),
      [-0.4, -0.1, 0.5],
      12,
    );
  });

  it.each([
    ['FedAvg', fedAvg, [4.9, 4.56, 4.104, 4.2936, 4.31424]],
    ['MIFA', mifa, [4.9, 4.806667, 4.716444, 4.641793, 4.575125]],
    ['FedVARP', fedVarp, [4.9, 4.81, 4.725667, 4.657767, 4.593396]],
  ] as const)('%s has the golden values of the dossier', (_name, rule, golden) => {
    near(scalar(run(rule)), golden, 6);
  });
});

describe('server rules on unequal quadratics at a decaying rate', () => {
  const learningRate = (round: number) => 0.1 * 0.9 ** round;
  it.each([
    ['FedAvg', fedAvg, 'raw', [4.76666667, 4.39316667, 4.03732017, 4.05214437, 4.00037097]],
    ['MimiC raw', mimic, 'raw', [4.76666667, 4.60983333, 4.5086035, 4.34439867, 4.25036939]],
    ['MimiC per rate', mimic, 'per-rate', [4.76666667, 4.58816667, 4.44197517, 4.31847268, 4.21456206]],
    ['MIFA', mifa, 'raw', [4.76666667, 4.58433333, 4.421223, 4.2840067, 4.17281343]],
    ['FedVARP', fedVarp, 'raw', [4.76666667, 4.60983333, 4.4831035, 4.35250686, 4.24866715]],
  ] as const)('%s has the golden values of the dossier', (_name, rule, scale, golden) => {
    const updates = quadratics([1, 2, 0.5], learningRate);
    near(scalar(play({ rule, active: PATTERN, start: [5], updates, learningRate, scale })), golden, 8);
  });
});

describe('updates that are counted absolutely', () => {
  const round = (probability: readonly number[], here: readonly number[]) => ({
    ...{ model: Float64Array.of(1), memory: [], members: 3, totalSamples: 6, round: 1, learningRate: 0.1, seed: 1 },
    updates: here.map((index) => ({
      ...{
        member: `client-${index}`,
        index,
        weight: 1 / here.length,
        probability: probability[index]!,
        samples: index + 1,
      },
      parameters: Float64Array.of(1 - (index + 1)),
      localSteps: 1,
    })),
    options: { weights: 'uniform' as const },
  });

  it('naive FedAvg counts what is missing as zero', () => {
    expect(naive(round([1, 1, 1], [0, 2])).parameters[0]).toBeCloseTo(1 - (1 + 3) / 3, 12);
    const bySamples = { ...round([1, 1, 1], [0, 2]), options: { weights: 'samples' as const } };
    expect(naive(bySamples).parameters[0]).toBeCloseTo(1 - (1 + 3 * 3) / 6, 12);
  });

  it('importance sampling is the full step in the mean over all 2³ sets of arrivals', () => {
    const p = [0.9, 0.5, 0.2];
    let mean = 0;
    for (let set = 0; set < 8; set += 1) {
      const here = [0, 1, 2].filter((i) => (set >> i) % 2 === 1);
      const chance = [0, 1, 2].reduce((product, i) => product * (here.includes(i) ? p[i]! : 1 - p[i]!), 1);
      mean += chance * importance(round(p, here)).parameters[0]!;
    }
    expect(mean).toBeCloseTo(1 - (1 + 2 + 3) / 3, 12);
  });
});

describe('SCAFFOLD', () => {
  it('keeps as its control variate the mean of its clients’ gradients', () => {
    const goals = [[0], [3], [9]];
    const updates: Updates = ([w]) => goals.map(([a]) => [0.1 * (w! - a!)]);
    const { models, memory } = play({
      rule: scaffold,
      active: [
        [0, 1, 2],
        [0, 1, 2],
      ],
      start: [5],
      updates,
    });
    // With one step and no correction applied, c_i′ is c_i − c + ∇f_i(w): after round 1 the gradients at w = 5.
    const gradients = goals.map(([a]) => 5 - a!);
    const c = gradients.reduce((sum, each) => sum + each / 3, 0);
    const second = goals.map(([a], i) => gradients[i]! - c + (models[0]![0]! - a!));
    near(
      [0, 1, 2].map((i) => memory.get(`client-${i}`)!.parameters[0]!),
      second,
      12,
    );
    expect(memory.get('control')!.parameters[0]).toBeCloseTo(
      second.reduce((sum, each) => sum + each / 3, 0),
      12,
    );
  });
});
