import { describe, expect, it } from 'vitest';
import type { Curve } from '../../../src/claims/curve.ts';
import { dresFlClaims } from '../../../src/claims/dres-fl/index.ts';

const claims = dresFlClaims({ fast: true });

/** A run that ends at an accuracy, with a score every 25 rounds of so many seconds each, after a set-up. */
const ending = (
  accuracy: number,
  { loss = 1, seconds = 1, setUp = 0, rounds = 1000, integrated = 1000 } = {},
): Curve => ({
  ...{ rounds, integrated, seconds: setUp + rounds * seconds },
  points: [
    { round: 0, at: 0, loss: 2, accuracy: 0.1 },
    ...Array.from({ length: rounds / 25 }, (_, i) => ({
      ...{ round: 25 * (i + 1), at: setUp + 25 * (i + 1) * seconds, loss, accuracy },
    })),
  ],
});

function verdict(id: string, runs: Readonly<Record<string, Curve>>): boolean {
  const found = claims.find((each) => each.id === id);
  if (found === undefined || !('judge' in found)) throw new Error(`${id} has no judge`);
  expect(Object.keys(runs).sort()).toEqual(Object.keys(found.runs).sort());
  return found.judge(Object.fromEntries(Object.entries(runs).map(([name, curve]) => [name, [curve]]))).holds;
}

const accuracies = (runs: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(runs).map(([name, accuracy]) => [name, ending(accuracy)]));

describe('the claims of DReS-FL', () => {
  it('have an id and a criterion each, in order', () => {
    expect(claims.map(({ id }) => id)).toEqual(['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D7', 'D8', 'D9']);
    for (const { criterion } of claims) expect(criterion).not.toBe('');
  });

  it('D1 and D9 ask for an order', () => {
    const order = (dres: number, scaffold: number, importance: number) =>
      accuracies({ fedAvg: 0.6, importance, scaffold, dres, central: 0.9 });
    expect(verdict('D1', order(0.8, 0.5, 0.7))).toBe(true);
    expect(verdict('D1', order(0.8, 0.81, 0.7))).toBe(false);
    expect(verdict('D1', order(0.91, 0.5, 0.7))).toBe(false);
    const others = (scaffold: number, importance: number) => ({
      ...order(0.8, scaffold, importance),
      ...accuracies({ fedAvgFast: 0.7, scaffoldFast: 0.9 }),
    });
    expect(verdict('D9', others(0.5, 0.7))).toBe(true);
    expect(verdict('D9', others(0.65, 0.7))).toBe(false);
    expect(verdict('D9', others(0.5, 0.59))).toBe(false);
  });

  it('D2 and D8 compare networks', () => {
    const gap = (dres: number, fedSquares: number) =>
      accuracies({ dres, squares: 0.85, central: 0.9, fedSquares, fedAvg: 0.6 });
    expect(verdict('D2', gap(0.845, 0.55))).toBe(true);
    expect(verdict('D2', gap(0.83, 0.55))).toBe(false);
    expect(verdict('D2', gap(0.85, 0.62))).toBe(false);
    const layers = (two: number) => accuracies({ linear: 0.8, one: 0.8, two, reluOne: 0.85, reluTwo: 0.86 });
    expect(verdict('D8', layers(0.84))).toBe(true);
    expect(verdict('D8', layers(0.87))).toBe(false);
  });

  it('D3 asks for equal losses, to the bit, where only who answered differs', () => {
    const runs = (loss: number, iid: number) => ({
      ...accuracies({ sorted: 0.8, iid, fedAvg: 0.6, fedAvgIid: 0.85 }),
      ...{ everyone: ending(0.8, { loss: 0.5 }), most: ending(0.8, { loss }) },
    });
    expect(verdict('D3', runs(0.5, 0.795))).toBe(true);
    expect(verdict('D3', runs(0.5 + 1e-15, 0.795))).toBe(false);
    expect(verdict('D3', runs(0.5, 0.78))).toBe(false);
  });

  it('D4 counts rounds that decode', () => {
    const shares = (nine: number) =>
      Object.fromEntries(
        [0, 0.05, nine, 0.93, 0.98, 1].map((share, i) => [
          `G = ${7 + i}`,
          ending(0.5, { integrated: Math.round(share * 1000) }),
        ]),
      );
    expect(verdict('D4', shares(0.6))).toBe(true);
    expect(verdict('D4', shares(0.4))).toBe(false);
  });

  it('D5, D6 and D7 compare seconds', () => {
    const rounds = (seven: number) => ({
      ...{
        three: ending(0.5, { seconds: 1 }),
        five: ending(0.5, { seconds: 2 }),
        seven: ending(0.5, { seconds: seven }),
      },
      ...{ shallow: ending(0.5, { seconds: 4 }), deep: ending(0.5, { seconds: 5 }) },
    });
    expect([verdict('D5', rounds(3)), verdict('D5', rounds(1.5))]).toEqual([true, false]);
    const alone = (seconds: number) => ({ all: ending(0.5), fastest: ending(0.5, { seconds }) });
    expect([verdict('D6', alone(1)), verdict('D6', alone(0.99))]).toEqual([true, false]);
    const sharing = (setUp: number, two: number) => ({
      one: ending(0.5, { setUp }),
      two: ending(0.5, { setUp: two, rounds: 100 }),
    });
    expect([verdict('D7', sharing(100, 50)), verdict('D7', sharing(100, 80))]).toEqual([true, false]);
    expect([verdict('D7', sharing(10, 5)), verdict('D7', sharing(500, 250))]).toEqual([false, false]);
  });
});
