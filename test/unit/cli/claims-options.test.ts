import { describe, expect, it } from 'vitest';
import { readClaimsOptions } from '../../../src/cli/claims-options.ts';
import { ScenarioError } from '../../../src/errors.ts';

const idsOf = (only: string) => readClaimsOptions('sd-feel', { only }).claims.map(({ id }) => id);

describe('the options of fadelab claims', () => {
  it('are all claims under three seeds by default', () => {
    const { claims, seeds, isEnough } = readClaimsOptions('sd-feel', {});
    expect([claims.length, seeds, isEnough]).toEqual([20, 3, false]);
  });

  it('pick claims by id, in the order of the paper', () => {
    expect(idsOf('C5, c1')).toEqual(['C1', 'C5']);
  });

  it('ask for shorter runs with --fast', () => {
    const longest = (fast: boolean) =>
      Math.max(
        ...readClaimsOptions('sd-feel', { fast }).claims.flatMap((each) =>
          'runs' in each ? Object.values(each.runs).map(({ set }) => Number(set['until.time'] ?? 0)) : [],
        ),
      );
    expect(longest(true)).toBeLessThan(longest(false));
  });

  it.each([
    ['an unknown paper', 'sd-fel', {}, /unknown paper: "sd-fel"; did you mean sd-feel\?/],
    ['a name that every object has', 'toString', {}, /unknown paper/],
    ['an unknown claim', 'sd-feel', { only: 'C1,C99' }, /unknown claim: "C99" \(--only\)/],
    ['no claim', 'sd-feel', { only: '' }, /unknown claim: ""/],
    ['no seeds', 'sd-feel', { seeds: '0' }, /invalid --seeds: 0/],
    [
      'a picture of claims that have none',
      'po-fl',
      { only: 'P4,P7', chart: 'x.svg' },
      /invalid --chart: "x\.svg", since none of these claims has a picture; choose among P1, P5, P9, M1, M5 with --only/,
    ],
    ['half a thread', 'sd-feel', { threads: '0.5' }, /invalid --threads: 0\.5/],
  ])('refuse %s', (_what, paper, raw, expected) => {
    expect(() => readClaimsOptions(paper, raw)).toThrow(ScenarioError);
    expect(() => readClaimsOptions(paper, raw)).toThrow(expected);
  });
});
