import { describe, expect, it } from 'vitest';
import * as actors from '../../../actors/index.ts';
import * as channels from '../../../channels/index.ts';
import * as study from '../../../scenarios/claims/sd-feel.ts';
import * as algorithms from '../../../src/algorithms/index.ts';
import type { Claim, JudgedClaim } from '../../../src/claims/claim.ts';
import type { Curve } from '../../../src/claims/curve.ts';
import { sdFeelClaims } from '../../../src/claims/sd-feel/index.ts';
import * as devices from '../../../src/devices/index.ts';
import * as learning from '../../../src/learning/index.ts';
import * as policies from '../../../src/policies/index.ts';
import { catalogue, override } from '../../../src/scenario/override.ts';
import { checked } from '../../../src/scenario/plan.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';

const parts = catalogue(actors, channels, algorithms, devices, learning, policies);
const full = sdFeelClaims({ fast: false });

const judged = (id: string): JudgedClaim => {
  const found = full.find((each) => each.id === id);
  if (found === undefined || !('judge' in found)) throw new Error(`${id} has no judge`);
  return found;
};

/** A run whose loss stays where it is. */
const flat = (loss: number, seconds = 10): Curve => ({
  rounds: 120,
  seconds,
  points: [
    { round: 0, at: 0, loss, accuracy: 0 },
    { round: 120, at: seconds, loss, accuracy: 0 },
  ],
});

/** A run that comes down to loss 1.3, and a little below, at an instant. */
const reaching = (seconds: number): Curve => ({
  rounds: 2,
  seconds: 2 * seconds,
  points: [
    { round: 0, at: 0, loss: 2.3, accuracy: 0 },
    { round: 1, at: seconds, loss: 1.3, accuracy: 0 },
    { round: 2, at: 2 * seconds, loss: 1.2, accuracy: 0 },
  ],
});

const verdict = (id: string, runs: Readonly<Record<string, Curve>>): boolean =>
  judged(id).judge(Object.fromEntries(Object.entries(runs).map(([name, curve]) => [name, [curve]]))).holds;

describe('the claims of SD-FEEL', () => {
  it('are C1 … C20, each with a criterion, in order', () => {
    expect(full.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => `C${index + 1}`));
    expect(full.every(({ claim, criterion }) => claim !== '' && criterion !== '')).toBe(true);
  });

  it.each([true, false])('ask for runs that the study can make (fast: %s)', (fast) => {
    const claims: readonly Claim[] = sdFeelClaims({ fast });
    for (const each of claims) {
      for (const { scenario, set } of 'runs' in each ? Object.values(each.runs) : []) {
        const base = (study as Readonly<Record<string, Scenario>>)[scenario] as Scenario;
        const overrides = Object.entries(set).map(([path, value]) => ({ path, value: String(value) }));
        expect(() => checked(override(base, overrides, parts))).not.toThrow();
      }
    }
  });
});

