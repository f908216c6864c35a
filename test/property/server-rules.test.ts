import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemberUpdate } from '../../src/learning/server/contract.ts';
import { type CorrectionScale, fedVarp, mifa, mimic, scaffold } from '../../src/learning/server/rules.ts';
import { normals } from '../../src/math/distributions.ts';
import { streams } from '../../src/math/streams.ts';
import { fedAvg, near, play, type Rule, type Updates } from '../support/server-rules.ts';

const CLIENTS = 4;
const vector = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 2, maxLength: 2 });
const anyActive = fc
  .array(fc.subarray([0, 1, 2, 3], { minLength: 1 }), { minLength: 1, maxLength: 6 })
  .map((rounds) => [[0, 1, 2, 3], ...rounds]);
const RULES = [
  ['MimiC', mimic],
  ['MIFA', mifa],
  ['FedVARP', fedVarp],
] as const;
const SCALES: readonly CorrectionScale[] = ['raw', 'per-rate'];
const same = (a: readonly number[][], b: readonly number[][]) =>
  a.forEach((row, i) => {
    near(row, b[i]!, 9);
  });

describe('any server with a memory', () => {
  const targets = fc.array(vector, { minLength: CLIENTS, maxLength: CLIENTS });
  const towards =
    (goals: readonly number[][], rate: (round: number) => number = () => 0.1): Updates =>
    (model, round) =>
      goals.map((goal) => goal.map((a, k) => rate(round) * (model[k]! - a)));

  it.each(RULES)('%s is FedAvg under full participation', (_name, rule) => {
    fc.assert(
      fc.property(targets, fc.constantFrom(...SCALES), (goals, scale) => {
        const learningRate = (round: number) => 0.3 / (1 + round);
        const active = Array.from({ length: 5 }, () => [0, 1, 2, 3]);
        const setting = { active, start: [1, -1], updates: towards(goals, learningRate), learningRate, scale };
        same(play({ ...setting, rule }).models, play({ ...setting, rule: fedAvg }).models);
      }),
      { numRuns: 30 },
    );
  });

  it.each(RULES)('%s is plain SGD with one client', (_name, rule) => {
    const setting = { active: [[0], [0], [0]], start: [1, -1], updates: towards([[2, 3]]) };
    same(play({ ...setting, rule }).models, play({ ...setting, rule: fedAvg }).models);
  });

  it('mimics exactly what everyone would have done where updates don’t depend on the model', () => {
    fc.assert(
      fc.property(targets, anyActive, (linear, active) => {
        const updates: Updates = () => linear.map((each) => [...each]);
        const mean = [0, 1].map((k) => linear.reduce((sum, each) => sum + each[k]! / CLIENTS, 0));
        const { models } = play({ rule: mimic, active, start: [0, 0], updates });
        models.forEach((model, round) => {
          near(
            model,
            mean.map((each) => -each * (round + 1)),
            9,
          );
        });
      }),
      { numRuns: 50 },
    );
  });

  it('mimics the central update exactly on equal quadratics at a constant rate, for every pattern', () => {
    fc.assert(
      fc.property(targets, anyActive, (goals, active) => {
        const setting = { start: [1, 2], updates: towards(goals) };
        const full = active.map(() => [0, 1, 2, 3]);
        same(play({ ...setting, rule: mimic, active }).models, play({ ...setting, rule: fedAvg, active: full }).models);
      }),
      { numRuns: 50 },
    );
  });

  it('has no corrections for identical clients', () => {
    fc.assert(
      fc.property(vector, anyActive, (goal, active) => {
        const setting = { active, start: [1, 2], updates: towards([goal, goal, goal, goal]) };
        const { models, memory } = play({ ...setting, rule: mimic });
        for (const { parameters } of memory.values()) near([...parameters], [0, 0], 12);
        same(models, play({ ...setting, rule: fedAvg }).models);
      }),
      { numRuns: 30 },
    );
  });

  it.each(SCALES)(
    'leaves corrections of absent clients untouched, and preserves the mean of the others (%s)',
    (scale) => {
      fc.assert(
        fc.property(targets, fc.subarray([0, 1, 2, 3], { minLength: 1 }), (goals, last) => {
          const setting = { rule: mimic as Rule, start: [1, 2], updates: towards(goals), scale };
          const before = play({
            ...setting,
            active: [
              [0, 1, 2, 3],
              [0, 2],
              [1, 3],
            ],
          }).memory;
          const after = play({ ...setting, active: [[0, 1, 2, 3], [0, 2], [1, 3], last] }).memory;
          const meanOf = (memory: typeof before, k: number) =>
            last.reduce((sum, i) => sum + memory.get(`client-${i}`)!.parameters[k]! / last.length, 0);
          for (const k of [0, 1]) expect(meanOf(after, k)).toBeCloseTo(meanOf(before, k), 9);
          for (const i of [0, 1, 2, 3].filter((each) => !last.includes(each))) {
            expect([...after.get(`client-${i}`)!.parameters]).toEqual([...before.get(`client-${i}`)!.parameters]);
          }
        }),
        { numRuns: 30 },
      );
    },
  );

  it('returns slots of active clients only: the buffer of an absent one is never written anew', () => {
    const updates: MemberUpdate[] = [
      { member: 'a', index: 0, parameters: Float64Array.of(1), weight: 1, probability: 1, samples: 1, localSteps: 1 },
    ];
    const memory = [{ slot: 'b', parameters: Float64Array.of(3) }];
    const round = {
      ...{
        model: Float64Array.of(2),
        updates,
        memory,
        members: 2,
        totalSamples: 2,
        round: 2,
        learningRate: 1,
        seed: 1,
      },
      options: { scale: 'raw' as const },
    };
    for (const [, rule] of RULES) expect(rule(round).memory.map(({ slot }) => slot)).toEqual(['a']);
  });

  it.each([...RULES, ['SCAFFOLD', scaffold]] as const)('%s doesn’t depend on the order of clients', (_name, rule) => {
    fc.assert(
      fc.property(targets, anyActive, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (goals, active, order) => {
        const setting = { rule: rule as Rule, active, start: [1, 2], updates: towards(goals) };
        same(play(setting).models, play({ ...setting, order }).models);
      }),
      { numRuns: 30 },
    );
  });

  it('shifts its step by exactly a vector that is added to all updates of a round', () => {
    fc.assert(
      fc.property(targets, vector, anyActive, (goals, shift, active) => {
        const last = active.length - 1;
        const plain = towards(goals);
        const shifted: Updates = (model, round) =>
          plain(model, round).map((each) => (round === last ? each.map((g, k) => g + shift[k]!) : each));
        const end = (updates: Updates) => play({ rule: mimic, active, start: [1, 2], updates }).models.at(-1)!;
        near(
          end(shifted),
          end(plain).map((w, k) => w - shift[k]!),
          9,
        );
      }),
      { numRuns: 30 },
    );
  });

  // Reference A of the dossier: thirty unequal quadratics in twenty dimensions, availability that goes by client.
  it('comes ever nearer to the central update as the rate falls, where FedAvg stays as far as it was', () => {
    const [clients, dimensions, rounds] = [30, 20, 2000];
    const draw = normals(streams(1)('quadratics').at(0));
    const curvatures = Array.from({ length: clients }, () =>
      Array.from({ length: dimensions }, () => 0.5 + Math.abs(draw())),
    );
    const goals = Array.from({ length: clients }, (_, i) => Array.from({ length: dimensions }, () => draw() + (i % 5)));
    const learningRate = (round: number) => 0.1 / (1 + round / 20);
    const updates: Updates = (model, round) =>
      goals.map((goal, i) => goal.map((a, k) => learningRate(round) * curvatures[i]![k]! * (model[k]! - a)));
    const coin = streams(1)('coins');
    const everyone = goals.map((_, i) => i);
    const active = Array.from({ length: rounds }, (_, t) => {
      const source = coin.at(t);
      const here = everyone.filter((i) => source() < 0.2 + (i % 5) * 0.2);
      return t === 0 || here.length < 2 ? everyone : here;
    });
    /** Mean of ‖v − v̄‖/η over rounds from … to. */
    const divergence = (rule: Rule, scale: CorrectionScale) => {
      const start = new Array<number>(dimensions).fill(1);
      const { models } = play({ rule, active, start, updates, learningRate, scale });
      return (from: number, to: number) => {
        let sum = 0;
        for (let t = from; t < to; t += 1) {
          const before = models[t - 1]!;
          const central = updates(before, t);
          const off = before.map(
            (w, k) => w - models[t]![k]! - central.reduce((total, each) => total + each[k]! / clients, 0),
          );
          sum += Math.hypot(...off) / learningRate(t) / (to - from);
        }
        return sum;
      };
    };
    const [fed, raw, perRate] = [divergence(fedAvg, 'raw'), divergence(mimic, 'raw'), divergence(mimic, 'per-rate')];
    expect(Math.abs(fed(1950, 2000) / fed(40, 60) - 1)).toBeLessThan(0.3);
    expect(raw(40, 60)).toBeLessThan(fed(40, 60) / 10);
    expect(raw(1950, 2000)).toBeLessThan(raw(40, 60) / 20);
    expect(perRate(1950, 2000)).toBeLessThan(perRate(40, 60) / 1e4);
  });

  // The documented failure: five groups that never meet only see their own past.
  it('does not damp raw corrections where disjoint groups take turns and the rate decays', () => {
    const learningRate = (round: number) => 0.1 / (1 + round / 20);
    const groups = 5;
    const goals = Array.from({ length: 10 }, (_, i) => [Math.sin(i * 7) * 5]);
    const everyone = goals.map((_, i) => i);
    const active = Array.from({ length: 2000 }, (_, t) => (t === 0 ? everyone : [t % groups, (t % groups) + groups]));
    const best = goals.reduce((sum, [a]) => sum + a! / goals.length, 0);
    const farFrom = (scale: CorrectionScale, rule: Rule) => {
      const updates = towards(goals, learningRate);
      const last = play({ rule, active, start: [5], updates, learningRate, scale }).models.slice(-10);
      return Math.max(...last.map(([w]) => Math.abs(w! - best)));
    };
    expect(farFrom('raw', mimic)).toBeGreaterThan(10 * farFrom('per-rate', mimic));
    expect(farFrom('per-rate', mimic)).toBeLessThan(0.01);
  });
});

describe('what a server remembers', () => {
  it.each([
    ['MimiC', mimic, 1],
    ['MIFA', mifa, 1],
    ['FedVARP', fedVarp, 1],
    ['SCAFFOLD', scaffold, 2],
  ] as const)('of %s is a vector for each of N clients, and one more for SCAFFOLD', (_name, rule, kind) => {
    const clients = [0, 1, 2, 3];
    const updates = () => clients.map((i) => [i, 1, -i]);
    const { memory } = play({ rule, active: [clients, [1, 2], [3, 0]], start: [1, 2, 3], updates });
    expect(memory.size).toBe(clients.length + kind - 1);
    for (const { parameters } of memory.values()) expect(parameters).toHaveLength(3);
  });
});
