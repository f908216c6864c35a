import { describe, expect, it } from 'vitest';
import * as actors from '../../../actors/index.ts';
import * as channels from '../../../channels/index.ts';
import * as study from '../../../scenarios/claims/po-fl.ts';
import * as algorithms from '../../../src/algorithms/index.ts';
import { airErrors } from '../../../src/claims/air-errors.ts';
import type { JudgedClaim } from '../../../src/claims/claim.ts';
import type { Curve } from '../../../src/claims/curve.ts';
import { curveOf } from '../../../src/claims/measure.ts';
import { poFlClaims } from '../../../src/claims/po-fl/index.ts';
import { median } from '../../../src/claims/po-fl/settings.ts';
import * as devices from '../../../src/devices/index.ts';
import * as learning from '../../../src/learning/index.ts';
import * as policies from '../../../src/policies/index.ts';
import { catalogue, override } from '../../../src/scenario/override.ts';
import { checked } from '../../../src/scenario/plan.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';

const parts = catalogue(actors, channels, algorithms, devices, learning, policies);
const claims = poFlClaims({ fast: true });
const judged = (id: string) => claims.find((each) => each.id === id) as JudgedClaim;
const scenarios = study as Readonly<Record<string, Scenario>>;

const curve = (total: number, accuracy = 0.5): Curve => ({
  ...{ rounds: 1, seconds: 1, points: [{ round: 1, at: 1, loss: 1, accuracy }] },
  air: { total, noise: 0, sampling: 0, firstExpectedNoise: 1 },
});
const holds = (id: string, of: (run: string) => Curve): boolean => {
  const { runs, judge } = judged(id);
  return judge(Object.fromEntries(Object.keys(runs).map((run) => [run, [of(run)]]))).holds;
};

describe('the claims of PO-FL', () => {
  it('are P1 … P8 on the reference task and five of them on MNIST, in runs that the study can make', () => {
    expect(claims.map(({ id }) => id)).toEqual([
      'P1',
      'P2',
      'P3',
      'P4',
      'P5',
      'P6',
      'P7',
      'P8',
      'M1',
      'M2',
      'M3',
      'M5',
      'M7',
    ]);
    for (const each of [...claims, ...poFlClaims({ fast: false })]) {
      for (const { scenario, set } of 'runs' in each ? Object.values(each.runs) : []) {
        const overrides = Object.entries(set).map(([path, value]) => ({ path, value: String(value) }));
        expect(() => checked(override(scenarios[scenario] as Scenario, overrides, parts))).not.toThrow();
      }
    }
  });

  it('judge the dossier’s own table as it does, and what it must not pass', () => {
    // Mean squared errors of §4, at 0, 10, 20, 30 dB.
    const table: Readonly<Record<string, number[]>> = {
      'po-fl': [2.58, 0.351, 0.141, 0.101],
      'channel-aware': [2.66, 0.468, 0.286, 0.268],
      'importance-aware': [11.7, 0.825, 0.154, 0.102],
      'uniform-sampling': [12.4, 0.841, 0.176, 0.113],
    };
    const of = (run: string) => {
      const [policy, snr] = run.split(' ') as [string, string];
      return curve((table[policy] as number[])[Number(snr) / 10] as number);
    };
    for (const id of ['P1', 'P2', 'P3']) expect(holds(id, of), id).toBe(true);
    const swapped = (run: string) =>
      of(run.replace(/po-fl|uniform-sampling/, (name) => (name === 'po-fl' ? 'uniform-sampling' : 'po-fl')));
    for (const id of ['P1', 'P2', 'P3']) expect(holds(id, swapped), id).toBe(false);
  });

  it('judge floors and caveats by accuracies', () => {
    const floor = (run: string) => (run.startsWith('strong') ? curve(0.08, 0.874) : curve(0.1, 0.884));
    expect(holds('P5', floor)).toBe(true);
    expect(holds('P5', (run) => (run === 'strong30' ? curve(0.01, 0.874) : floor(run)))).toBe(false);
    expect(holds('P7', (run) => curve(1, run === 'poFl' ? 0.848 : 0.87))).toBe(true);
    expect(holds('P7', (run) => curve(1, run === 'poFl' ? 0.9 : 0.87))).toBe(false);
  });

  it('hold for the exact scaling of the distortion, by whole runs (P4)', async () => {
    const { runs, judge } = judged('P4');
    const measured: Record<string, Curve[]> = {};
    for (const [name, setting] of Object.entries(runs)) {
      measured[name] = [await curveOf(scenarios[setting.scenario] as Scenario, { setting, seed: 1, parts })];
    }
    expect(judge(measured).holds).toBe(true);
  });

  it('see no sums where nothing goes over the air, and take the middle of an even number of seeds', () => {
    expect(airErrors(['{"kind":"models.combined"}'])).toBeUndefined();
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  });
});