// The numbers that the dossier prints, and what must not pass for them.
describe('the criterion of', () => {
  it('C1 holds for the printed times to loss 1.3, and fails where HierFAVG is less than twice as slow', () => {
    const relayed = { semiRelay: reaching(4), hierarchicalRelay: reaching(4.5), centralRelay: reaching(7) };
    const printed = { semi: reaching(3.55), hierarchical: reaching(9.9), central: reaching(30.9), ...relayed };
    expect(verdict('C1', printed)).toBe(true);
    expect(verdict('C1', { ...printed, hierarchical: reaching(7) })).toBe(false);
    expect(verdict('C1', { ...printed, hierarchicalRelay: reaching(3.9) })).toBe(false);
  });

  it('C4 holds for the printed mean losses, and fails where the ring comes before the complete graph', () => {
    const [fedAvg, hierFavg, complete, regular, ring] = [1.1631, 1.2035, 1.2035, 1.2101, 1.2415].map((loss) =>
      flat(loss),
    ) as [Curve, Curve, Curve, Curve, Curve];
    expect(verdict('C4', { fedAvg, hierFavg, complete, regular, ring })).toBe(true);
    expect(verdict('C4', { fedAvg, hierFavg, complete: ring, regular, ring: complete })).toBe(false);
  });

  it('C5 fails where twenty exchanges are still 0.002 away from HierFAVG, and draws how far each graph stays behind', () => {
    const runs = { 'ring 1': flat(1.2415), 'ring 5': flat(1.2099), 'ring 20': flat(1.204), hierFavg: flat(1.2035) };
    expect(verdict('C5', runs)).toBe(true);
    expect(verdict('C5', { ...runs, 'ring 20': flat(1.2056) })).toBe(false);
    expect(verdict('C5', { ...runs, 'ring 5': flat(1.25) })).toBe(false);
    const seeds = {
      'ring 1': [flat(1.5), flat(1.3)],
      'star 2': [flat(1.6), flat(1.6)],
      hierFavg: [flat(1.25), flat(1.2)],
    };
    const { figure } = judged('C5').judge(seeds);
    const drawn = figure?.lines.flatMap(({ name, points }) =>
      points.map(({ x, y, low, high }) => [name, x, y, low, high]),
    );
    const rounded = drawn?.map(([name, ...numbers]) => [
      name,
      ...numbers.map((each) => Number((each as number).toFixed(9))),
    ]);
    expect(rounded).toEqual([
      ['star', 2, 0.375, 0.35, 0.4],
      ['ring', 1, 0.175, 0.1, 0.25],
    ]);
  });

  it('C6 is a crossover: it fails where five exchanges win, or lose, under both periods', () => {
    const runs = {
      often: reaching(3.77),
      oftenFive: reaching(4.95),
      seldom: reaching(4.45),
      seldomFive: reaching(4.28),
    };
    expect(verdict('C6', runs)).toBe(true);
    expect(verdict('C6', { ...runs, seldomFive: reaching(4.5) })).toBe(false);
    expect(verdict('C6', { ...runs, oftenFive: reaching(3.7) })).toBe(false);
  });

  it('C9 and C10 hold for the printed losses, and fail for any other order', () => {
    const random = { 'random (5,1)': 0.273, 'random (5,5)': 0.303, 'random (10,5)': 0.361, 'random (20,1)': 0.394 };
    const sorted = { 'sorted (5,1)': 0.293, 'sorted (5,5)': 0.386, 'sorted (20,1)': 0.442, 'sorted (10,5)': 0.476 };
    const flatted = (losses: Record<string, number>) =>
      Object.fromEntries(Object.entries(losses).map(([name, loss]) => [name, flat(loss)]));
    const only = (losses: Record<string, number>) =>
      flatted(Object.fromEntries(Object.entries(losses).filter(([name]) => /\(5,5\)|\(20,1\)/.test(name))));
    const printed = { ...random, ...sorted };
    expect(verdict('C9', flatted(printed))).toBe(true);
    expect(verdict('C9', flatted({ ...printed, 'sorted (10,5)': 0.44 }))).toBe(false);
    expect(verdict('C10', only(printed))).toBe(true);
    expect(verdict('C10', only({ ...printed, 'random (20,1)': 0.3 }))).toBe(false);
  });

  it('C20 holds for times that equal the formulas in whole nanoseconds, and fails for a run that is one longer', () => {
    // τ₁ = 5 steps of 487,540 ns; 123,206,557.67 ns up; 13,977,600 ns between edges; ten times an upload to the cloud.
    const [computing, up, edge, rounds] = [5 * 487_540, 123_206_558, 13_977_600, 120];
    const cloud = 1_232_065_577; // 1,232,065,576.7
    const timed = (nanoseconds: number) => flat(0, nanoseconds / 1e9);
    const of = (links: string, upload: number, toCloud: number, direct: number): [string, Curve][] => [
      [`${links} sd-feel`, timed(rounds * (computing + upload) + 24 * edge)],
      [`${links} hier-favg`, timed(rounds * (computing + upload) + 24 * toCloud)],
      [`${links} fed-avg`, timed(rounds * (computing + direct))],
      [`${links} feel`, timed(rounds * (computing + upload))],
    ];
    const relay = of('relay', 139_776_000, 139_776_000, 2 * 139_776_000);
    const exact = Object.fromEntries([...of('hier-like', up, cloud, cloud), ...relay]);
    expect(Object.keys(judged('C20').runs)).toEqual([...Object.keys(exact), 'printed']);
    expect(verdict('C20', { ...exact, printed: timed(1_396_225_000) })).toBe(true);
    expect(verdict('C20', { ...exact, printed: timed(1_396_225_001) })).toBe(false);
    for (const name of Object.keys(exact)) {
      const late = flat(0, (exact[name] as Curve).seconds + 1e-9);
      expect(verdict('C20', { ...exact, printed: timed(1_396_225_000), [name]: late })).toBe(false);
    }
  });
});
