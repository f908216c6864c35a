import { describe, expect, it } from 'vitest';
import type { Curve } from '../../../src/claims/curve.ts';
import { scflClaims } from '../../../src/claims/scfl/index.ts';

const claims = scflClaims({ fast: false });

/** A run that stays at a loss and an accuracy, which it reaches with its first score, so many seconds after it opens. */
const at = (loss: number, accuracy = 0.5, seconds = 10, opens = 0): Curve => ({
  rounds: 10,
  seconds: 1000,
  points: [
    { round: 0, at: 0, loss: 0.5, accuracy: 0.1 },
    ...Array.from({ length: 9 }, (_, i) => ({ round: i + 1, at: opens + seconds * (i + 1), loss, accuracy })),
  ],
});

function verdict(id: string, runs: Readonly<Record<string, Curve>>): boolean {
  const found = claims.find((each) => each.id === id);
  if (found === undefined || !('judge' in found)) throw new Error(`${id} has no judge`);
  expect(Object.keys(runs).sort()).toEqual(Object.keys(found.runs).sort());
  return found.judge(Object.fromEntries(Object.entries(runs).map(([name, curve]) => [name, [curve]]))).holds;
}

describe('the claims of SCFL', () => {
  it('each have a criterion, and name runs of the study', async () => {
    expect(claims.map(({ id }) => id)).toEqual(['S1', 'S2', 'S3', 'S4', 'S5', 'S8', 'S6', 'S7', 'S9', 'S10', 'S11']);
    const study = (await import('../../../scenarios/claims/scfl.ts')) as Readonly<Record<string, unknown>>;
    for (const each of claims) {
      for (const { scenario } of 'runs' in each ? Object.values(each.runs) : []) expect(study).toHaveProperty(scenario);
    }
  });

  it('S1 asks for a tenth of the time from the first round on', () => {
    const against = (seconds: number) => ({ scfl: at(0.3, 0.65, 10, 500), waiting: at(0.3, 0.65, seconds) });
    expect(verdict('S1', against(120))).toBe(true);
    expect(verdict('S1', against(90))).toBe(false);
  });

  it('S2, S3, S5 and S8 compare what is reached at the end', () => {
    const dropped = (accuracy: number) => ({
      scfl: at(0.3, 0.6),
      dropping: at(0.35, 0.5),
      importance: at(0.35, accuracy),
    });
    expect(verdict('S2', dropped(0.57))).toBe(true);
    expect(verdict('S2', dropped(0.59))).toBe(false);
    const kinds = (scfl: number, coded: number) => ({ ...{ scfl: at(scfl), coded: at(coded) }, ...others });
    const others = { complementary: at(0.1), allocated: at(0.1) };
    expect(verdict('S3', kinds(0.29, 0.3))).toBe(true);
    expect(verdict('S3', kinds(0.3, 0.29))).toBe(false);
    expect(verdict('S5', { few: at(0.33), more: at(0.3), many: at(0.29) })).toBe(true);
    expect(verdict('S5', { few: at(0.33), more: at(0.32), many: at(0.29) })).toBe(false);
    const shrunk = (much: number) => ({ some: at(0.3), much: at(much), someMade: at(0.3), muchMade: at(9) });
    expect(verdict('S8', shrunk(0.31))).toBe(true);
    expect(verdict('S8', shrunk(0.29))).toBe(false);
  });

  it('S4 asks for a fall, and a collapse at the end', () => {
    const noise = (some: number, much: number) => ({
      none: at(0.3, 0.6),
      little: at(0.3, 0.595),
      some: at(0.3, some),
      much: at(1, much),
    });
    expect(verdict('S4', noise(0.59, 0.2))).toBe(true);
    expect(verdict('S4', noise(0.62, 0.2))).toBe(false);
    expect(verdict('S4', noise(0.59, 0.55))).toBe(false);
  });

  it('S6 asks for a floor that falls, and a target that waits', () => {
    const deadlines = (middle: number) => ({
      ...{ early: at(0.3, 0.65, 5, 300), middle: at(middle, 0.65, 10, 300), late: at(0.27, 0.65, 20, 300) },
    });
    expect(verdict('S6', deadlines(0.28))).toBe(true);
    expect(verdict('S6', deadlines(0.31))).toBe(false);
  });

  it('S7 asks for ever smaller gains, and S11 for the contract to train better', () => {
    const told = (less: number) => ({ least: at(1, 0.3), less: at(1, less), more: at(1, 0.6), most: at(1, 0.65) });
    expect(verdict('S7', told(0.5))).toBe(true);
    expect(verdict('S7', told(0.32))).toBe(false);
    expect(verdict('S7', told(0.62))).toBe(false);
    const trained = (price: number) => ({ contract: at(0.26), price: at(price), complete: at(0.25), free: at(0.24) });
    expect(verdict('S11', trained(0.27))).toBe(true);
    expect(verdict('S11', trained(0.26))).toBe(false);
  });

  it('S9 and S10 hold: they are mathematics', () => {
    expect(verdict('S9', {})).toBe(true);
    expect(verdict('S10', {})).toBe(true);
  });
});
