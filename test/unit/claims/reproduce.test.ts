import { describe, expect, it } from 'vitest';
import { type Claim, claim, type Setting } from '../../../src/claims/claim.ts';
import { type Curve, finalLoss } from '../../../src/claims/curve.ts';
import { reproduce } from '../../../src/claims/reproduce.ts';

const setting = (graph: string): Setting => ({ scenario: 'any', set: { 'topology.graph': graph } });
const flat = (loss: number): Curve => ({ rounds: 1, seconds: 1, points: [{ round: 1, at: 1, loss, accuracy: 0 }] });

const below = (id: string, one: Setting, other: Setting): Claim =>
  claim({
    ...{ id, claim: 'one is lower', criterion: 'one < other' },
    runs: { one, other },
    judge: (measured) => {
      const values = { one: finalLoss(measured.one), other: finalLoss(measured.other) };
      return { values, holds: values.one < values.other, note: 'so it is' };
    },
  });

const [ring, star, once] = [setting('ring'), setting('star'), { ...setting('line'), once: true }];
const LOSSES: Readonly<Record<string, number>> = { ring: 1, star: 2, line: -0.125 };

async function reproduced(claims: readonly Claim[], seeds: number, isEnough = true) {
  const runs: string[] = [];
  const ticks: string[] = [];
  const rows = await reproduce(claims, {
    measure: async ({ set }, seed) => {
      const graph = String(set['topology.graph']);
      runs.push(`${graph} ${seed}`);
      return flat((LOSSES[graph] as number) + seed);
    },
    seeds,
    isEnough,
    progress: (finished, all) => ticks.push(`${finished}/${all}`),
  });
  return { rows, runs, ticks };
}

describe('reproducing claims', () => {
  it('runs each setting once per seed, however many claims need it, and tells how far it is', async () => {
    const { runs, ticks } = await reproduced([below('A1', ring, star), below('A2', star, ring)], 2);
    expect(runs).toEqual(['ring 1', 'ring 2', 'star 1', 'star 2']);
    expect(ticks).toEqual(['1/4', '2/4', '3/4', '4/4']);
  });

  it('runs a setting without luck under the first seed alone', async () => {
    expect((await reproduced([below('A1', once, star)], 2)).runs).toEqual(['line 1', 'star 1', 'star 2']);
  });

  it('judges by means over the seeds, and says what was measured in words and numbers', async () => {
    const { rows } = await reproduced([below('A1', ring, star), below('A2', star, ring)], 2);
    expect(rows).toEqual([
      {
        ...{ id: 'A1', claim: 'one is lower', criterion: 'one < other', verdict: 'holds' },
        ...{ measured: 'one 2.5 · other 3.5; so it is', values: { one: 2.5, other: 3.5 }, seeds: 2 },
      },
      expect.objectContaining({ id: 'A2', verdict: 'fails' }),
    ]);
  });

  it('gives a claim the seeds that it needs, unless a number was asked for', async () => {
    const hard = { ...below('A1', ring, star), seeds: 3 };
    const claims = [hard, below('A2', ring, star)];
    const { rows, runs } = await reproduced(claims, 1, false);
    expect(runs).toEqual(['ring 1', 'ring 2', 'ring 3', 'star 1', 'star 2', 'star 3']);
    expect(rows.map(({ seeds, values }) => [seeds, values.one])).toEqual([
      [3, 3],
      [1, 2],
    ]);
    expect((await reproduced(claims, 1)).rows.map(({ seeds }) => seeds)).toEqual([1, 1]);
  });

  it('puts a unit behind its number, and rounds to four digits', async () => {
    const timed: Claim = claim({
      ...{ id: 'A1', claim: 'it takes time', criterion: 'none', runs: { ring } },
      judge: () => ({ values: { 'SD [s]': 3.41042, gap: -0.00123456 }, holds: true }),
    });
    const { rows } = await reproduced([timed], 1);
    expect(rows[0]?.measured).toBe('SD 3.41 s · gap −0.001235');
  });

  it('leaves a claim open that cannot be run, with the reason in place of a measurement', async () => {
    const open: Claim = { id: 'A3', claim: 'x', criterion: 'y', open: 'nothing resets a gap' };
    const { rows, runs } = await reproduced([open], 1);
    expect(runs).toEqual([]);
    expect(rows).toEqual([
      { id: 'A3', claim: 'x', criterion: 'y', measured: 'nothing resets a gap', seeds: 0, values: {}, verdict: 'open' },
    ]);
  });

  it('says never, and null for programs, where a time never came', async () => {
    const [row] = await reproduce([below('A1', ring, star)], {
      measure: async () => flat(Number.POSITIVE_INFINITY),
      seeds: 1,
    });
    expect(row).toMatchObject({ measured: 'one never · other never; so it is', values: { one: null, other: null } });
  });
});
