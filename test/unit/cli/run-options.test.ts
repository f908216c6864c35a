import { describe, expect, it } from 'vitest';
import { readRunOptions, readSpan } from '../../../src/cli/run-options.ts';
import { ScenarioError } from '../../../src/errors.ts';

const problems = (raw: Parameters<typeof readRunOptions>[0]): string[] => {
  try {
    readRunOptions(raw);
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems.map(({ what }) => what);
  }
  return [];
};

describe('readSpan', () => {
  it.each([
    ['90', 90],
    ['90s', 90],
    ['5m', 300],
    ['250ms', 0.25],
    ['2h', 7200],
    ['1.5 min', 90],
    ['.5', 0.5],
    ['1e3', 1000],
  ])('reads %s as virtual seconds', (text, seconds) => {
    expect(readSpan(text)).toBeCloseTo(seconds as number, 12);
  });

  it.each(['0', '-1', '', 'soon', '5y', '1e9', 'NaN', 'Infinity', '3toString'])('refuses "%s"', (text) => {
    expect(readSpan(text)).toMatchObject({ code: 'OPTION_INVALID' });
  });
});

describe('readRunOptions', () => {
  it('computes on all cores unless told otherwise, and leaves the rest to the scenario', () => {
    const options = readRunOptions({});
    expect(options.threads).toBeGreaterThanOrEqual(1);
    expect(options).toMatchObject({ seed: undefined, until: undefined, out: undefined, overrides: [] });
  });

  it('reads what was given', () => {
    const raw = {
      checkpoint: '20rounds',
      seed: '7',
      threads: '3',
      set: ['a.b=c'],
      until: '1m',
      out: 'x',
      backend: 'tensorflow',
    };
    expect(readRunOptions(raw)).toEqual({
      ...{
        checkpoint: { rounds: 20 },
        seed: 7,
        threads: 3,
        overrides: [{ path: 'a.b', value: 'c' }],
        until: 60,
        out: 'x',
        backend: 'tensorflow',
      },
    });
  });

  it('reads how often a run is made safe', () => {
    const rule = (checkpoint?: string) => readRunOptions(checkpoint === undefined ? {} : { checkpoint }).checkpoint;
    expect([rule(), rule('off'), rule('1round'), rule('10s'), rule('wall:2m')]).toEqual([
      { wallSeconds: 30 },
      undefined,
      { rounds: 1 },
      { seconds: 10 },
      { wallSeconds: 120 },
    ]);
    expect(() => rule('often')).toThrow('invalid --checkpoint: often');
  });

  it('reports every problem at once', () => {
    const raw = { seed: '-3', threads: '1.5', until: '0', out: ' ', backend: 'torch', set: ['nonsense'] };
    expect(problems(raw)).toHaveLength(6);
  });

  it.each(['-1', 'x', '', '1e3', '100000'])('refuses "%s" threads', (threads) => {
    expect(problems({ threads })).toHaveLength(1);
  });
});
