import { describe, expect, it } from 'vitest';
import * as study from '../../../scenarios/claims/po-fl.ts';
import type { JudgedClaim } from '../../../src/claims/claim.ts';
import type { Curve } from '../../../src/claims/curve.ts';
import { poFlClaims } from '../../../src/claims/po-fl/index.ts';
import { median } from '../../../src/claims/po-fl/settings.ts';
import { override } from '../../../src/scenario/override.ts';
import { checked } from '../../../src/scenario/plan.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { curveUnder, parts } from '../../support/claims.ts';

const claims = poFlClaims({ fast: true });
const judged = (id: string) => claims.find((each) => each.id === id) as JudgedClaim;
const scenarios = study as Readonly<Record<string, Scenario>>;

const curve = (total: number, accuracy = 0.5): Curve => ({
  ...{ rounds: 1, seconds: 1, points: [{ round: 1, at: 1, loss: 1, accuracy }] },
  air: { total, noise: 0, sampling: 0, firstExpectedNoise: 1, snrDb: 0 },
});
const holds = (id: string, of: (run: string) => Curve): boolean => {
  const { runs, judge } = judged(id);
  return judge(Object.fromEntries(Object.keys(runs).map((run) => [run, [of(run)]]))).holds;
};

describe('the claims of PO-FL', () => {
  it('are P1 … P11 on the reference task and six of them on MNIST, in runs that the study can make', () => {
    expect(claims.map(({ id }) => id)).toEqual([
      'P1',
      'P2',
      'P3',
      'P10',
      'P4',
      'P5',
      'P6',
      'P7',
      'P8',
      'P9',
      'P11',
      'M1',
      'M2',
      'M3',
      'M10',
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
      'po-fl-exact': [2.58, 0.351, 0.141, 0.101],
      'best-channel': [0.13, 0.088, 0.084, 0.084],
    };
    const of = (run: string) => {
      const [policy, snr] = run.split(' ') as [string, string];
      return curve((table[policy] as number[])[Number(snr) / 10] as number);
    };
    for (const id of ['P1', 'P2', 'P3', 'P10']) expect(holds(id, of), id).toBe(true);
    const blurred = (run: string) => (run === 'po-fl-exact 20' ? curve(0.1618) : of(run));
    expect([holds('P10', blurred), holds('P1', blurred)]).toEqual([false, true]);
    const swapped = (run: string) =>
      of(run.replace(/^(po-fl|uniform-sampling)(?= )/, (name) => (name === 'po-fl' ? 'uniform-sampling' : 'po-fl')));
    for (const id of ['P1', 'P2', 'P3']) expect(holds(id, swapped), id).toBe(false);
  });

  it('judge floors and caveats by accuracies', () => {
    const floor = (run: string) => (run.startsWith('strong') ? curve(0.08, 0.874) : curve(0.1, 0.884));
    expect(holds('P5', floor)).toBe(true);
    expect(holds('P5', (run) => (run === 'strong30' ? curve(0.01, 0.874) : floor(run)))).toBe(false);
    expect(holds('P7', (run) => curve(1, run === 'poFl' ? 0.848 : 0.87))).toBe(true);
    expect(holds('P7', (run) => curve(1, run === 'poFl' ? 0.9 : 0.87))).toBe(false);
  });

  it('draw the middle of the seeds and what they span', () => {
    const { runs, judge } = judged('P1');
    const seeds = (run: string) => [3, 1, 2].map((factor) => curve(factor * (run === 'po-fl 10' ? 0.09 : 9)));
    const { figure } = judge(Object.fromEntries(Object.keys(runs).map((run) => [run, seeds(run)])));
    expect(figure?.lines.map(({ name }) => name)).toContain('best channels, biased');
    expect(figure?.lines[0]?.points.map(({ x }) => x)).toEqual([0, 10, 20, 30]);
    const { y, low, high } = figure?.lines[0]?.points[1] ?? {};
    // Updates are 0.3 times gradients.
    for (const [value, expected] of [
      [low, 1],
      [y, 2],
      [high, 3],
    ])
      expect(value).toBeCloseTo(expected as number, 12);
  });

  it('say how much faster the air is, and where it never gets there (P9)', () => {
    const { runs, judge } = judged('P9');
    const reaching = (seconds: number, loss: number): Curve => ({
      ...curve(1),
      points: [
        { round: 0, at: 0, loss: 3, accuracy: 0 },
        { round: 1, at: seconds, loss, accuracy: 1 },
      ],
    });
    // Digital takes a second per client; the air 10 ms, and at −30 dBm it ends above the target.
    const of = (run: string, airAt: (clients: number, power: number) => Curve) => {
      const [medium, clients, power] = run.split(' ') as [string, string, string];
      return medium === 'digital' ? reaching(Number(clients), 1) : airAt(Number(clients), Number(power));
    };
    const judgedWith = (airAt: (clients: number, power: number) => Curve) =>
      judge(Object.fromEntries(Object.keys(runs).map((run) => [run, [of(run, airAt), of(run, airAt)]])));
    const asStated = (_: number, power: number) => reaching(0.01, power === -30 ? 2 : 1);
    const { values, holds: isMet, figure } = judgedWith(asStated);
    expect([values['20 clients, 0 dBm'], values['80 clients, -30 dBm'], isMet]).toEqual([
      expect.closeTo(2000, 6),
      0,
      true,
    ]);
    expect(figure?.lines.at(-1)).toEqual({ name: '−30 dBm: 0 dB, never', points: [] });
    expect(judgedWith(() => reaching(0.01, 1)).holds).toBe(false);
    expect(judgedWith((clients, power) => reaching(0.01 * clients, power === -30 ? 2 : 1)).holds).toBe(false);
  });

  it('let PO-FL win over deterministic rules only where it beats both (P11)', () => {
    const ends = (run: string) => (run.startsWith('poFl') ? 0.8 : 0.6);
    expect(holds('P11', (run) => curve(1, ends(run)))).toBe(true);
    expect(holds('P11', (run) => curve(1, run === 'large20' ? 0.85 : ends(run)))).toBe(false);
  });

  it('hold for the exact scaling of the distortion, by whole runs (P4)', async () => {
    const { runs, judge } = judged('P4');
    const measured: Record<string, Curve[]> = {};
    for (const [name, setting] of Object.entries(runs)) {
      measured[name] = [await curveUnder(scenarios[setting.scenario] as Scenario, setting, 1)];
    }
    expect(judge(measured).holds).toBe(true);
  });

  it('take the middle of an even number of seeds', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  });
});
