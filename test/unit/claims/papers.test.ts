import { describe, expect, it } from 'vitest';
import * as actors from '../../../actors/index.ts';
import * as channels from '../../../channels/index.ts';
import * as algorithms from '../../../src/algorithms/index.ts';
import type { JudgedClaim } from '../../../src/claims/claim.ts';
import type { Curve } from '../../../src/claims/curve.ts';
import { papers } from '../../../src/claims/papers.ts';
import { mnistClaims } from '../../../src/claims/sd-feel/networks.ts';
import * as devices from '../../../src/devices/index.ts';
import * as learning from '../../../src/learning/index.ts';
import * as policies from '../../../src/policies/index.ts';
import { catalogue, override } from '../../../src/scenario/override.ts';
import { checked } from '../../../src/scenario/plan.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';

const parts = catalogue(actors, channels, algorithms, devices, learning, policies);
const studyOf = async (paper: string) =>
  (await import(`../../../scenarios/claims/${paper}.ts`)) as Readonly<Record<string, Scenario>>;

describe.each(Object.keys(papers))('the claims of %s', (paper) => {
  it.each([true, false])('ask for runs that their study can do, and have an id each (fast: %s)', async (fast) => {
    const study = await studyOf(paper);
    const claims = papers[paper]?.({ fast }) ?? [];
    expect(new Set(claims.map(({ id }) => id)).size).toBe(claims.length);
    const runs = claims.flatMap((each) => ('runs' in each ? Object.values(each.runs) : []));
    expect(runs.length).toBeGreaterThan(0);
    for (const { scenario, set } of runs) {
      const overrides = Object.entries(set).map(([path, value]) => ({ path, value: String(value) }));
      expect(() => checked(override(study[scenario] as Scenario, overrides, parts))).not.toThrow();
    }
  });
});

describe('the claims on images', () => {
  const reaching = (seconds: number): Curve => ({
    rounds: 1,
    seconds,
    points: [
      { round: 0, at: 0, loss: 2, accuracy: 0.1 },
      { round: 1, at: seconds, loss: 1, accuracy: 0.9 },
    ],
  });
  const judgeOf = (id: string) => (mnistClaims({ fast: false }).find((each) => each.id === id) as JudgedClaim).judge;

  it('hold where SD-FEEL comes first, and fail where it does not', () => {
    const judge = judgeOf('M1');
    const at = (semi: number) => judge({ semi: [reaching(semi)], hierarchical: [reaching(5)], central: [reaching(8)] });
    expect([at(4).holds, at(6).holds]).toEqual([true, false]);
  });

  it('fail where the accuracy is never reached', () => {
    const never = { ...reaching(1), points: reaching(1).points.slice(0, 1) };
    expect(judgeOf('M3')({ alone: [never], waiting: [reaching(3)] }).holds).toBe(false);
    expect(judgeOf('M3')({ alone: [reaching(2)], waiting: [never] }).holds).toBe(true);
  });
});
