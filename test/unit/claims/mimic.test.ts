import { describe, expect, it } from 'vitest';
import type { Curve } from '../../../src/claims/curve.ts';
import { mimicClaims } from '../../../src/claims/mimic/index.ts';

const claims = mimicClaims({ fast: false });

/** A run whose accuracy swings by ±`swing` around a mean. */
const around = (accuracy: number, swing = 0): Curve => ({
  rounds: 150,
  seconds: 150,
  points: Array.from({ length: 151 }, (_, round) => {
    return { round, at: round, loss: 1, accuracy: accuracy + (round % 2 === 0 ? swing : -swing) };
  }),
});

function verdict(id: string, runs: Readonly<Record<string, Curve>>): boolean {
  const found = claims.find((each) => each.id === id);
  if (found === undefined || !('judge' in found)) throw new Error(`${id} has no judge`);
  expect(Object.keys(runs).sort()).toEqual(Object.keys(found.runs).sort());
  return found.judge(Object.fromEntries(Object.entries(runs).map(([name, curve]) => [name, [curve]]))).holds;
}

describe('the claims of MimiC', () => {
  it('are M1 … M7, each with a criterion, in order', () => {
    expect(claims.map(({ id }) => id)).toEqual(['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M7']);
    for (const { criterion } of claims) expect(criterion).not.toBe('');
  });

  it('M2 asks for half a point above FedAvg, and no more than half a point below full participation', () => {
    const runs = (mimic: number, fedAvg: number) => ({
      full: around(0.8),
      ...Object.fromEntries(
        ['static', 'tau', 'random'].flatMap((mode) => [
          [`FedAvg ${mode}`, around(fedAvg)],
          [`MimiC ${mode}`, around(mimic)],
        ]),
      ),
    });
    expect(verdict('M2', runs(0.797, 0.79))).toBe(true);
    expect(verdict('M2', runs(0.797, 0.794))).toBe(false);
    expect(verdict('M2', runs(0.793, 0.78))).toBe(false);
  });

  it('M3 asks that all be within half a point of each other', () => {
    const runs = (mifa: number) => ({
      ...{ mimic: around(0.8), perRate: around(0.802), mifa: around(mifa), fedVarp: around(0.801) },
      importance: around(0.7),
    });
    expect(verdict('M3', runs(0.799))).toBe(true);
    expect(verdict('M3', runs(0.796))).toBe(false);
  });

  it('M4, M5 and M7 compare what is lost', () => {
    const rarer = (rarely: number, mimicRarely: number) => ({
      ...{ full: around(0.8), often: around(0.79), mimicOften: around(0.8) },
      ...{ rarely: around(rarely), mimicRarely: around(mimicRarely) },
    });
    expect(verdict('M4', rarer(0.76, 0.79))).toBe(true);
    expect(verdict('M4', rarer(0.76, 0.77))).toBe(false);
    expect(verdict('M4', rarer(0.795, 0.8))).toBe(false);
    const labels = (all: number) => ({
      two: around(0.78),
      mimicTwo: around(0.8),
      all: around(all),
      mimicAll: around(0.82),
    });
    expect(verdict('M5', labels(0.819))).toBe(true);
    expect(verdict('M5', labels(0.81))).toBe(false);
    expect(verdict('M7', { full: around(0.8), coins: around(0.797) })).toBe(true);
    expect(verdict('M7', { full: around(0.8), coins: around(0.79) })).toBe(false);
  });

  it('M6 compares how accuracies swing, for static and random alone', () => {
    const runs = (mimicRandom: number) => ({
      ...{ fedAvgStatic: around(0.8, 0.004), mimicStatic: around(0.8, 0.002), mimicRandom: around(0.8, mimicRandom) },
      ...{ fedAvgRandom: around(0.8, 0.004), fedAvgTau: around(0.8, 0.001), mimicTau: around(0.8, 0.01) },
    });
    expect(verdict('M6', runs(0.003))).toBe(true);
    expect(verdict('M6', runs(0.005))).toBe(false);
  });
});
