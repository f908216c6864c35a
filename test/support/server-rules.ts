import { expect } from 'vitest';
import type { MemberUpdate, ServerOutcome, ServerRound, Slot } from '../../src/learning/server/contract.ts';
import type { CorrectionScale } from '../../src/learning/server/rules.ts';
import { sumOf } from '../../src/learning/server/vectors.ts';

export type Rule = (round: ServerRound<never>) => ServerOutcome;
export type Patterns = readonly (readonly number[])[];
/** Each client's update from a model, in one round: g_i. */
export type Updates = (model: readonly number[], round: number) => number[][];

export const fedAvg: Rule = ({ updates }) => ({
  parameters: sumOf(updates.map(({ weight, parameters }) => [weight, parameters])),
  memory: [],
});

interface Setting {
  readonly rule: Rule;
  readonly active: Patterns;
  readonly updates: Updates;
  readonly start: readonly number[];
  readonly learningRate?: (round: number) => number;
  readonly scale?: CorrectionScale;
  readonly order?: readonly number[];
}

/** Runs a rule over rounds, without an engine: the models after each, and the memory at the end. */
export function play({ rule, active, updates, start, learningRate = () => 0.1, scale = 'raw', order }: Setting) {
  let model = Float64Array.from(start);
  const memory = new Map<string, Slot>();
  const models: number[][] = [];
  active.forEach((members, at) => {
    const all = updates([...model], at);
    const inOrder = order === undefined ? members : order.filter((each) => members.includes(each));
    const outcome = rule({
      ...{
        model,
        members: all.length,
        totalSamples: all.length,
        round: at + 1,
        learningRate: learningRate(at),
        seed: 1,
      },
      updates: inOrder.map(
        (index): MemberUpdate => ({
          ...{
            member: `client-${index}`,
            index,
            weight: 1 / members.length,
            probability: 1,
            samples: 1,
            localSteps: 1,
          },
          parameters: model.map((w, k) => w - all[index]![k]!),
        }),
      ),
      memory: [...memory.values()],
      options: { scale, weights: 'uniform' } as never,
    });
    model = outcome.parameters as Float64Array<ArrayBuffer>;
    for (const slot of outcome.memory) memory.set(slot.slot, slot);
    models.push([...model]);
  });
  return { models, memory };
}

export const scalar = ({ models }: ReturnType<typeof play>) => models.map(([w]) => w!);
export const near = (found: readonly number[], golden: readonly number[], digits: number) => {
  expect(found).toHaveLength(golden.length);
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(golden[i]!, digits);
  });
};
